"""Orders of the past weeks whose parcels stand in every status, and those that wait to be packed: each one's way is all there or not at all."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.catalog.models import Product
from tradewind.catalog.packing import PackingDraft, write_packing
from tradewind.connectors.simulator.choosing import Choice, ChoiceNotOffered, choose
from tradewind.demo.example_orders import Example, is_sold, place_one
from tradewind.demo.example_ways import WAYS, Scan, Way
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order
from tradewind.orders.paying import note_payment
from tradewind.orders.states import OrderState
from tradewind.payments.asking import ask_now
from tradewind.payments.starting import start_now
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
from tradewind.shipping.trouble_watching import look_for_trouble

Clock = Callable[[], datetime]
_BY: Final = "system"
_TRACKER: Final = "simulator"
_CHECKED: Final = "storage-jars"
_PACKING: Final = {
    "mug": PackingDraft("每只杯子单独裹两层气泡膜，杯口朝下放", ("护理卡",), is_fragile=True),
    "dinner-plate": PackingDraft("竖放，盘与盘之间垫纸板", is_fragile=True),
    _CHECKED: PackingDraft(
        "盖子与罐身分开包",
        is_fragile=True,
        needs_check=True,
        check_parts=("material", "workmanship"),
        check_note="看釉面有没有裂纹，盖子是否合得上",
    ),
}


def place_parcels(*, now: Clock) -> None:
    """What is not there yet, from the oldest on; then what is wrong is looked for, as the worker does every minute."""
    at = now()
    for slug, draft in _PACKING.items():
        product = Product.objects.filter(slug=slug).first()
        if product is not None:
            write_packing(product=product, draft=draft, by=_BY, at=at)
    for way in sorted(WAYS, key=lambda way: -way.placed):
        example = _example(way)
        if is_sold(example, at=at) and not _is_there(way):
            # Nobody calls a provider within a transaction; paid twice it is paid once.
            order = _paid(example, at - timedelta(hours=way.placed))
            with transaction.atomic():
                _go(way, order, at)
    note_broken(at)
    look_for_trouble(at)


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
        mark_dispatched(order=order, by=_BY, at=_ago(at, way.left), tracking=tracking)
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
    left_at = _ago(at, (way.left or 0) + (0 if way.rest_stays else 24))
    send_part(order_id=order.pk, part=part, by=_BY, at=left_at)
    _scan(Parcel.objects.filter(order=order).latest("pk"), way.part_scans, at)


def _scan(parcel: Parcel, scans: tuple[Scan, ...], at: datetime) -> None:
    """It counts as followed, and the simulator leaves it where it is."""
    Parcel.objects.filter(pk=parcel.pk).update(watch=Parcel.Watch.WATCHED, tracker=_TRACKER)
    told = [
        Told(_ago(at, hours), meaning_of(status), status, place, carrier=parcel.carrier)
        for hours, status, place in scans
    ]
    for each in sorted(told, key=lambda each: each.at):
        hear(parcel_id=parcel.pk, told=[each], source=_TRACKER, at=each.at)


def _fail(order: Order, at: datetime) -> None:
    product = Product.objects.get(slug=_CHECKED)
    found = Found(product.pk, 1, ("workmanship",), "一只盖子合不上", is_passed=False)
    note_check(order_id=order.pk, key="demo", found=found, by=_BY, at=_ago(at, 3))


def _ago(at: datetime, hours: float) -> datetime:
    return at - timedelta(hours=hours)
