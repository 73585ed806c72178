"""Cases on Today: one row with the promise that they endanger, and a letter that leaves from there."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import client_of, make_order, make_staff
from tests.shop import open_shop
from tradewind.console.times import due_time
from tradewind.core.models.staff import Role
from tradewind.core.todos import ask_for_hand
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import UTC, utc_now
from tradewind.messaging.models import Message
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.models import Parcel, Trouble, TroubleGroup
from tradewind.shipping.trouble_cases import GROUP, TODO

pytestmark = pytest.mark.django_db


def promised(order_id: int, kind: str, hours: float) -> Promise:
    due_at = utc_now() + timedelta(hours=hours)
    return Promise.objects.create(
        kind=kind,
        subject_kind="order",
        subject_id=order_id,
        due_at=due_at,
        made_at=utc_now() - timedelta(days=9),
        zone="Asia/Shanghai",
        first_day=due_at.date(),
        last_day=due_at.date(),
        account_id=Order.objects.get(pk=order_id).account_id,
        digest="x",
        at_risk_since=utc_now(),
        risk="silent",
        inputs={"warehouse_city": {"en": "Shenzhen"}},
    )


def case_of(number: int, *, cause: str = "silent", carrier: str = "4PX", hours: float = 30) -> Trouble:
    """A case whose arrival is due after so many hours, with the to-do of its group."""
    order = make_order(number, state="dispatched")
    at = utc_now() - timedelta(days=9)
    parcel = Parcel.objects.create(
        order=order, ref=f"PC-{number}", tracking_number=f"LP{number:04}", country="DE", handed_over_at=at, last_at=at
    )
    group, _ = TroubleGroup.objects.get_or_create(account=order.account, cause=cause, carrier=carrier)
    now = utc_now()
    facts = {"cause": cause, "carrier": carrier, "country": "DE", "notice": ""}
    due_at = now + timedelta(hours=20)
    ask_for_hand(TODO, subject=(GROUP, group.pk), account_id=order.account_id, due_at=due_at, at=now, facts=facts)
    promised(order.pk, "delivery", hours)
    return Trouble.objects.create(group=group, order=order, parcel=parcel, cause=cause, since=at, opened_at=at)


def rows(console: Client) -> list[str]:
    page = re.sub(r"\s+", " ", console.get("/console/").content.decode())
    found = re.findall(r'<li class="duty">(.*?)</li>', page)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in found]


def test_a_case_and_its_promise_are_one_row_due_when_the_first_of_them_is(console: Client) -> None:
    alone = case_of(1, carrier="4PX", hours=-3)
    for number in (2, 3):
        case_of(number, carrier="YunExpress", hours=number)
    # What a case of a parcel does not speak of stands by itself, and what was acted on stands as a promise.
    promised(make_order(9, state="paid").pk, "dispatch", 12)

    first, many, other = rows(console)

    assert re.match(rf"3 h late .* {alone.order.ref} No scan for too long \(4PX · Germany\)\..* At your door", first)
    assert re.match(r"in 1 h .*YunExpress · Germany\): 2 cases.* Due first: TW-[^ ]+, At your door", many)
    assert re.search(r"Leaves Shenzhen", other)
    Trouble.objects.filter(pk=alone.pk).update(handled_at=utc_now())
    assert [row for row in rows(console) if alone.order.ref in row and "Look where the parcel is" in row]


def test_thirty_cases_take_no_more_statements_than_three(console: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            console.get("/console/")
        return len(seen)

    for number in range(1, 4):
        case_of(number, carrier=f"Carrier {number}")
    count()
    few = count()
    for number in range(4, 31):
        case_of(number, carrier=f"Carrier {number}")

    assert (count(), len(rows(console))) == (few, 30)


def test_midnight_is_said_as_the_end_of_its_day() -> None:
    assert [due_time(datetime(2026, 11, 30, 16, minute, tzinfo=UTC)) for minute in (0, 1)] == [
        "30 November, end of the day",
        "2026-12-01 00:01",
    ]


@pytest.mark.parametrize(("day", "is_festival"), [("2026-07-01", False), ("2027-01-12", True)])
def test_nothing_waits_is_said_only_where_nothing_stands(db: None, day: str, is_festival: bool) -> None:
    with time_machine.travel(f"{day}T03:00:00Z", tick=False):
        open_shop(utc_now())
        page = client_of(make_staff(Role.OWNER)).get("/console/").content.decode()

    assert ("Look at the proposal" in page, "Nothing waits for a person" in page) == (is_festival, not is_festival)


FORM = re.compile(r'<form method="post" action="([^"]*/telling)">(.*?)</form>', re.DOTALL)


def test_letters_leave_from_today_once_and_only_for_those_who_may(console: Client) -> None:
    case_of(1, carrier="4PX", hours=10 * 24)
    for number in (2, 3):
        case_of(number, carrier="YunExpress", hours=9 * 24, cause="pickup")
    # Of several that are late each may ask for something else: that is looked at on their page.
    silent = [case_of(number, carrier="SF", hours=8 * 24) for number in (5, 6)]
    # What customs ask for may be given a day: that is chosen on its page.
    held = case_of(4, carrier="DHL", cause="customs")
    page = console.get("/console/").content.decode()
    forms = [address for address, _ in FORM.findall(page)]

    assert len(forms) == 2
    assert f"/console/troubles/{held.pk}/telling" not in forms
    assert not [each for each in forms if f"/{silent[0].group_id}/" in each and "group" in each]
    assert "Tell all 2" in page
    assert page.count('<pre class="letter"') == 2
    assert FORM.findall(client_of(make_staff(Role.WAREHOUSE)).get("/console/").content.decode()) == []
    for address, body in FORM.findall(page) * 2:
        console.post(address, lists_of(body))
    run_until_idle(now=utc_now)
    assert Message.objects.filter(moment="order_trouble").count() == 3
    assert FORM.findall(console.get("/console/").content.decode()) == []


def fields_of(body: str) -> list[tuple[str, str]]:
    return re.findall(r'name="([^"]+)" value="([^"]+)"', body)


def lists_of(body: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields_of(body):
        found.setdefault(name, []).append(value)
    return found
