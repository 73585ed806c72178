"""Today's list of promises, and addresses that the console does not have."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.console.today.agenda import agenda
from tradewind.console.today.duties import Duty
from tradewind.console.today.promised import SHOWN, due_promises, not_shown
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.lib.refs import new_ref
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order
from tradewind.payments.settling import record_capture
from tradewind.promises.models import Promise
from tradewind.promises.risking import put_at_risk
from tradewind.promises.watching import note_broken
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.due import Part
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking


def _paid_order(shop: Shop) -> Order:
    placed = shop.place(shop.cart((shop.small, 1)))
    amount = Money(placed.intent.amount, "EUR")
    record_capture(intent_id=placed.intent.pk, external_id="m", amount=amount, by="system", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    return Order.objects.get(pk=placed.order.pk)


def test_what_was_promised_stands_until_it_has_left_even_when_it_is_late(shop: Shop) -> None:
    order = _paid_order(shop)
    unpaid = shop.place(shop.cart((shop.small, 1))).order
    soon = shop.at + timedelta(hours=12)

    # Due in 34 hours: it does not stand there before its last day.
    assert due_promises(EVERYWHERE, now=shop.at) == []
    assert [row.order_id for row in due_promises(EVERYWHERE, now=soon)] == [order.pk]
    late = shop.at + timedelta(days=3)
    note_broken(late)
    assert [(row.order_ref, row.words, row.helps) for row in due_promises(EVERYWHERE, now=late)] == [
        (order.ref, "Leaves Shenzhen by Tue 24 Nov", "Pack it and mark it dispatched.")
    ]
    # Nobody has paid it: it was never to leave.
    assert Promise.objects.get(kind="dispatch", subject_id=unpaid.pk).state == "released"
    mark_dispatched(order=order, by="staff:1", at=late)
    assert due_promises(EVERYWHERE, now=late) == []


def test_what_is_at_risk_stands_there_before_it_is_due_and_nobody_sees_other_accounts(shop: Shop) -> None:
    order = _paid_order(shop)
    delivery = Promise.objects.get(kind="delivery", subject_id=order.pk)
    put_at_risk(promise_id=delivery.pk, risk="no_scan", note="No scan for 5 days.", at=shop.at)

    [row] = due_promises(EVERYWHERE, now=shop.at)
    assert (row.is_at_risk, row.note, row.words) == (
        True,
        "No scan for 5 days.",
        "At your door Wed 2 Dec to Thu 10 Dec",
    )
    elsewhere = Reach(frozenset({order.account_id + 1}), has_own_shop=False)
    assert due_promises(elsewhere, now=shop.at) == []


def test_the_list_takes_the_same_statements_for_one_promise_and_for_ten(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    late = shop.at + timedelta(days=2)
    _paid_order(shop)
    with django_assert_num_queries(5):
        assert len(due_promises(EVERYWHERE, now=late)) == 1
    for _ in range(9):
        _paid_order(shop)
    with django_assert_num_queries(5):
        assert len(due_promises(EVERYWHERE, now=late)) == 10


def test_promises_and_to_dos_are_one_list_late_first_then_by_day(shop: Shop) -> None:
    _paid_order(shop)
    now = shop.at + timedelta(hours=30)  # 20:00 in Beijing, four hours before it is due there
    asked = [_duty(1, now - timedelta(hours=1)), _duty(2, now + timedelta(hours=8)), _duty(3, now + timedelta(days=3))]

    groups = agenda(due_promises(EVERYWHERE, now=now), asked, now=now)

    assert [(group.title, len(group.items)) for group in groups] == [
        ("Late", 1),
        ("Due today", 1),
        ("Due tomorrow", 1),
        ("Fri 27 Nov", 1),
    ]


def _duty(number: int, due_at: datetime) -> Duty:
    return Duty(number, "Look", "", due_at, is_late=number == 1)


def test_today_shows_promises_to_those_who_may_see_orders(shop: Shop) -> None:
    order = _paid_order(shop)
    Promise.objects.filter(kind="dispatch").update(due_at=utc_now())
    warehouse = client_of(make_staff(Role.WAREHOUSE, language="en"))
    content = client_of(make_staff(Role.CONTENT, language="en"))

    assert f"<strong>{order.ref}</strong> Leaves Shenzhen by Tue 24 Nov" in warehouse.get("/console/").content.decode()
    assert order.ref not in content.get("/console/").content.decode()


@pytest.mark.django_db
def test_an_address_with_a_slash_too_many_leads_to_its_page() -> None:
    staff = client_of(make_staff(Role.OWNER))

    answer = staff.get("/console/orders/?state=paid")
    assert (answer.status_code, answer["Location"]) == (302, "/console/orders?state=paid")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/console/nothing", "/console/nothing/", "/console/de/", "/console/de/cart/"])
def test_an_unknown_address_is_nothing_and_never_a_page_of_the_shop(path: str) -> None:
    assert client_of(make_staff(Role.OWNER)).get(path).status_code == 404
    assert Client().get(path).status_code == 404


def test_what_is_kept_back_is_still_promised_and_says_so(shop: Shop) -> None:
    held, free = _paid_order(shop), shop.place(shop.cart((shop.small, 1))).order
    Order.objects.filter(pk=free.pk).update(state="paid")
    hold_order(order_id=held.pk, reason="other", by="staff:1", at=shop.at)
    now = utc_now()
    Promise.objects.filter(kind="dispatch").update(due_at=now)

    page = client_of(make_staff(Role.WAREHOUSE, language="en")).get("/console/").content.decode()

    assert [(row.order_id, row.is_kept) for row in due_promises(EVERYWHERE, now=now)] == [
        (held.pk, True),
        (free.pk, False),
    ]
    assert page.count("</svg>Kept back</span>") == 1


def test_old_arrivals_hide_nothing_that_has_to_leave(shop: Shop) -> None:
    """Each kind has a bound of its own; what does not stand there is counted, with its list."""
    leaving = _paid_order(shop)
    late = shop.at + timedelta(days=20)
    arrived = [mark_dispatched(order=_paid_order(shop), by="staff:1", at=shop.at) for _ in range(2)]
    Parcel.objects.filter(order=arrived[0]).update(watch=Parcel.Watch.WATCHED)
    note_broken(late)
    others = [_like(Promise.objects.get(subject_id=arrived[0].pk, kind="delivery", is_owed=True)) for _ in range(SHOWN)]
    Parcel.objects.bulk_create(
        Parcel(order_id=row.subject_id, ref=f"PC-{row.pk}", handed_over_at=shop.at, watch="watched") for row in others
    )
    Promise.objects.filter(kind="dispatch").update(due_at=late)

    rows = due_promises(EVERYWHERE, now=late)

    assert (len(rows), rows[-1].order_id) == (SHOWN + 1, leaving.pk)
    assert [(rest.words, rest.address) for rest in not_shown(EVERYWHERE, rows, now=late)] == [
        ("More parcels are late or due: 1", "/console/parcels?view=open"),
        ("Parcels that should have arrived, and nobody tells: 1", "/console/parcels?view=unseen"),
    ]


def test_what_stands_ready_and_is_not_shown_leads_to_the_parcels_that_wait(shop: Shop) -> None:
    packed = mark_dispatched(
        order=_paid_order(shop), by="staff:1", at=shop.at, tracking=Tracking("DHL", "JD1", is_waiting=True)
    )
    late = shop.at + timedelta(days=9)
    Promise.objects.filter(kind="dispatch").update(due_at=late - timedelta(hours=1))
    _paid_order(shop)
    promise = Promise.objects.get(kind="dispatch", subject_id=packed.pk)
    for _ in range(SHOWN + 1):
        _like(promise)

    rows = due_promises(EVERYWHERE, now=late)

    assert sum(row.part is Part.LEAVING and "collected" in row.helps for row in rows) == SHOWN - 1
    rest = not_shown(EVERYWHERE, rows, now=late)[0]
    assert (rest.words, rest.address) == ("More parcels wait for their carrier: 3", "/console/warehouse/waiting")


def test_the_page_of_today_names_what_does_not_stand_there(shop: Shop, console: Client) -> None:
    order = mark_dispatched(order=_paid_order(shop), by="staff:1", at=shop.at)
    at = utc_now() - timedelta(days=3)
    Parcel.objects.filter(order=order).update(due_at=at)
    Promise.objects.filter(subject_id=order.pk, kind="delivery").update(due_at=at, state="unknown")

    page = console.get("/console/").content.decode()

    assert "Parcels that should have arrived, and nobody tells: 1" in page
    assert order.ref not in page


def _like(promise: Promise) -> Promise:
    """The same of another order."""
    order = Order.objects.get(pk=promise.subject_id)
    order.pk, order.ref, order.cart_key = None, new_ref("TW"), None
    order.save(force_insert=True)
    promise.pk, promise.subject_id = None, order.pk
    promise.save(force_insert=True)
    return promise
