"""Passkeys: instead of the code, instead of the password; and every way in which an answer can be wrong."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from time_machine import travel

from tests.console.authenticator import PRESENT, VERIFIED, Authenticator
from tests.console.making import PASSWORD, client_of, make_staff
from tradewind.core.factor_rule import FactorRule, Whom, change_factor_rule
from tradewind.core.models import ApiToken, AuditEntry, Passkey, RecoveryCode, SecondFactor, Staff
from tradewind.core.models.staff import Role
from tradewind.core.passkeys import _host, _origin, are_possible

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_its_address(settings: LazySettings) -> None:
    settings.BASE_URL = "https://shop.example"


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()


@pytest.fixture
def password(owner: Staff) -> str:
    """The owner's: hashing it takes a third of a second."""
    owner.password = make_password(PASSWORD)
    owner.save()
    return PASSWORD


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator()


def add(client: Client, phone: Authenticator, name: str = "phone") -> tuple[int, str]:
    question = client.post("/console/profile/passkeys/question?for=adding").json()
    answer = client.post("/console/profile/passkeys", {"passkey_name": name, "passkey": phone.make(question)})
    return answer.status_code, answer.content.decode()


def at_the_door(phone: Authenticator, client: Client | None = None) -> tuple[int, Client]:
    client = client or Client()
    question = client.post("/console/login/passkey/question").json()
    fields = {"passkey": phone.sign(question), "next": "/console/orders"}
    return client.post("/console/login/passkey", fields).status_code, client


def paper_in(page: str) -> list[str]:
    return re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page)


def test_a_passkey_lets_in_without_a_password_and_counts_as_both(owner: Staff, phone: Authenticator) -> None:
    status, page = add(client_of(owner), phone)
    assert (status, len(paper_in(page))) == (200, 10)
    assert Passkey.objects.get().transports == ["internal"]

    before = Client()
    before.post("/console/login/passkey/question")
    planted = before.session.session_key
    came, client = at_the_door(phone, before)

    assert (came, client.get("/console/orders").status_code) == (302, 200)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert client.post("/console/keys/making", {"name": "erp", "scope": "orders:read"}).status_code == 302
    assert [entry.action for entry in AuditEntry.objects.filter(subject_kind="staff")] == ["staff.passkey_added"]


def test_after_the_password_a_passkey_stands_in_the_place_of_the_code(
    owner: Staff, password: str, phone: Authenticator
) -> None:
    phone.flags = PRESENT  # a token that asks for no PIN: good beside a password
    _, page = add(client_of(owner), phone)

    client = Client()
    half = client.post("/console/login", {"email": owner.email, "password": password, "next": "/console/orders"})
    assert half["Location"] == "/console/login/code"
    question = client.post("/console/login/passkey/question").json()
    assert [each["id"] for each in question["allowCredentials"]] == [Passkey.objects.get().credential]
    whole = client.post("/console/login/code", {"passkey": phone.sign(question)})

    assert (whole.status_code, whole["Location"]) == (302, "/console/orders")
    on_paper = Client()
    on_paper.post("/console/login", {"email": owner.email, "password": password})
    assert on_paper.post("/console/login/code", {"code": paper_in(page)[0]}).status_code == 302


def test_a_passkey_that_has_asked_for_nothing_is_not_enough_alone(owner: Staff, phone: Authenticator) -> None:
    phone.flags = PRESENT
    add(client_of(owner), phone)

    assert at_the_door(phone)[0] == 422
    phone.flags = PRESENT | VERIFIED
    assert at_the_door(phone)[0] == 302


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://shop.example.evil.example"),
        ("origin", "http://shop.example"),
        ("host", "evil.example"),
        ("key", Authenticator().key),
        ("credential", b"\0" * 32),
        ("handle", "c29tZWJvZHkgZWxzZQ"),
    ],
)
def test_what_another_site_or_another_key_has_signed_opens_nothing(
    name: str, value: object, owner: Staff, phone: Authenticator
) -> None:
    add(client_of(owner), phone)
    right = getattr(phone, name)
    setattr(phone, name, value)

    refused, client = at_the_door(phone)

    assert (refused, client.get("/console/").status_code) == (422, 302)
    setattr(phone, name, right)
    assert at_the_door(phone)[0] == 302


