"""The door for notices: only what the provider signed comes in, once, and nothing else is stored."""

from collections.abc import Mapping
from http import HTTPStatus

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.payments.parts import paid_notice, signed
from tradewind.core.models import InboxItem

pytestmark = pytest.mark.django_db
DOOR = "/hooks/payments/simulator"


def post(body: bytes, headers: Mapping[str, str], door: str = DOOR) -> HttpResponse:
    return Client(enforce_csrf_checks=True).post(door, body, content_type="application/json", headers=dict(headers))


def test_a_signed_notice_is_stored_raw_and_answered_at_once() -> None:
    body, headers = signed(paid_notice("SIM-1"))

    assert post(body, headers).status_code == HTTPStatus.OK

    item = InboxItem.objects.get()
    assert (item.source, item.external_id, bytes(item.body)) == ("payments.simulator", "N-1", body)
    assert item.headers["Simulator-Signature"] == headers["Simulator-Signature"]


def test_a_replayed_notice_is_answered_alike_and_stored_once() -> None:
    body, headers = signed(paid_notice("SIM-1"))

    assert [post(body, headers).status_code for _ in range(3)] == [HTTPStatus.OK] * 3
    assert InboxItem.objects.count() == 1


@pytest.mark.parametrize("signature", ["", "0" * 64, "ünsinn", "sha256=abc"])
def test_a_forged_notice_is_refused_and_not_stored(signature: str) -> None:
    body, _ = signed(paid_notice("SIM-1"))

    answer = post(body, {"Simulator-Signature": signature})

    assert (answer.status_code, InboxItem.objects.count()) == (HTTPStatus.UNAUTHORIZED, 0)


def test_a_notice_changed_by_one_byte_or_without_signature_is_refused() -> None:
    body, headers = signed(paid_notice("SIM-1"))

    assert post(body + b" ", headers).status_code == HTTPStatus.UNAUTHORIZED
    assert post(body, {}).status_code == HTTPStatus.UNAUTHORIZED
    assert InboxItem.objects.count() == 0


def test_a_body_beyond_256_kilobytes_is_refused_even_if_signed() -> None:
    longest, headers = signed(b" " * 256 * 1024)
    assert post(longest, headers).status_code == HTTPStatus.OK

    too_long, headers = signed(b" " * (256 * 1024 + 1))
    assert post(too_long, headers).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert InboxItem.objects.count() == 1


@pytest.mark.parametrize("body", [b"not json", b"", b"[1, 2]", b'{"id": 7}', b'{"id": "a\\u0000b"}'])
def test_what_is_signed_but_cannot_be_read_is_kept_for_a_person(body: bytes) -> None:
    body, headers = signed(body)

    assert post(body, headers).status_code == HTTPStatus.OK
    assert post(body, headers).status_code == HTTPStatus.OK

    item = InboxItem.objects.get()
    assert (item.external_id[:7], bytes(item.body)) == ("sha256:", body)


def test_an_id_that_is_no_id_is_replaced_by_a_digest() -> None:
    body, headers = signed(paid_notice("SIM-1", notice_id="x" * 300))

    assert post(body, headers).status_code == HTTPStatus.OK
    assert InboxItem.objects.get().external_id[:7] == "sha256:"


def test_unknown_providers_and_other_methods_are_turned_away() -> None:
    body, headers = signed(paid_notice("SIM-1"))

    assert post(body, headers, "/hooks/payments/nobody").status_code == HTTPStatus.NOT_FOUND
    assert post(body, headers, "/hooks/payments/manual").status_code == HTTPStatus.NOT_FOUND
    assert Client().get(DOOR).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert Client().put(DOOR, body, headers=headers).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert InboxItem.objects.count() == 0


def test_a_browsers_cookies_are_not_kept_with_a_notice() -> None:
    body, headers = signed(paid_notice("SIM-1"))

    post(body, {**headers, "Cookie": "tw_staff=secret", "Authorization": "Bearer secret"})

    assert sorted({"Cookie", "Authorization", "Content-Type"} & set(InboxItem.objects.get().headers)) == [
        "Content-Type"
    ]


def test_machines_need_no_origin_and_a_foreign_one_does_not_matter() -> None:
    body, headers = signed(paid_notice("SIM-1"))

    foreign = {**headers, "Origin": "https://provider.example", "Sec-Fetch-Site": "cross-site"}
    assert post(body, foreign).status_code == HTTPStatus.OK
