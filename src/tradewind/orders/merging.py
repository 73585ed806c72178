"""Merging paid orders of one buyer that go to one address: one parcel, one order. What it took in stays as an empty order that leads to it.

Everything goes over, lines, stock, money and promises, so that nothing is counted twice and nothing is lost. Merging the
two parts of a split order undoes the split.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.facts import record
from tradewind.core.trail import write_audit
from tradewind.inventory.reserving import hand_over_all
from tradewind.lib.money import Money
from tradewind.orders.asking_more import is_asked
from tradewind.orders.changes import bought_with
from tradewind.orders.changing import (
    ASKED,
    CHANGED,
    DIFFERS,
    HELD,
    NOTHING_TAKEN,
    OTHERWISE,
    Act,
    NotChangeable,
    goods_of,
    lines_of,
    locked,
    new_change,
    note_change,
    require_ours,
    seen_lines,
)
from tradewind.orders.dividing import Sums, sums_of, whole
from tradewind.orders.events import OrderMerged, OrderTookIn
from tradewind.orders.lines_moved import LinesMoved, Moved, tell_followers
from tradewind.orders.models import Order, OrderChange, OrderLine, OrderNote, Tagging
from tradewind.orders.moving import move
from tradewind.orders.paying import note_payment
from tradewind.orders.searching import find_again
from tradewind.orders.states import OrderState
from tradewind.payments.queries import movable
from tradewind.payments.refunding import plan_refunds_of_what_is_here
from tradewind.payments.transferring import transfer
from tradewind.promises.making import unite

REASON: Final = "merged"  # of the refund
MOST: Final = 10  # of one parcel; nobody merges more by hand
OPEN_MATTER: Final = (
    "open_matter"  # further code of why not: what was declared of an order would stay with an empty one
)
_open_matters: list[Callable[[int], bool]] = []
_ALIKE: Final = (
    "buyer_id",
    "account_id",
    "market",
    "currency",
    "country",
    "ship_to",
    "email",
    "tax_included",
    "case_id",
)


@dataclass(frozen=True, slots=True)
class Merge:
    """What one order would be that takes others in, and what of their delivery could go back: that of parts of one split was
    paid once.
    """

    into: Order
    others: Sequence[Order]
    sums: Sums
    paid_twice: Sequence[Order]  # whose delivery was paid beside the one of this order
    deliveries: Money  # of those, as the buyer paid them
    seen: str

    @property
    def total(self) -> Money:
        return Money(self.sums.total, self.into.currency)


def mergeable_with(order: Order) -> list[Order]:
    """The buyer's other orders that could go into the same parcel, the oldest first."""
    try:
        _require_free(order)
    except NotChangeable:
        return []
    if order.buyer_id is None:
        return []
    alike = {name: getattr(order, name) for name in _ALIKE if name != "ship_to"}
    found = Order.objects.filter(state=OrderState.PAID, kind=Order.Kind.SALE, held_at=None, **alike)
    rows = found.exclude(pk=order.pk).order_by("placed_at", "pk")[: 3 * MOST]
    return [row for row in rows if not _difference(order, row)][:MOST]


def look_at_merge(*, order_id: int, others: Sequence[int]) -> Merge:
    """What would be, without changing anything. Raises NotChangeable."""
    found = {row.pk: row for row in Order.objects.select_related("account").filter(pk__in=[order_id, *others])}
    return _merge(found, order_id, others)


def merge_orders(*, order_id: int, others: Sequence[int], seen: str, refunds: bool, act: Act) -> Order:
    """Do it as it was looked at; with `refunds`, what the others' delivery cost goes back. Raises NotChangeable."""
    with transaction.atomic():
        merge = _merge(locked(order_id, *others), order_id, others)
        if merge.seen != seen:
            raise NotChangeable(order_id, CHANGED)
        order = merge.into
        for other in merge.others:
            # One letter tells of all of them.
            told = replace(act, tells=act.tells and other is merge.others[-1])
            _take_in(order, other, told, is_free=refunds and other in merge.paid_twice)
        _write_sums(order)
        note_payment(order_id=order.pk, at=act.at)
        find_again(order)
    return Order.objects.get(pk=order_id)


