"""A second factor asked of everybody: led to it at the log-in, reminded while there is time, held there afterwards."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.test import Client
from time_machine import travel

from tests.console.making import PASSWORD, client_of, make_staff
from tradewind.core.factor_rule import FactorRule, Whom, change_factor_rule, factor_rule
from tradewind.core.models import AuditEntry, SecondFactor, Staff
from tradewind.core.models.staff import Role
from tradewind.core.sealing import unseal
from tradewind.core.second_factors import begin, confirm, turn_off

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
UNTIL = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # the 30th is over in Beijing
OVER = UNTIL + timedelta(minutes=1)
DEMAND = "/console/profile/second-factor/demand"


def with_factor(staff: Staff) -> Staff:
    confirm(staff, pyotp.TOTP(begin(staff, at=NOW)).at(NOW), at=NOW)
    return staff


@pytest.fixture
def owner(db: None) -> Staff:
    return with_factor(make_staff())


@pytest.fixture
def agent(owner: Staff) -> Staff:
    return make_staff(Role.AGENT, password=PASSWORD)


def come_in(staff: Staff, at: datetime) -> tuple[Client, str]:
    client = Client()
    with travel(at, tick=False):
        answer = client.post("/console/login", {"email": staff.email, "password": PASSWORD, "next": "/console/orders"})
    return client, answer["Location"]


def save(client: Client, **fields: str) -> tuple[int, str]:
    answer = client.post("/console/staff/second-factor", {"of": "all", "factor_until": "2026-11-30"} | fields)
    return answer.status_code, answer.content.decode()


def test_an_owner_who_has_one_asks_it_of_all_and_the_list_says_who_has_none(owner: Staff, agent: Staff) -> None:
    with travel(NOW, tick=False):
        client = client_of(owner)
        assert save(client)[0] == 302
        page = client.get("/console/staff").content.decode()

    assert factor_rule() == FactorRule(Whom.ALL, UNTIL)
    assert AuditEntry.objects.get(action="staff.factor_rule").actor == f"staff:{owner.pk}"
    assert "1 person of whom it is asked has none yet." in page
    assert "None yet" in page.split("Ms Agent")[1].split("</tr>")[0]
    assert "None yet" not in page.split("Ms Owner")[1].split("</tr>")[0]
    assert 'value="2026-11-30"' in page


def test_who_has_none_cannot_ask_it_of_others_so_that_no_owner_shuts_themselves_out(db: None) -> None:
    status, page = save(client_of(make_staff()))

    assert (status, "Set up your own second factor first" in page) == (422, True)
    assert factor_rule().of == Whom.NOBODY


@pytest.mark.parametrize("fields", [{"of": "kings"}, {"of": ""}, {"factor_until": "soon"}])
def test_what_cannot_be_changes_nothing(fields: dict[str, str], owner: Staff) -> None:
    with travel(NOW, tick=False):
        status, _ = save(client_of(owner), **fields)

    assert (status, factor_rule().of) == (422, Whom.NOBODY)


def test_only_owners_decide(owner: Staff) -> None:
    assert save(client_of(with_factor(make_staff(Role.MANAGER))))[0] == 403


def test_in_time_one_is_led_to_it_reminded_and_let_work(owner: Staff, agent: Staff) -> None:
    change_factor_rule(FactorRule(Whom.ALL, UNTIL), by=owner, at=NOW)

    client, goes_to = come_in(agent, NOW)
    with travel(NOW, tick=False):
        demand = client.get(goes_to).content.decode()
        orders = client.get("/console/orders")

    assert goes_to == f"{DEMAND}?next=%2Fconsole%2Forders"
    assert '<a href="/console/orders">Later' in demand
    assert (orders.status_code, "Set up your second factor until 2026-12-01 00:00" in orders.content.decode()) == (
        200,
        True,
    )


def test_when_time_is_up_nothing_else_can_be_done_until_it_is_set_up(owner: Staff, agent: Staff) -> None:
    client, _ = come_in(agent, OVER - timedelta(minutes=5))
    change_factor_rule(FactorRule(Whom.ALL, UNTIL), by=owner, at=NOW)

    with travel(OVER, tick=False):
        held = {
            address: client.get(address).status_code
            for address in ("/console/", "/console/orders", "/console/profile", "/console/search?q=x")
        }
        acts = [
            client.post("/console/profile/password", {"present": PASSWORD}),
            client.post("/console/profile/devices/removal"),
        ]
        assert held == dict.fromkeys(held, 302)
        assert [act["Location"] for act in acts] == [f"{DEMAND}?next="] * 2
        assert "over" in client.get(DEMAND).content.decode()
        client.post("/console/profile/second-factor")
        app = pyotp.TOTP(unseal(SecondFactor.objects.get(staff=agent).sealed))
        client.post("/console/profile/second-factor/confirmation", {"code": app.at(OVER)})
        assert client.get("/console/orders").status_code == 200
        assert client.get(f"{DEMAND}?next=/console/orders")["Location"] == "/console/orders"


@pytest.mark.parametrize(
    ("whom", "role", "is_asked"),
    [
        (Whom.NOBODY, Role.MANAGER, False),
        (Whom.LEADS, Role.MANAGER, True),
        (Whom.LEADS, Role.AGENT, False),
        (Whom.ALL, Role.AGENT, True),
    ],
)
def test_it_is_asked_of_those_whom_the_rule_names(whom: Whom, role: Role, is_asked: bool, owner: Staff) -> None:
    change_factor_rule(FactorRule(whom), by=owner, at=NOW)

    answer = client_of(make_staff(role)).get("/console/")

    assert (answer.status_code == 302) == is_asked


def test_an_owner_whose_phone_is_lost_is_led_to_a_new_one_and_not_shut_out(owner: Staff) -> None:
    change_factor_rule(FactorRule(Whom.ALL), by=owner, at=NOW)
    turn_off(owner, by=None, at=NOW)  # by the command

    client = client_of(owner)

    assert client.get("/console/")["Location"].startswith(DEMAND)
    assert client.get(DEMAND).status_code == 200
    assert client.post("/console/profile/second-factor").status_code == 200


def test_who_looks_at_the_console_of_somebody_without_one_sees_their_pages(owner: Staff, agent: Staff) -> None:
    change_factor_rule(FactorRule(Whom.ALL), by=owner, at=NOW)
    client = client_of(owner)
    client.post(f"/console/staff/{agent.pk}/viewing")

    assert client.get("/console/").status_code == 200


def test_who_looks_as_a_colleague_is_led_to_their_own_second_factor(owner: Staff, agent: Staff) -> None:
    change_factor_rule(FactorRule(Whom.ALL, UNTIL), by=owner, at=NOW)
    turn_off(owner, by=None, at=NOW)
    with travel(OVER - timedelta(hours=1), tick=False):
        client = client_of(owner)
        assert client.post(f"/console/staff/{agent.pk}/viewing").status_code == 302
    with travel(OVER, tick=False):
        held = client.get("/console/orders", follow=True)

    assert [status for _, status in held.redirect_chain] == [302]
    assert (held.status_code, held.wsgi_request.path, held.wsgi_request.user) == (200, DEMAND, owner)
