"""Orders that leave in several parcels, parcels that wait for their carrier, and the list of what has to leave."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.orders.test_addressing import ask, confirm
from tests.shipping.packing import hand, paid
from tests.shop import Shop
from tradewind.core.facts import timeline
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import Reservation, StockLevel, StockMovement
from tradewind.lib.money import Money
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.changing import Act, NotChangeable, seen_lines
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.splitting import split_order
from tradewind.orders.states import MoveNotAllowed
from tradewind.payments.settling import record_capture
from tradewind.promises.models import Promise
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.handing_over import hand_over, parcels_waiting
from tradewind.shipping.hearing import hear
from tradewind.shipping.labelling import changes_of, note_labelled
from tradewind.shipping.models import Parcel
from tradewind.shipping.packing import begin_packing, finish_packing, packed, scan
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import NotThatMany, Part, PartNotSeen, seen_left, send_part
from tradewind.shipping.ports import Told
from tradewind.shipping.to_send import ToSend, how_many, named, to_send
from tradewind.shipping.tracking_states import Meaning, Status


def really_paid(shop: Shop, units: int) -> Order:
    placed = shop.place(shop.cart((shop.small, units)))
    amount = Money(placed.intent.amount, "EUR")
    record_capture(intent_id=placed.intent.pk, external_id="m-1", amount=amount, by="system", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    return Order.objects.get(pk=placed.order.pk)


def part_of(order: Order, units: int, *, is_waiting: bool = False, number: str = "") -> Part:
    line = order.lines.get(kind=OrderLine.Kind.GOODS)
    tracking = Tracking("DHL", number, is_waiting=is_waiting)
    return Part({line.pk: units}, seen_left(lines_left(order.pk)), 0, 0, tracking)


def test_an_order_leaves_in_two_parcels_and_its_promise_is_kept_by_the_last(shop: Shop) -> None:
    order = really_paid(shop, 3)
    packing = begin_packing(order_id=order.pk, by="staff:1", at=shop.at)
    for _ in range(3):
        scan(hand=hand(packing), code="MUG-S")
    finish_packing(hand=hand(packing), at=shop.at)
    first = part_of(order, 1, number="JD01")

    send_part(order_id=order.pk, part=first, by="staff:1", at=shop.at)

    def books() -> tuple[int, int]:
        level = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen)
        return level.on_hand, level.reserved

    order.refresh_from_db()
    assert (order.state, books(), packed(order.pk)) == ("paid", (9, 2), None)
    assert Promise.objects.get(kind="dispatch").state == "made"
    assert list(Reservation.objects.order_by("pk").values_list("quantity", "state")) == [(2, "held"), (1, "shipped")]
    # A second click, more than is here, and nothing at all.
    with pytest.raises(PartNotSeen):
        send_part(order_id=order.pk, part=first, by="staff:1", at=shop.at)
    for units in (3, 0):
        with pytest.raises(NotThatMany):
            send_part(order_id=order.pk, part=part_of(order, units), by="staff:1", at=shop.at)
    # What has left in part is neither cancelled nor divided.
    with pytest.raises(MoveNotAllowed):
        cancel_order(order=order, by="staff:1", reason="buyer_asked", at=shop.at)
    line = order.lines.get(kind="goods")
    with pytest.raises(NotChangeable) as refusal:
        split_order(
            order_id=order.pk,
            moved={line.pk: 1},
            seen=seen_lines([(line.pk, 3)]),
            agreed=0,
            act=Act("staff:1", shop.at),
        )
    assert refusal.value.why == "in_part"

    later = shop.at + timedelta(hours=3)
    send_part(order_id=order.pk, part=part_of(order, 2, number="JD02"), by="staff:1", at=later)

    order.refresh_from_db()
    dispatch = Promise.objects.get(kind="dispatch")
    assert (order.state, books(), dispatch.state, dispatch.settled_at) == ("dispatched", (7, 0), "kept", later)
    assert [list(parcel.lines.values_list("quantity", flat=True)) for parcel in order.parcels.order_by("pk")] == [
        [1],
        [2],
    ]
    assert sum(StockMovement.objects.filter(kind="shipped").values_list("quantity", flat=True)) == -3
    arrived = Told(later + timedelta(days=5), Meaning(Status.DELIVERED), "D")
    states = []
    for parcel in order.parcels.order_by("pk"):
        hear(parcel_id=parcel.pk, told=[arrived], source="test", at=later + timedelta(days=6))
        order.refresh_from_db()
        states.append(order.state)
    assert states == ["dispatched", "delivered"]


def test_parcels_wait_until_their_carrier_collects_or_scans_them(shop: Shop) -> None:
    orders = [paid(shop, (shop.small, 1)) for _ in range(3)]
    for order in orders:
        send_part(order_id=order.pk, part=part_of(order, 1, is_waiting=True), by="staff:1", at=shop.at)
    first, second, third = (order.parcels.get() for order in orders)

    def moments() -> list[str]:
        return [fact.name for fact in timeline("order", orders[0].pk) if fact.name.startswith("shipping.")]

    assert moments() == ["shipping.marked_dispatched"]
    assert list(parcels_waiting(EVERYWHERE)) == [first, second, third]
    later = shop.at + timedelta(hours=5)
    ids = [first.pk, second.pk]
    assert hand_over(parcel_ids=ids, reach=Reach(frozenset()), by="staff:1", at=later) == 0
    assert hand_over(parcel_ids=ids, reach=EVERYWHERE, by="staff:1", at=later) == 2
    assert hand_over(parcel_ids=ids, reach=EVERYWHERE, by="staff:1", at=later) == 0
    assert moments() == ["shipping.marked_dispatched", "shipping.parcel_handed_over"]
    scanned = Told(later, Meaning(Status.PICKED_UP), "P")
    hear(parcel_id=third.pk, told=[scanned], source="test", at=later + timedelta(hours=1))
    run_until_idle(now=lambda: later + timedelta(hours=1))
    assert set(Parcel.objects.values_list("is_waiting", "handed_over_at")) == {(False, later)}


def test_what_is_promised_soonest_leads_the_list_of_what_has_to_leave(shop: Shop) -> None:
    def promise(order: Order, hours: int) -> None:
        Promise.objects.filter(kind="dispatch", subject_id=order.pk).update(due_at=shop.at + timedelta(hours=hours))

    late, soon, without, held = (paid(shop, (shop.small, 1)) for _ in range(4))
    Promise.objects.filter(subject_id=without.pk).delete()
    promise(soon, 5)
    promise(late, -2)
    hold_order(order_id=held.pk, reason="other", by="staff:1", at=shop.at)
    begin_packing(order_id=soon.pk, by="staff:1", at=shop.at)
    note_labelled({late.pk: 0}, by="staff:1", at=shop.at)

    def found(view: str = "open", **asked: str) -> list[int]:
        return [row.order.pk for row in to_send(ToSend(view, **asked), EVERYWHERE, now=shop.at)[0]]

    assert found() == [late.pk, soon.pk, without.pk]
    assert found("late") == [late.pk]
    assert found("today") == [late.pk, soon.pk]
    assert found("label") == [soon.pk, without.pk]
    assert found("packing") == found(packer="staff:1") == [soon.pk]
    assert found("held") == [held.pk]
    assert (found(warehouse="shenzhen"), found(warehouse="frankfurt")) == (found(), [])
    assert [row.order.pk for row in named([held.pk, soon.pk], EVERYWHERE, now=shop.at)] == [soon.pk]
    page, key = to_send(ToSend(), EVERYWHERE, now=shop.at, size=2)
    rest, end = to_send(ToSend(), EVERYWHERE, now=shop.at, size=2, after=key)
    assert ([row.order.pk for row in page + rest], end) == (found(), None)
    assert to_send(ToSend(), Reach(frozenset()), now=shop.at) == ([], None)


def test_what_is_due_today_is_due_on_the_day_of_its_own_warehouse(shop: Shop) -> None:
    """In Berlin a day ends when it is seven in the morning in Shenzhen."""
    order = paid(shop, (shop.small, 1))
    due_at = datetime(2026, 12, 1, 23, tzinfo=UTC)
    Promise.objects.filter(kind="dispatch").update(due_at=due_at, last_day=date(2026, 12, 1), zone="Europe/Berlin")

    def found(hour: int, day: int = 1) -> list[int]:
        now = datetime(2026, 12, day, hour, tzinfo=ZoneInfo("Europe/Berlin"))
        assert how_many(ToSend("today"), EVERYWHERE, now=now) == len(to_send(ToSend("today"), EVERYWHERE, now=now)[0])
        return [row.order.pk for row in to_send(ToSend("today"), EVERYWHERE, now=now)[0]]

    assert [found(hour) for hour in (0, 9, 16, 23)] == [[order.pk]] * 4
    assert found(1, day=2) == [order.pk], "late is due as well"
    Promise.objects.filter(kind="dispatch").update(due_at=due_at + timedelta(days=1))
    assert [found(hour) for hour in (0, 23)] == [[], []]


def test_what_stays_of_an_order_wants_a_label_of_its_own(shop: Shop) -> None:
    order = really_paid(shop, 3)
    note_labelled(changes_of([order.pk]), by="staff:1", at=shop.at)

    def unlabelled() -> list[int]:
        asked = ToSend("label")
        return [row.order.pk for row in to_send(asked, EVERYWHERE, now=shop.at)[0]]

    assert unlabelled() == []
    send_part(order_id=order.pk, part=part_of(order, 1), by="staff:1", at=shop.at)
    assert unlabelled() == [order.pk]


def test_an_address_that_changes_while_labels_are_made_is_looked_at_again(shop: Shop) -> None:
    order = really_paid(shop, 1)
    counted = changes_of([order.pk])
    confirm(order, ask(order, shop.at), shop.at)

    note_labelled(counted, by="staff:1", at=shop.at)

    [row] = to_send(ToSend(), EVERYWHERE, now=shop.at)[0]
    assert row.label is not None
    assert (row.label.changes, changes_of([order.pk])) == (0, {order.pk: 1})


def test_a_long_list_of_what_has_to_leave_costs_no_more_statements(shop: Shop) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            rows, _ = to_send(ToSend(), EVERYWHERE, now=shop.at)
        assert all(row.units == 1 for row in rows)
        return len(asked)

    paid(shop, (shop.small, 1))
    one = statements()
    for _ in range(8):
        paid(shop, (shop.small, 1))
    assert statements() == one == 4
