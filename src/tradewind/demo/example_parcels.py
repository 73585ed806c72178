"""Orders of the past weeks whose parcels stand in every status, and those that wait to be packed: each one's way is all there or not at all."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.catalog.models import Product
from tradewind.connectors.simulator.choosing import Choice, ChoiceNotOffered, choose
from tradewind.demo.example_orders import Example, is_sold, place_one
from tradewind.demo.example_packing import CHECKED, pack_with_photos, state_packing
from tradewind.demo.example_ways import OTHER_CARRIER, OTHER_NUMBER, WAYS, Scan, Way
from tradewind.demo.scanned import minutes_east
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order
from tradewind.orders.paying import note_payment
from tradewind.orders.states import OrderState
from tradewind.payments.asking import ask_now
from tradewind.payments.starting import start_now
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.checking import Found, note_check
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.event_files import meaning_of
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel, QualityCheck
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking import tell_tracking
from tradewind.shipping.trouble_watching import look_for_trouble

Clock = Callable[[], datetime]
_BY: Final = "system"
_TRACKER: Final = "simulator"
# Who packs carefully is through some hours before the day ends on which goods were to leave.
_IN_TIME: Final = timedelta(hours=5)


def place_parcels(*, now: Clock) -> None:
    """What is not there yet, from the oldest on; then what is wrong is looked for, as the worker does every minute."""
    at = now()
    state_packing(at=at)
    for way in sorted(WAYS, key=lambda way: -way.placed):
        example = _example(way)
        if is_sold(example, at=at) and not _is_there(way):
            # Nobody calls a provider within a transaction; paid twice it is paid once.
            order = _paid(example, at - timedelta(hours=way.placed))
            if way.is_photographed:
                pack_with_photos(order, at=_left_at(way, order, at) - timedelta(hours=1))
            with transaction.atomic():
                _go(way, order, at)
    _note_broken_in_turn(at)
    look_for_trouble(at)


def _note_broken_in_turn(at: datetime) -> None:
    """Each when its time had passed, and not all of them today."""
    open_ = Promise.objects.filter(state=Promise.State.MADE, due_at__lte=at)
    for due_at in sorted(set(open_.values_list("due_at", flat=True))):
        note_broken(min(due_at + timedelta(minutes=1), at))


def _example(way: Way) -> Example:
    method = "instant_transfer" if way.buyer.country == "BR" else "card"
    return Example(way.key, way.buyer, way.language, way.goods, way.option, method, "pay", way.placed)


def _is_there(way: Way) -> bool:
    orders = Order.objects.filter(cart_key=way.key).exclude(state=OrderState.AWAITING_PAYMENT)
    if way.left is not None:
        return orders.filter(parcels__isnull=False).exists()
    return orders.filter(held_at__isnull=way.key != "way-held").exists() and (
        way.key != "way-failed" or QualityCheck.objects.filter(order__in=orders).exists()
    )


def _go(way: Way, order: Order, at: datetime) -> None:
    if way.part and way.left is not None:
        _send_part(way, order, at)
    if way.left is not None and not way.rest_stays:
        order = Order.objects.get(pk=order.pk)
        tracking = Tracking(way.carrier, way.number, is_waiting=way.is_waiting)
        mark_dispatched(order=order, by=_BY, at=_left_at(way, order, at), tracking=tracking)
        if way.called_off:
            _call_off(order, tracking, way.called_off, at)
        _scan(Parcel.objects.filter(order=order).latest("pk"), way.scans, at)
    if way.key == "way-failed":
        _fail(order, at)
    if way.key == "way-held":
        hold_order(order_id=order.pk, reason="address_unclear", by=_BY, at=_ago(at, 5))


def _paid(example: Example, placed_at: datetime) -> Order:
    placed = place_one(example, at=placed_at)
    intent = start_now(placed.intent, now=lambda: placed_at)
    with suppress(ChoiceNotOffered):  # it happened before the loading was cut off
        choose(ref=intent.provider_ref, choice=Choice.PAY_LOST, at=placed_at)
    ask_now(intent, now=placed_at)
    return note_payment(order_id=placed.order.pk, at=placed_at)


def _send_part(way: Way, order: Order, at: datetime) -> None:
    lines = lines_left(order.pk)
    tracking = Tracking(way.carrier, "YT2611280021" if way.rest_stays else "YT2611280022")
    part = Part({lines[0].pk: way.part}, seen_left(lines), 0, 0, tracking)
    left_at = _left_at(way, order, at) - timedelta(hours=0 if way.rest_stays else 2)
    send_part(order_id=order.pk, part=part, by=_BY, at=left_at)
    _scan(Parcel.objects.filter(order=order).latest("pk"), way.part_scans, at)


def _left_at(way: Way, order: Order, at: datetime) -> datetime:
    """As the way has it, or before what was promised of its leaving would have been broken."""
    promises = Promise.objects.filter(kind=Promise.Kind.DISPATCH, subject_kind="order", subject_id=order.pk)
    due_at = promises.order_by("pk").values_list("due_at", flat=True).last()
    left_at = _ago(at, way.left or 0)
    return min(left_at, due_at - _IN_TIME) if due_at else left_at


def _call_off(order: Order, tracking: Tracking, scans: tuple[Scan, ...], at: datetime) -> None:
    """The carrier did not come: the goods go on under the number of another one."""
    _scan(Parcel.objects.get(order=order), scans, at)
    seen = Tracking(tracking.carrier, tracking.number)
    other = Tracking(OTHER_CARRIER, OTHER_NUMBER)
    tell_tracking(order_id=order.pk, tracking=other, seen=seen, by=_BY, at=_ago(at, scans[-1][0] - 2))


def _scan(parcel: Parcel, scans: tuple[Scan, ...], at: datetime) -> None:
    """It counts as followed, and the simulator leaves it where it is."""
    Parcel.objects.filter(pk=parcel.pk).update(watch=Parcel.Watch.WATCHED, tracker=_TRACKER)
    told = [
        Told(
            _ago(at, hours),
            meaning_of(status),
            status,
            place,
            minutes_east=minutes_east(place, parcel.country, _ago(at, hours)),
            carrier=parcel.carrier,
        )
        for hours, status, place in scans
    ]
    for each in sorted(told, key=lambda each: each.at):
        hear(parcel_id=parcel.pk, told=[each], source=_TRACKER, at=each.at)
    # And it has listened until now.
    Parcel.objects.filter(pk=parcel.pk).update(listened_at=at)


def _fail(order: Order, at: datetime) -> None:
    product = Product.objects.get(slug=CHECKED)
    found = Found(product.pk, 1, ("workmanship",), "一只盖子合不上 / one lid does not close", is_passed=False)
    note_check(order_id=order.pk, key="demo", found=found, by=_BY, at=_ago(at, 3))


def _ago(at: datetime, hours: float) -> datetime:
    return at - timedelta(hours=hours)
