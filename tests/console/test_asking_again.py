"""The password again, before what hands out power: whoever has somebody's session, and nothing else, does none of it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pyotp
import pytest
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.test import Client
from time_machine import travel

from tests.console.making import PASSWORD, make_order, make_staff
from tradewind.console import urls
from tradewind.console.account.again import ACTS, COOKIE
from tradewind.core.models import ApiToken, AuditEntry, Invitation, Staff
from tradewind.core.models.staff import Role
from tradewind.core.second_factors import begin, confirm

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=16)
ASKED = {"name": "stock", "scope": ["orders:read", "stock:read"], "until": "2026-12-31"}
MAKING = "/console/keys/making"


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff(password=PASSWORD)


@pytest.fixture
def here(owner: Staff) -> Client:
    """The owner's browser, logged in at NOW."""
    client = Client()
    with travel(NOW, tick=False):
        client.post("/console/login", {"email": owner.email, "password": PASSWORD})
    return client


def thief_of(client: Client) -> Client:
    """Another browser with the session's cookie."""
    other = Client()
    other.cookies["tw_staff"] = client.cookies["tw_staff"].value
    return other


def hidden_in(page: str) -> dict[str, list[str]]:
    """The fields that the page keeps, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.split("<main")[1]):
        found.setdefault(unescape(name), []).append(unescape(value))
    return found


def test_every_act_is_asked_for_somewhere_and_only_where_something_is_done() -> None:
    marked = [pattern.callback for pattern in urls.urlpatterns if hasattr(pattern.callback, "asks_again")]

    assert {view.asks_again for view in marked} == set(ACTS)  # type: ignore[union-attr]


def test_nothing_takes_orders_out_without_being_asked() -> None:
    out = {p.name: p.callback for p in urls.urlpatterns if getattr(p.callback, "ability", "") == "orders.export"}

    assert {name: getattr(view, "asks_again", "") for name, view in out.items()} == dict.fromkeys(out, "orders.export")
    assert "papers-taking" in out


def test_after_a_quarter_of_an_hour_the_password_is_asked_and_the_act_goes_on_with_all_that_was_typed(
    here: Client,
) -> None:
    typed = ASKED | {"name": 'the "stock" program & <b>\nof Mei', "until": ""}
    with travel(LATER, tick=False):
        asked = here.post(MAKING, typed, headers={"Referer": "http://testserver/console/keys?x=1"})
        page = asked.content.decode()
        assert (asked.status_code, ApiToken.objects.count()) == (403, 0)
        assert "Make a key for a program" in page
        assert '<a href="/console/keys?x=1">' in page
        kept = hidden_in(page)
        wrong = here.post(MAKING, kept | {"again-password": "wrong"}, headers={"Referer": f"http://testserver{MAKING}"})
        assert (wrong.status_code, ApiToken.objects.count()) == (422, 0)
        assert "This is not your password." in wrong.content.decode()
        assert '<a href="/console/keys?x=1">' in wrong.content.decode()
        again = hidden_in(wrong.content.decode())
        assert {name: value for name, value in again.items() if name in typed} == {
            name: value if isinstance(value, list) else [value] for name, value in typed.items()
        }
        answer = here.post(MAKING, again | {"again-password": PASSWORD, "name": ["stock"]})

    assert answer.status_code == 302
    key = ApiToken.objects.get()
    assert (key.name, key.scopes) == ("stock", ["orders:read", "stock:read"])
    with travel(LATER + timedelta(minutes=14), tick=False):
        assert here.post(MAKING, ASKED | {"name": "not asked"}).status_code == 302
    with travel(LATER + timedelta(minutes=15), tick=False):
        assert here.post(MAKING, ASKED | {"name": "asked"}).status_code == 403
    assert PASSWORD not in str(dict(here.session))


def test_a_stolen_session_does_nothing_of_it_not_even_a_moment_after_the_password(here: Client, owner: Staff) -> None:
    agent, order = make_staff(Role.AGENT), make_order(1)
    thief = thief_of(here)
    acts = {
        MAKING: ASKED,
        "/console/staff/invitations": {"email": "x@y.example", "role": "owner", "language": "en", "reach": "all"},
        f"/console/staff/{agent.pk}/work": {"role": "owner", "reach": "all"},
        f"/console/staff/{agent.pk}/password": {},
        f"/console/orders/{order.pk}/erasure": {"keeps": "nothing"},
        "/console/orders/export": {"as": "csv"},
        "/console/profile/second-factor": {},
    }
    with travel(NOW, tick=False):
        assert thief.get("/console/staff").status_code == 200
        answers = {address: thief.post(address, fields).status_code for address, fields in acts.items()}
        control = here.post(MAKING, ASKED | {"name": "mine"}).status_code

    assert answers == dict.fromkeys(acts, 403)
    assert control == 302
    assert (ApiToken.objects.count(), Invitation.objects.count()) == (1, 0)
    assert not AuditEntry.objects.exclude(action="token.created").exists()


def test_a_cookie_that_somebody_has_made_up_or_kept_opens_nothing(here: Client) -> None:
    thief = thief_of(here)
    old = here.cookies[COOKIE].value
    with travel(NOW, tick=False):
        for made_up in ("", "x", old[:-1]):
            thief.cookies[COOKIE] = made_up
            assert thief.post(MAKING, ASKED).status_code == 403
        here.post("/console/logout")
        thief.cookies[COOKIE] = old
        assert thief.post(MAKING, ASKED)["Location"] == "/console/login"


def test_wrong_passwords_shut_it_like_the_log_in(here: Client, owner: Staff, settings: LazySettings) -> None:
    settings.AXES_FAILURE_LIMIT = 3  # it is ten; each costs a third of a second
    with travel(LATER, tick=False):
        thief = thief_of(here)
        guesses = [thief.post(MAKING, ASKED | {"again-password": str(turn)}).status_code for turn in range(4)]
        right = here.post(MAKING, ASKED | {"again-password": PASSWORD})
        at_the_door = Client().post("/console/login", {"email": owner.email, "password": PASSWORD}).status_code

    assert guesses == [422] * 2 + [429] * 2
    assert (right.status_code, at_the_door) == (429, 429)
    assert "wait 15 minutes" in right.content.decode()
    with travel(LATER + timedelta(minutes=16), tick=False):
        assert here.post(MAKING, ASKED | {"again-password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    ("address", "field"),
    [("/console/profile/password", "present"), ("/console/profile/second-factor/removal", "present")],
)
def test_forms_that_ask_for_the_password_themselves_count_too(
    address: str, field: str, here: Client, settings: LazySettings
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    with travel(NOW, tick=False):
        guesses = [here.post(address, {field: str(turn)}).status_code for turn in range(2)]

    assert guesses == [422, 429]


def test_with_a_second_factor_its_code_is_asked_too_and_guessing_shuts_it(here: Client, owner: Staff) -> None:
    app = pyotp.TOTP(begin(owner, at=NOW))
    confirm(owner, app.at(NOW), at=NOW)
    with travel(LATER, tick=False):
        assert 'name="again-code"' in here.post(MAKING, ASKED).content.decode()
        # A wrong password is said without using up the code.
        answers = [
            here.post(MAKING, ASKED | {"again-password": password, "again-code": code}).status_code
            for password, code in (("wrong", app.at(LATER)), (PASSWORD, ""), (PASSWORD, app.at(LATER)))
        ]
    assert answers == [422, 422, 302]

    later = LATER + timedelta(minutes=20)
    wrong = "000000" if app.at(later) != "000000" else "111111"
    with travel(later, tick=False):
        tries = [
            here.post(MAKING, ASKED | {"again-password": PASSWORD, "again-code": code}).status_code
            for code in [wrong] * 5 + [app.at(later)]
        ]
    assert tries == [422] * 5 + [429]


def test_who_looks_at_a_colleagues_console_is_not_even_asked(here: Client, owner: Staff) -> None:
    manager = make_staff(Role.MANAGER, password=PASSWORD)
    with travel(NOW, tick=False):
        here.post(f"/console/staff/{manager.pk}/viewing")
        answers = [here.post(MAKING, ASKED | more) for more in ({}, {"again-password": PASSWORD})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert ["You are only looking" in answer.content.decode() for answer in answers] == [True, True]
    assert ApiToken.objects.count() == 0


def test_who_may_not_is_refused_before_a_password_is_asked(db: None) -> None:
    agent, client = make_staff(Role.AGENT, password=PASSWORD), Client()
    with travel(NOW, tick=False):
        client.post("/console/login", {"email": agent.email, "password": PASSWORD})
    with travel(LATER, tick=False):
        page = client.post(MAKING, ASKED).content.decode()

    assert ("Not for your role" in page, "again-password" in page) == (True, False)


def test_what_was_typed_beside_a_wrong_password_is_kept_nowhere(here: Client) -> None:
    typed = {"passphrase": "horse battery", "passphrase-again": "horse battery", "seal": "yes"}
    with travel(LATER, tick=False):
        for field, address in (("again-password", "settings/backup/saving?x=asked"), ("present", "profile/password")):
            new = {"password": "brand new lamps", "again": "brand new lamps"}
            answer = here.post(f"/console/{address}", typed | new | {field: "nearly"})
            assert answer.status_code == 422

    (attempt,) = AccessAttempt.objects.all()
    assert attempt.failures_since_start == 2
    assert set(attempt.get_data + attempt.post_data) <= set("\n-")
