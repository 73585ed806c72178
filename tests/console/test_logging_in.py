from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client
from time_machine import travel

from tests.console.making import PASSWORD, client_of, make_staff
from tradewind.core import panels
from tradewind.core.log_in_rules import RULES
from tradewind.core.models import Staff

EMAIL = "owner@shop.example"


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff(password=PASSWORD)


def log_in(client: Client, **fields: str) -> tuple[int, str]:
    response = client.post("/console/login", {"email": EMAIL, "password": PASSWORD, **fields})
    return response.status_code, response.get("Location", "")


def test_who_gives_the_right_password_comes_in(owner: Staff) -> None:
    client = Client()

    assert log_in(client) == (302, "/console/")
    assert client.get("/console/").status_code == 200


def test_the_case_of_the_address_does_not_matter(owner: Staff) -> None:
    assert log_in(Client(), email=" Owner@Shop.EXAMPLE ") == (302, "/console/")


def test_a_wrong_password_is_said_in_words_and_the_address_is_kept(owner: Staff) -> None:
    response = Client().post("/console/login?language=en", {"email": EMAIL, "password": "wrong"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "do not belong together" in page
    assert f'value="{EMAIL}"' in page
    assert "wrong" not in page.split("<main")[1].split("</main>")[0].replace("notice-wrong", "")


@pytest.mark.parametrize("email", ["", "\0@shop.example", "x" * 300, "owner@shop.example\0"])
def test_what_cannot_be_an_address_is_a_wrong_one(email: str, owner: Staff) -> None:
    assert log_in(Client(), email=email)[0] == 422


def test_ten_failures_shut_the_door_for_a_while_even_for_the_right_password(owner: Staff) -> None:
    client = Client()

    answers = [log_in(client, password="wrong", email=EMAIL if turn % 2 else EMAIL.upper())[0] for turn in range(11)]

    assert answers == [422] * 9 + [429] * 2
    assert log_in(client)[0] == 429


def test_behind_a_proxy_the_door_is_shut_for_who_guesses_and_not_for_the_owner(
    owner: Staff, settings: LazySettings
) -> None:
    settings.IS_BEHIND_PROXY = True
    # Only the last address is the proxy's word; the first ones are whatever the guesser likes.
    guesses = [
        log_in(Client(headers={"X-Forwarded-For": f"198.51.100.{turn}, 203.0.113.9"}), password="wrong")[0]
        for turn in range(11)
    ]

    assert guesses == [422] * 9 + [429] * 2
    assert log_in(Client(headers={"X-Forwarded-For": "192.0.2.7"})) == (302, "/console/")


def test_without_a_proxy_nobody_gets_more_guesses_by_naming_other_addresses(owner: Staff) -> None:
    guesses = [
        log_in(Client(headers={"X-Forwarded-For": f"198.51.100.{turn}"}), password="wrong")[0] for turn in range(11)
    ]

    assert guesses == [422] * 9 + [429] * 2


@pytest.mark.parametrize("told", ["", "unknown", "203.0.113.9:4711", "<script>"])
def test_what_is_no_address_counts_as_the_proxys(owner: Staff, settings: LazySettings, told: str) -> None:
    settings.IS_BEHIND_PROXY = True

    assert log_in(Client(headers={"X-Forwarded-For": told}), password="wrong")[0] == 422


def test_the_shut_door_says_how_long(owner: Staff) -> None:
    client = Client()
    for _ in range(10):
        response = client.post("/console/login?language=en", {"email": EMAIL, "password": "wrong"})

    assert "Please wait 15 minutes" in response.content.decode()


def test_the_session_gets_a_new_key_at_the_log_in(owner: Staff) -> None:
    client = Client()
    before = client.session
    before.save()
    client.cookies["tw_staff"] = before.session_key or ""

    log_in(client)

    assert client.cookies["tw_staff"].value not in {"", before.session_key}
    assert not Session.objects.filter(session_key=before.session_key).exists()


def test_twelve_hours_without_a_request_end_the_session(owner: Staff) -> None:
    with travel("2026-11-23T00:00:00Z", tick=False) as clock:
        client = Client()
        log_in(client)
        clock.move_to("2026-11-23T11:00:00Z")
        still_in = client.get("/console/").status_code
        clock.move_to("2026-11-23T22:00:00Z")
        kept_in = client.get("/console/").status_code
        clock.move_to("2026-11-24T10:30:00Z")
        put_out = client.get("/console/").status_code

    assert (still_in, kept_in, put_out) == (200, 200, 302)


def test_logging_in_leads_back_to_where_one_was(owner: Staff) -> None:
    assert log_in(Client(), next="/console/orders?state=paid") == (302, "/console/orders?state=paid")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/console/",
        "//evil.example/console/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/console/\r\nX: y",
        "/de/de/",
        "console/orders",
    ],
)
def test_logging_in_never_leads_to_a_stranger(elsewhere: str, owner: Staff) -> None:
    assert log_in(Client(), next=elsewhere) == (302, "/console/")


