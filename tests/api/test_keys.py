"""Who is let in, and what those are told who are not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Ask
from tests.console.making import client_of, make_order
from tradewind.api.keys import note_use
from tradewind.core.models import ApiToken, Staff
from tradewind.core.staff import create_token

ADDRESSES = ["/api/v1/orders", "/api/v1/orders/TW-TEST000001", "/api/v1/me"]


def ask_with(authorization: str, address: str = "/api/v1/me") -> HttpResponse:
    return Client().get(address, headers={"Authorization": authorization})


def refusal(response: HttpResponse) -> tuple[int, str, str]:
    """Its status, its code, and how to sign in."""
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    return response.status_code, response.json()["code"], response["WWW-Authenticate"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_a_key_nothing_is_told(address: str, db: None) -> None:
    make_order(1)

    response = Client().get(address)

    assert refusal(response) == (401, "no_key", 'Bearer realm="tradewind"')


@pytest.mark.parametrize("authorization", ["", " ", "Basic dXNlcjpwYXNz", "tw_abc", "Bearertw_abc", "Token tw_abc"])
def test_another_way_of_signing_in_is_no_key(authorization: str, db: None) -> None:
    assert refusal(ask_with(authorization))[:2] == (401, "no_key")


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Bearer tw_wrong", "Bearer \xff\xfe", "bearer null", "Bearer " + "x" * 7000, "Bearer a b"],
)
def test_a_wrong_key_does_not_open(authorization: str, secret: str) -> None:
    told = 'Bearer realm="tradewind", error="invalid_token"'
    assert refusal(ask_with(authorization)) == (401, "unusable_key", told)


@pytest.mark.parametrize("spelling", ["Bearer {}", "bearer {}", "BEARER   {}  "])
def test_the_word_bearer_may_be_written_in_any_way(spelling: str, secret: str) -> None:
    assert ask_with(spelling.format(secret)).status_code == 200


def test_a_key_one_letter_off_does_not_open(secret: str) -> None:
    assert ask_with(f"Bearer {secret[:-1]}").status_code == 401
    assert ask_with(f"Bearer {secret}x").status_code == 401


def test_a_revoked_key_does_not_open(secret: str, now: datetime) -> None:
    assert ask_with(f"Bearer {secret}").status_code == 200
    ApiToken.objects.update(revoked_at=now)

    assert refusal(ask_with(f"Bearer {secret}"))[:2] == (401, "unusable_key")


def test_a_key_does_not_outlive_the_person_who_answers_for_it(secret: str, owner: Staff) -> None:
    Staff.objects.filter(pk=owner.pk).update(is_active=False)

    assert refusal(ask_with(f"Bearer {secret}"))[:2] == (401, "unusable_key")


def test_a_key_opens_until_it_expires(owner: Staff, now: datetime) -> None:
    _, old = create_token(
        name="old", scopes=["orders:read"], by=owner, at=now, expires_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    _, new = create_token(
        name="new", scopes=["orders:read"], by=owner, at=now, expires_at=datetime(2099, 1, 1, tzinfo=UTC)
    )

    assert refusal(ask_with(f"Bearer {old}"))[:2] == (401, "unusable_key")
    assert ask_with(f"Bearer {new}").json()["expires_at"] == "2099-01-01T00:00:00Z"


def test_wrong_revoked_and_expired_keys_are_told_the_same(secret: str, owner: Staff, now: datetime) -> None:
    _, expired = create_token(
        name="old", scopes=["orders:read"], by=owner, at=now, expires_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    ApiToken.objects.filter(name="warehouse screen").update(revoked_at=now)

    answers = {ask_with(f"Bearer {one}").content for one in ("tw_wrong", secret, expired)}

    assert len(answers) == 1


@pytest.mark.parametrize("scopes", [[], ["orders:write"], ["orders:reads"]])
def test_a_key_without_the_scope_sees_itself_and_no_orders(scopes: list[str], secret: str) -> None:
    order = make_order(1)
    ApiToken.objects.update(scopes=scopes)
    told = 'Bearer realm="tradewind", error="insufficient_scope", scope="orders:read"'

    assert refusal(ask_with(f"Bearer {secret}", "/api/v1/orders")) == (403, "scope_missing", told)
    assert refusal(ask_with(f"Bearer {secret}", f"/api/v1/orders/{order.ref}")) == (403, "scope_missing", told)
    assert ask_with(f"Bearer {secret}").json()["scopes"] == scopes


def test_whether_an_order_exists_is_not_told_to_those_who_may_not_read_it(secret: str) -> None:
    make_order(1)
    ApiToken.objects.update(scopes=[])

    there, missing = (ask_with(f"Bearer {secret}", f"/api/v1/orders/TW-TEST00000{n}") for n in (1, 2))

    assert there.content == missing.content


def test_a_log_in_of_the_console_opens_nothing_here(owner: Staff) -> None:
    browser = client_of(owner)

    assert browser.get("/console/orders").status_code == 200
    assert refusal(browser.get("/api/v1/orders"))[:2] == (401, "no_key")


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/v1/openapi.json", "/api/v1/nothing"])
def test_no_cookie_is_set_and_nothing_is_kept_in_between(address: str, secret: str) -> None:
    make_order(1)

    response = ask_with(f"Bearer {secret}", address)

    assert (dict(response.cookies), response["Cache-Control"]) == ({}, "no-store")


def test_the_last_use_is_noted(ask: Ask) -> None:
    before = datetime.now(UTC)

    ask("/me")

    noted = ApiToken.objects.get().last_used_at
    assert noted is not None
    assert before <= noted <= datetime.now(UTC)


def test_a_key_that_is_refused_for_its_scope_was_used_all_the_same(secret: str) -> None:
    ApiToken.objects.update(scopes=[])

    ask_with(f"Bearer {secret}", "/api/v1/orders")

    assert ApiToken.objects.filter(last_used_at=None).count() == 0


def test_the_last_use_is_noted_at_most_once_a_minute(secret: str, now: datetime) -> None:
    key = ApiToken.objects.get()
    uses = [timedelta(0), timedelta(seconds=59, microseconds=999_999), timedelta(minutes=1), timedelta(seconds=61)]

    noted = []
    for after in uses:
        note_use(key, at=now + after)
        key.refresh_from_db()
        noted.append(key.last_used_at)

    assert noted == [now, now, now + timedelta(minutes=1), now + timedelta(minutes=1)]


def test_reading_again_does_not_write(ask: Ask, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ask("/me")

    with django_assert_num_queries(1) as said:
        ask("/me")

    assert said.captured_queries[0]["sql"].startswith("SELECT")