def _merge(found: dict[int, Order], order_id: int, others: Sequence[int]) -> Merge:
    """Raises NotChangeable."""
    rows = [found[pk] for pk in dict.fromkeys(others) if pk in found and pk != order_id][:MOST]
    if not rows:
        raise NotChangeable(order_id, NOTHING_TAKEN)
    order, lines = found[order_id], {}
    for row in (order, *rows):
        _require_free(row)
        if _difference(order, row):
            raise NotChangeable(row.pk, DIFFERS)
        if row is not order and any(is_open(row.pk) for is_open in _open_matters):
            raise NotChangeable(row.pk, OPEN_MATTER)
        lines[row.pk] = lines_of(row)
        if _sums(row, lines[row.pk]) != Sums(row.goods, row.delivery, row.discount, row.tax, row.total):
            raise NotChangeable(row.pk, OTHERWISE)
    every = [line for each in lines.values() for line in each]
    together = bought_with(order_id)
    paid_twice = [row for row in rows if row.pk not in together]
    deliveries = sum(_delivery_of(row, lines[row.pk])[0] for row in paid_twice)
    seen = ";".join(
        f"{row.pk}={row.total}={seen_lines([(line.pk, line.quantity) for line in lines[row.pk]])}"
        for row in (order, *rows)
    )
    return Merge(order, rows, _sums(order, every), paid_twice, Money(deliveries, order.currency), seen)


def keep_apart(is_open: Callable[[int], bool]) -> None:
    """Wiring names what higher modules know of an order that has to be finished before another one takes it in."""
    _open_matters.append(is_open)


def _require_free(order: Order) -> None:
    require_ours(order)
    if is_asked(order):
        raise NotChangeable(order.pk, ASKED)
    if order.held_at is not None:
        raise NotChangeable(order.pk, HELD)


def _difference(one: Order, other: Order) -> bool:
    """Would they not be one parcel?"""
    places = {str(each.delivery_option.get("warehouse", "")) for each in (one, other)}
    return one.buyer_id is None or len(places) > 1 or any(getattr(one, name) != getattr(other, name) for name in _ALIKE)


def _sums(order: Order, lines: Sequence[OrderLine]) -> Sums:
    return sums_of([(line.kind, whole(line)) for line in lines], tax_included=order.tax_included)


def _delivery_of(order: Order, lines: Sequence[OrderLine]) -> tuple[int, list[OrderLine]]:
    """What the buyer paid for the delivery, with a discount on it and its tax, and the lines that say so."""
    way = [line for line in lines if line.kind == OrderLine.Kind.DELIVERY]
    off = [line for line in lines if line.kind == OrderLine.Kind.DISCOUNT]
    off_goods = sum(line.discount for line in lines)
    if off and off_goods == 0:
        way += off  # a code for free delivery takes all of it off
    elif sum(line.total for line in off) != off_goods:
        return 0, []  # one of several deliveries was free: what this one cost is not known
    tax = 0 if order.tax_included else sum(line.tax for line in way)
    return sum(line.total for line in way) + tax, way


def _take_in(order: Order, other: Order, act: Act, *, is_free: bool) -> None:
    lines = lines_of(other)
    asked, way = _delivery_of(other, lines) if is_free else (0, [])
    back = max(asked, 0)
    came = [[line.title, line.options, 0, line.quantity] for line in goods_of(lines)]
    OrderLine.objects.filter(pk__in=[line.pk for line in way]).delete()
    moved = _add_lines(order, [line for line in lines if line not in way])
    tell_followers(LinesMoved(other.pk, order.pk, moved, is_new=False))
    hand_over_all(origin=("order", other.pk), target=("order", order.pk))
    here = movable("order", other.pk, other.currency)
    if here.amount > 0:
        transfer(origin=("order", other.pk), target=("order", order.pk), amount=here, by=act.by, at=act.at)
    if back > 0:
        back = _send_back(order, Money(back, order.currency), act)
    unite(order_id=order.pk, gone=other.pk, at=act.at, by=act.by)
    _add_marks(order, other)
    was = {"total": other.total, **{line.sku: line.quantity for line in goods_of(lines)}}
    write_audit(
        "order.merged", subject=("order", other.pk), by=act.by, at=act.at, before=was, after={"order": order.ref}
    )
    _close(other, act.at)
    record(OrderMerged(other.pk, other.buyer_id, order.pk), by=act.by, at=act.at)
    record(OrderTookIn(order.pk, order.buyer_id, other.pk, back, order.currency), by=act.by, at=act.at)
    change = new_change(OrderChange.Kind.MERGED, order, act)
    change.other, change.goods, change.back = other, came, back
    note_change(change, act)