@pytest.mark.parametrize("answer", ["", "{", "[]", "7", '{"id": 7}', '{"id": "x", "response": []}', "x" * 30_000])
def test_what_is_no_answer_is_refused_in_words(answer: str, owner: Staff, phone: Authenticator) -> None:
    client = Client()
    client.post("/console/login/passkey/question")

    refused = client.post("/console/login/passkey?language=en", {"passkey": answer})

    assert (refused.status_code, "This passkey does not open." in refused.content.decode()) == (422, True)


def test_a_challenge_is_good_for_one_try_a_few_minutes_and_its_own_question(
    owner: Staff, password: str, phone: Authenticator
) -> None:
    phone.count = None  # kept in a cloud: its count tells nothing, so that the challenge alone must refuse
    with travel(NOW, tick=False):
        add(client_of(owner), phone)
        client = Client()
        question = client.post("/console/login/passkey/question").json()
        answer = {"passkey": phone.sign(question)}
        assert client.post("/console/login/passkey", answer).status_code == 302
        client.post("/console/logout")
        assert client.post("/console/login/passkey", answer).status_code == 422
        assert Client().post("/console/login/passkey", answer).status_code == 422

        late = Client()
        question = late.post("/console/login/passkey/question").json()
    with travel(NOW + timedelta(minutes=5), tick=False):
        assert late.post("/console/login/passkey", {"passkey": phone.sign(question)}).status_code == 422

        half = Client()
        half.post("/console/login", {"email": owner.email, "password": password})
        question = half.post("/console/login/passkey/question").json()
        assert half.post("/console/login/passkey", {"passkey": phone.sign(question)}).status_code == 422


def test_a_count_that_goes_back_is_a_copy_refused_and_on_record(owner: Staff, phone: Authenticator) -> None:
    add(client_of(owner), phone)
    for _ in range(3):
        assert at_the_door(phone)[0] == 302
    phone.count = 1

    assert at_the_door(phone)[0] == 422
    assert AuditEntry.objects.get(action="staff.passkey_copied").after == {"passkey": "phone"}
    assert Passkey.objects.get().sign_count == 3


def test_another_persons_passkey_is_no_second_factor_of_mine(owner: Staff, password: str, phone: Authenticator) -> None:
    theirs = Authenticator()
    add(client_of(owner), phone)
    add(client_of(make_staff(Role.AGENT)), theirs)
    client = Client()
    client.post("/console/login", {"email": owner.email, "password": password})
    question = client.post("/console/login/passkey/question").json()

    assert client.post("/console/login/code", {"passkey": theirs.sign(question)}).status_code == 422
    assert client.get("/console/").status_code == 302


def test_several_are_named_and_removed_and_with_the_last_goes_the_paper(
    owner: Staff, password: str, phone: Authenticator
) -> None:
    client, token = client_of(owner), Authenticator()
    add(client, phone)
    again = add(client, phone)
    second = add(client, token, "token")
    assert (again[0], "This passkey is there already." in again[1]) == (422, True)
    assert (second[0], Passkey.objects.count()) == (302, 2)

    first = Passkey.objects.get(name="phone")
    client.post(f"/console/profile/passkeys/{first.pk}/name", {"name": "old phone"})
    assert "old phone" in client.get("/console/profile").content.decode()
    client.post(f"/console/profile/passkeys/{first.pk}/removal")
    assert (at_the_door(phone)[0], at_the_door(token)[0], RecoveryCode.objects.count()) == (422, 302, 10)
    client.post(f"/console/profile/passkeys/{Passkey.objects.get().pk}/removal")
    assert (RecoveryCode.objects.count(), SecondFactor.objects.count()) == (0, 0)
    assert Client().post("/console/login", {"email": owner.email, "password": password})["Location"] == "/console/"


def test_nobody_names_or_removes_the_passkey_of_another_person(owner: Staff, phone: Authenticator) -> None:
    add(client_of(owner), phone)
    other, number = client_of(make_staff(Role.AGENT)), Passkey.objects.get().pk

    assert other.post(f"/console/profile/passkeys/{number}/name", {"name": "mine"}).status_code == 404
    assert other.post(f"/console/profile/passkeys/{number}/removal").status_code == 404
    assert Passkey.objects.get().name == "phone"


def test_whoever_has_left_or_lost_it_does_not_come_in(owner: Staff, phone: Authenticator) -> None:
    agent = make_staff(Role.AGENT)
    add(client_of(agent), phone)
    _, client = at_the_door(phone)
    boss = client_of(owner)

    boss.post(f"/console/staff/{agent.pk}/leaving")
    assert (at_the_door(phone)[0], client.get("/console/").status_code) == (422, 302)
    boss.post(f"/console/staff/{agent.pk}/return")
    assert at_the_door(phone)[0] == 302
    boss.post(f"/console/staff/{agent.pk}/second-factor/removal")
    assert (at_the_door(phone)[0], Passkey.objects.count()) == (422, 0)


