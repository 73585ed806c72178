"""One's own password, second factor and browsers."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from time_machine import travel

from tests.console.making import PASSWORD, client_of, make_staff
from tradewind.core.models import AuditEntry, RecoveryCode, SecondFactor, Staff, StaffDevice
from tradewind.core.models.staff import Role

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EMAIL = "owner@shop.example"


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff(password=PASSWORD)


def logged_in(email: str = EMAIL, agent: str = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/console/login", {"email": email, "password": PASSWORD})
    return client


def set_up(client: Client) -> tuple[pyotp.TOTP, list[str]]:
    """Turned on at NOW; the app, and the codes for paper."""
    page = client.post("/console/profile/second-factor").content.decode()
    secret = re.search(r'class="code">([A-Z2-7 ]+)<', page)
    assert secret is not None
    app = pyotp.TOTP(secret[1].replace(" ", ""))
    shown = client.post("/console/profile/second-factor/confirmation", {"code": app.at(NOW)}).content.decode()
    return app, re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", shown)


@travel(NOW, tick=False)
def test_with_a_second_factor_the_password_alone_does_not_let_in(owner: Staff) -> None:
    app, _ = set_up(logged_in())
    client = Client()

    half = client.post("/console/login", {"email": EMAIL, "password": PASSWORD, "next": "/console/orders"})

    assert (half.status_code, half["Location"]) == (302, "/console/login/code")
    assert client.get("/console/").status_code == 302
    with travel(NOW + timedelta(minutes=1), tick=False):
        whole = client.post("/console/login/code", {"code": app.at(NOW + timedelta(minutes=1))})
    assert (whole.status_code, whole["Location"]) == (302, "/console/orders")
    assert client.get("/console/").status_code == 200


@travel(NOW, tick=False)
def test_the_secret_is_kept_sealed(owner: Staff) -> None:
    app, _ = set_up(logged_in())

    assert app.secret not in SecondFactor.objects.get().sealed


@travel(NOW, tick=False)
def test_a_code_opens_once(owner: Staff) -> None:
    app, _ = set_up(logged_in())
    later = NOW + timedelta(minutes=2)

    with travel(later, tick=False):
        answers = []
        for _turn in range(2):
            client = Client()
            client.post("/console/login", {"email": EMAIL, "password": PASSWORD})
            answers.append(client.post("/console/login/code", {"code": app.at(later)}).status_code)

    assert answers == [302, 422]


@travel(NOW, tick=False)
def test_a_code_from_paper_opens_once_and_is_on_record(owner: Staff) -> None:
    _, paper = set_up(logged_in())
    assert len(set(paper)) == 10

    answers = []
    for typed in (paper[0].lower(), paper[0], paper[1].replace("-", " ")):
        client = Client()
        client.post("/console/login", {"email": EMAIL, "password": PASSWORD})
        answers.append(client.post("/console/login/code", {"code": typed}).status_code)

    assert answers == [302, 422, 302]
    assert AuditEntry.objects.filter(action="staff.recovery_code_used").count() == 2
    assert not RecoveryCode.objects.filter(digest__contains=paper[0]).exists()


@travel(NOW, tick=False)
def test_five_wrong_codes_shut_it_for_a_quarter_of_an_hour_even_for_the_right_one(owner: Staff) -> None:
    app, _ = set_up(logged_in())
    later = NOW + timedelta(minutes=1)

    def answer(code: str, at: datetime) -> int:
        with travel(at, tick=False):
            client = Client()  # a new browser each time: the count is not its own
            client.post("/console/login", {"email": EMAIL, "password": PASSWORD})
            return client.post("/console/login/code", {"code": code}).status_code

    wrong = [answer("000000" if app.at(later) != "000000" else "111111", later) for _ in range(5)]

    assert wrong == [422] * 5
    assert answer(app.at(later), later) == 429
    reopened = later + timedelta(minutes=16)
    assert answer(app.at(reopened), reopened) == 302


def test_who_comes_to_the_code_without_a_password_is_sent_back(owner: Staff) -> None:
    assert Client().post("/console/login/code", {"code": "123456"})["Location"] == "/console/login"


@travel(NOW, tick=False)
def test_half_in_is_over_after_ten_minutes(owner: Staff) -> None:
    app, _ = set_up(logged_in())
    client = Client()
    client.post("/console/login", {"email": EMAIL, "password": PASSWORD})

    late = NOW + timedelta(minutes=11)
    with travel(late, tick=False):
        assert client.post("/console/login/code", {"code": app.at(late)})["Location"] == "/console/login"


def test_a_session_known_before_the_log_in_is_worth_nothing_after_it(owner: Staff) -> None:
    """Session fixation: who plants a key in a browser must not be in with it once its owner has logged in."""
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)

    client.post("/console/login", {"email": EMAIL, "password": PASSWORD})

    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


@travel(NOW, tick=False)
def test_turning_it_off_takes_both_password_and_code(owner: Staff) -> None:
    client = logged_in()
    app, _ = set_up(client)
    later = NOW + timedelta(minutes=1)

    with travel(later, tick=False):
        without = client.post("/console/profile/second-factor/removal", {"present": "wrong", "code": app.at(later)})
        assert (without.status_code, SecondFactor.objects.count()) == (422, 1)
        both = client.post("/console/profile/second-factor/removal", {"present": PASSWORD, "code": app.at(later)})

    assert (both.status_code, SecondFactor.objects.count(), RecoveryCode.objects.count()) == (302, 0, 0)


@travel(NOW, tick=False)
def test_an_owner_helps_who_has_lost_phone_and_paper(owner: Staff) -> None:
    make_staff(Role.AGENT, password=PASSWORD)
    agents = logged_in("agent@shop.example")
    set_up(agents)
    agent = Staff.objects.get(role=Role.AGENT)

    logged_in().post(f"/console/staff/{agent.pk}/second-factor/removal")

    assert agents.get("/console/").status_code == 302
    assert logged_in("agent@shop.example").get("/console/").status_code == 200


def test_the_browsers_are_listed_and_one_is_logged_out_from_afar(owner: Staff) -> None:
    phone = logged_in(agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0")
    desk = logged_in()
    page = desk.get("/console/profile").content.decode()
    assert "WeChat · iPhone" in page
    assert "Chrome · Linux" in page
    device = StaffDevice.objects.get(agent__contains="iPhone")

    desk.post(f"/console/profile/devices/{device.pk}/removal")

    assert phone.get("/console/").status_code == 302
    assert desk.get("/console/").status_code == 200


def test_nobody_logs_out_the_browser_of_another_person(owner: Staff) -> None:
    make_staff(Role.AGENT, password=PASSWORD)
    agents = logged_in("agent@shop.example")
    device = StaffDevice.objects.get(staff__role=Role.AGENT)

    assert logged_in().post(f"/console/profile/devices/{device.pk}/removal").status_code == 404
    assert agents.get("/console/").status_code == 200


def test_another_password_logs_out_all_other_browsers(owner: Staff) -> None:
    other, here = logged_in(), logged_in()

    answer = here.post(
        "/console/profile/password", {"present": PASSWORD, "password": "nine slow barges", "again": "nine slow barges"}
    )

    assert answer.status_code == 302
    assert here.get("/console/").status_code == 200
    assert other.get("/console/").status_code == 302
    assert StaffDevice.objects.filter(staff=owner).count() == 1


def test_another_password_needs_the_present_one(owner: Staff) -> None:
    here = logged_in()

    answer = here.post(
        "/console/profile/password", {"present": "wrong", "password": "nine slow barges", "again": "nine slow barges"}
    )

    assert answer.status_code == 422
    assert "not your present password" in answer.content.decode()
    assert logged_in().get("/console/").status_code == 200


@travel(NOW, tick=False)
def test_under_another_secret_key_codes_on_paper_open_and_an_app_can_be_set_up(
    owner: Staff, settings: LazySettings
) -> None:
    app, paper = set_up(logged_in())
    manager = client_of(make_staff(Role.MANAGER))
    begun = manager.post("/console/profile/second-factor").content.decode()
    settings.SECRET_KEY = "x" * 50
    client = Client()
    client.post("/console/login", {"email": EMAIL, "password": PASSWORD})

    assert client.post("/console/login/code", {"code": app.at(NOW)}).status_code == 422
    assert client.post("/console/login/code", {"code": paper[0]}).status_code == 302
    assert "set it up anew" in client.get("/console/profile").content.decode()
    both = {"present": PASSWORD, "code": paper[1]}
    assert client.post("/console/profile/second-factor/removal", both).status_code == 302
    other, _ = set_up(client)
    assert other.secret != app.secret
    manager = client_of(Staff.objects.get(role=Role.MANAGER))
    anew = manager.post("/console/profile/second-factor")
    assert (anew.status_code, anew.content.decode() == begun) == (200, False)


@travel(NOW, tick=False)
def test_between_password_and_code_another_password_ends_what_was_begun(owner: Staff) -> None:
    _, paper = set_up(logged_in())
    client = Client()
    client.post("/console/login", {"email": EMAIL, "password": PASSWORD})
    Staff.objects.update(password=make_password("another quiet lamp"))

    answer = client.post("/console/login/code", {"code": paper[0]})

    assert (answer.status_code, answer["Location"]) == (302, "/console/login")
    assert RecoveryCode.objects.filter(used_at=None).count() == 10