def _send_back(order: Order, back: Money, act: Act) -> int:
    """What is here of it, on the ways on which it came; the rest was given back before. Returns it in minor units."""
    subject = ("order", order.pk)
    planned = plan_refunds_of_what_is_here(subject=subject, amount=back, reason=REASON, at=act.at, by=act.by)
    return planned.amount


def _add_lines(order: Order, lines: Sequence[OrderLine]) -> list[Moved]:
    """A line of the same thing at the same price becomes one with it, so that what was split is whole again."""
    known = {_sort(line): line for line in lines_of(order)}
    position = max((line.position for line in known.values()), default=0)
    moved: list[Moved] = []
    for line in lines:
        same = known.get(_sort(line))
        moved.append(Moved(line.pk, (same or line).pk, line.quantity))
        if same is None:
            position += 1
            line.order, line.position = order, position
            line.save(update_fields=["order", "position"])
            known[_sort(line)] = line
            continue
        _unite(same, line, order.currency)
        line.delete()
    return moved


def _sort(line: OrderLine) -> tuple[object, ...]:
    if line.kind == OrderLine.Kind.DELIVERY:
        return line.kind, line.tax_rate
    if line.kind in (OrderLine.Kind.DISCOUNT, OrderLine.Kind.CHARGE):
        return line.kind, line.sku, line.title, line.tax_rate
    return (
        line.kind, line.sku, line.title, line.tax_rate,
        line.variant_id, line.options, line.unit, str(line.parts),
    )  # fmt: skip


def _unite(same: OrderLine, line: OrderLine, currency: str) -> None:
    same.total, same.tax, same.discount = same.total + line.total, same.tax + line.tax, same.discount + line.discount
    if same.kind in (OrderLine.Kind.DELIVERY, OrderLine.Kind.DISCOUNT, OrderLine.Kind.CHARGE):
        same.unit = Money(same.total, currency).decimal
    else:
        same.quantity += line.quantity
    same.save(update_fields=["total", "tax", "discount", "unit", "quantity"])


def _add_marks(order: Order, other: Order) -> None:
    OrderNote.objects.filter(order=other).update(order=order)
    known = set(Tagging.objects.filter(order=order).values_list("tag_id", flat=True))
    tags = Tagging.objects.filter(order=other).exclude(tag_id__in=known).values_list("tag_id", flat=True)
    Tagging.objects.bulk_create(Tagging(order=order, tag_id=tag_id) for tag_id in list(tags))
    if other.gift_note and other.gift_note not in order.gift_note:
        order.gift_note = "\n\n".join(note for note in (order.gift_note, other.gift_note) if note)
    order.rules = {**order.rules, "at_door": _both_doors(order, other)}


def _both_doors(order: Order, other: Order) -> list[list[object]]:
    doors: dict[str, list[object]] = {}
    for key, names, estimate in [*order.rules.get("at_door", []), *other.rules.get("at_door", [])]:
        before = doors.get(key, [key, names, 0])
        doors[key] = [key, names, before[2] + estimate]
    return list(doors.values())


def _close(other: Order, at: datetime) -> None:
    """Nothing is left of it: what it had stands in the audit trail, and its page leads on."""
    move(other, OrderState.MERGED)
    other.goods = other.delivery = other.discount = other.tax = other.total = 0
    other.rules = {**other.rules, "at_door": []}
    other.save(update_fields=["goods", "delivery", "discount", "tax", "total", "rules"])
    note_payment(order_id=other.pk, at=at)
    find_again(other)


def _write_sums(order: Order) -> None:
    sums = _sums(order, lines_of(order))
    order.goods, order.delivery, order.discount = sums.goods, sums.delivery, sums.discount
    order.tax, order.total = sums.tax, sums.total
    order.save(update_fields=["goods", "delivery", "discount", "tax", "total", "rules", "gift_note"])