def test_who_is_in_already_is_sent_on(console: Client) -> None:
    assert console.get("/console/login?next=/console/orders")["Location"] == "/console/orders"


def test_logging_out_ends_the_session(console: Client) -> None:
    assert console.post("/console/logout")["Location"] == "/console/login"
    assert console.get("/console/").status_code == 302


def test_logging_out_is_not_done_by_a_link(console: Client) -> None:
    assert console.get("/console/logout").status_code == 405


def test_the_console_speaks_chinese_unless_told_otherwise(db: None) -> None:
    assert '<html lang="zh-Hans">' in Client().get("/console/login").content.decode()
    assert '<html lang="en">' in Client().get("/console/login?language=en").content.decode()


def test_the_language_is_switched_at_once_and_stays(db: None) -> None:
    client = client_of(make_staff(language="zh-hans"))

    response = client.post("/console/profile/language", {"language": "en", "next": "/console/orders?state=paid"})

    assert response["Location"] == "/console/orders?state=paid"
    assert '<html lang="en">' in client.get("/console/").content.decode()
    assert Staff.objects.get().language == "en"


def test_a_language_that_the_console_does_not_speak_changes_nothing(console: Client) -> None:
    console.post("/console/profile/language", {"language": "xx", "next": "//evil.example"})

    assert Staff.objects.get().language == "en"


def test_a_form_without_our_token_is_refused_in_words(owner: Staff) -> None:
    client = client_of(owner, enforce_csrf_checks=True)

    response = client.post("/console/profile/language", {"language": "zh-hans"})

    assert (response.status_code, "Nothing was changed" in response.content.decode()) == (403, True)
    assert Staff.objects.get().language == "en"


def test_a_form_from_another_site_is_refused(console: Client) -> None:
    response = console.post(
        "/console/profile/language", {"language": "zh-hans"}, headers={"Origin": "https://evil.example"}
    )

    assert (response.status_code, Staff.objects.get().language) == (403, "en")


def test_a_wait_ends_when_it_was_said_to_and_only_wrong_passwords_in_a_row_begin_one(owner: Staff) -> None:
    begun = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    rule = {"tries": "3", "minutes": "120"}
    panels.change(RULES, rule, seen=panels.stored(RULES).digest, by="test", at=begun)
    Staff.objects.update(email="Owner@shop.example")

    def answers(*tries: tuple[float, str]) -> list[int]:
        found = []
        for hours, password in tries:
            with travel(begun + timedelta(hours=hours), tick=False):
                found.append(log_in(Client(), password=password)[0])
        return found

    row = answers((0, "w"), (0.1, "w"), (0.2, PASSWORD), (0.3, "w"), (0.4, "w"), (0.5, PASSWORD))
    assert row == [422, 422, 302, 422, 422, 302]
    wait = answers((1, "w"), (1.1, "w"), (1.2, "w"), (2, PASSWORD), (3, "w"), (3.3, PASSWORD))
    assert wait == [422, 422, 429, 429, 429, 302]