def test_asked_again_a_passkey_is_enough_and_the_act_goes_on(owner: Staff, phone: Authenticator) -> None:
    client = client_of(owner)
    add(client, phone)
    del client.cookies["tw_again"]
    asked = {"name": "erp", "scope": ["orders:read"]}
    assert client.post("/console/keys/making", asked).status_code == 403

    question = client.post("/console/profile/passkeys/question").json()
    phone.flags = PRESENT
    weak = client.post("/console/keys/making", asked | {"again-passkey": phone.sign(question)})
    question = client.post("/console/profile/passkeys/question").json()
    phone.flags = PRESENT | VERIFIED
    strong = client.post("/console/keys/making", asked | {"again-passkey": phone.sign(question)})

    assert (weak.status_code, strong.status_code, ApiToken.objects.count()) == (422, 302, 1)


def test_a_stolen_session_adds_no_passkey(owner: Staff, phone: Authenticator) -> None:
    thief = client_of(owner)
    del thief.cookies["tw_again"]

    assert (add(thief, phone)[0], Passkey.objects.count()) == (403, 0)


def test_a_passkey_meets_the_rule_that_asks_for_a_second_factor(owner: Staff, phone: Authenticator) -> None:
    add(client_of(owner), Authenticator())
    change_factor_rule(FactorRule(Whom.ALL), by=owner, at=NOW)
    client = client_of(make_staff(Role.AGENT))
    assert client.get("/console/").status_code == 302

    assert add(client, phone)[0] == 200
    assert client.get("/console/").status_code == 200


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://shop.example", True),
        ("http://localhost:8000", True),
        ("http://shop.example", False),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
    ],
)
def test_browsers_give_passkeys_to_names_over_safe_connections(
    address: str, possible: bool, settings: LazySettings, db: None
) -> None:
    settings.BASE_URL = address

    assert are_possible() == possible
    assert ("passkeys" in Client().get("/console/login").content.decode()) == possible
    assert (Client().post("/console/login/passkey/question").status_code == 200) == possible


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Shop.Example", "https://shop.example"),
        ("HTTPS://shop.example:443", "https://shop.example"),
        ("https://茶.example:8443", "https://xn--cl1a.example:8443"),
    ],
)
def test_the_shops_address_is_compared_as_browsers_write_it(address: str, origin: str, settings: LazySettings) -> None:
    settings.BASE_URL = address

    assert (are_possible(), _origin(), _host()) == (True, origin, origin.removeprefix("https://").partition(":")[0])


def test_what_is_kept_for_a_stranger_goes_with_the_question_and_who_comes_in_stays(
    owner: Staff, phone: Authenticator
) -> None:
    add(client_of(owner), phone)
    with travel(NOW, tick=False):
        stranger = Client()
        stranger.post("/console/login/passkey/question")
        kept = Session.objects.get(session_key=stranger.cookies["tw_staff"].value)
        assert kept.expire_date == NOW + timedelta(minutes=5)
        came, client = at_the_door(phone)
        assert came == 302
        stays = Session.objects.get(session_key=client.cookies["tw_staff"].value)
        assert stays.expire_date == NOW + timedelta(hours=12)


_WHOLE = '"rawId":"YQ","type":"public-key","response":{"clientDataJSON":"%s","attestationObject":"oA"}}'


@pytest.mark.parametrize(
    "answer",
    [
        "[" * 19_000,
        '{"id":"\\ud800","rawId":"YQ"}',
        '{"id":"\\u0000","rawId":"YQ"}',
        '{"id":"YQ","rawId":5,"type":"public-key","response":{}}',
        *('{"id":"YQ",' + _WHOLE % data for data in ("MQ", "W10", "eyJ0eXBlIjoxfQ")),
    ],
)
def test_whatever_a_stranger_sends_is_refused_and_breaks_nothing(answer: str, owner: Staff) -> None:
    stranger, inside = Client(), client_of(owner)
    stranger.post("/console/login/passkey/question")
    inside.post("/console/profile/passkeys/question?for=adding")

    assert stranger.post("/console/login/passkey", {"passkey": answer}).status_code == 422
    adding = {"passkey_name": "x", "passkey": answer}
    assert inside.post("/console/profile/passkeys", adding).status_code == 422
