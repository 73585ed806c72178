"""Other goods in a paid order before it leaves: fewer, more, or some in the place of others, with the money for them.

What is less goes back the way it came. What is more is asked for: the order is kept back until it is here, or until staff release it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.catalog.queries import VariantOffer, skus_of, variant_offers
from tradewind.checkout.composing import goods_line
from tradewind.checkout.promising import can_travel
from tradewind.checkout.rebilling import Rebilled, as_sold, next_position, rebill, require_as_agreed, write_bill
from tradewind.checkout.requesting import ask_for
from tradewind.checkout.summary import SummaryLine
from tradewind.core.facts import record
from tradewind.core.trail import write_audit
from tradewind.inventory.models import Warehouse
from tradewind.inventory.reserving import NotEnoughStock, Wanted, exchange
from tradewind.lib.money import Money
from tradewind.markets.queries import market_by_code
from tradewind.orders.asking_more import still_asked
from tradewind.orders.changing import (
    CHANGED,
    HELD,
    NOTHING_LEFT,
    NOTHING_TAKEN,
    Act,
    NotChangeable,
    goods_of,
    lines_of,
    locked,
    new_change,
    note_change,
    require_ours,
    seen_lines,
    stocked_units,
    told_goods,
)
from tradewind.orders.events import OrderExtended, OrderReduced
from tradewind.orders.holding import DIFFERENCE
from tradewind.orders.models import Order, OrderChange, OrderHold, OrderLine
from tradewind.orders.paying import note_payment
from tradewind.orders.placing import line_row
from tradewind.orders.searching import find_again
from tradewind.payments.refunding import plan_refunds_of_what_is_here

REASON: Final = "reduced"  # of the refund

# Further codes of why the goods cannot be changed so; the others are those of orders.changing.
DEARER: Final = "dearer"  # below a limit of the customs, less goods cost more
NO_STOCK: Final = "no_stock"
NOT_SOLD: Final = "not_sold"  # not in the order's market, or no longer
NO_WAY: Final = "no_way"  # the way that was agreed does not carry all of it


@dataclass(frozen=True, slots=True)
class Goods:
    """What somebody wants an order to hold: units by line, a line that is not named stays, and further units by variant.

    More units than a line has are further ones. `seen` as `changing.seen_lines` gave it.
    """

    left: Mapping[int, int]
    seen: str
    added: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Revision:
    """What an order would be: its goods with their new quantities, those that are new to it, and the new bill."""

    goods: Sequence[tuple[OrderLine, int]]  # as they are, with the units that they would have
    new: Sequence[OrderLine]  # not stored
    added: Mapping[int, int]  # by variant
    made: Rebilled
    before: Money

    @property
    def total(self) -> Money:
        return self.made.bill.total

    @property
    def back(self) -> Money:
        """What goes back to the buyer; below zero: what they have yet to pay."""
        return self.before - self.total

    @property
    def more(self) -> Money:
        return -self.back

    @property
    def left(self) -> dict[int, int]:
        return {line.pk: units for line, units in self.goods}


def look_at_revision(*, order_id: int, wanted: Goods, at: datetime) -> Revision:
    """What would be, without changing anything. Raises NotChangeable."""
    return _revision(Order.objects.select_related("account").get(pk=order_id), wanted, at)


def revise_order(*, order_id: int, wanted: Goods, agreed: int, act: Act) -> Revision:
    """Do it, for the new total in minor units that was looked at. Raises NotChangeable."""
    with transaction.atomic():
        order = locked(order_id)[order_id]
        revision = _revision(order, wanted, act.at)
        if revision.total.amount != agreed:
            raise NotChangeable(order_id, CHANGED)
        _move_stock(order, revision, act.at)
        told = told_goods([line for line, _ in revision.goods], revision.left)
        told += [[line.title, line.options, 0, line.quantity] for line in revision.new]
        before = {line.sku: line.quantity for line, _ in revision.goods}
        _write(order, revision)
        after = {line.sku: units for line, units in revision.goods} | _by_sku(revision.new)
        action = "order.extended" if revision.added else "order.reduced"
        write_audit(action, subject=("order", order.pk), by=act.by, at=act.at, before=before, after=after)
        change = new_change(_kind(revision), order, act)
        change.goods, change.back = told, _settle(order, revision, act)
        note_change(change, act)
    return revision


def _kind(revision: Revision) -> OrderChange.Kind:
    return OrderChange.Kind.EXTENDED if revision.added else OrderChange.Kind.REDUCED


def _revision(order: Order, wanted: Goods, at: datetime) -> Revision:
    lines = lines_of(order)
    goods = goods_of(lines)
    require_ours(order)
    if wanted.seen != seen_lines([(line.pk, line.quantity) for line in goods]):
        raise NotChangeable(order.pk, CHANGED)
    units = {line.pk: max(wanted.left.get(line.pk, line.quantity), 0) for line in goods}
    added = _added(goods, units, wanted.added)
    units = {line.pk: min(units[line.pk], line.quantity) for line in goods}
    if not added and not any(units.values()):
        raise NotChangeable(order.pk, NOTHING_LEFT)
    if not added and all(units[line.pk] == line.quantity for line in goods):
        raise NotChangeable(order.pk, NOTHING_TAKEN)
    require_as_agreed(order, lines)
    if added:
        _require_not_held(order)
    offered = _offers(order, added, at)
    units, new = _joined(order, goods, units, added, offered)
    pieces = [as_sold(order, line, units[line.pk]) for line in goods if units[line.pk]]
    made = rebill(order, [*pieces, *(as_sold(order, line, line.quantity) for line in new)])
    found = Revision([(line, units[line.pk]) for line in goods], new, added, made, Money(order.total, order.currency))
    if not added and found.back.amount <= 0:
        raise NotChangeable(order.pk, DEARER)
    if added:
        _require_carried(order, found, at)
    return found


def _added(goods: Sequence[OrderLine], units: Mapping[int, int], wanted: Mapping[int, int]) -> dict[int, int]:
    added = {variant_id: number for variant_id, number in wanted.items() if number > 0}
    for line in goods:
        if units[line.pk] > line.quantity and line.variant_id:
            added[line.variant_id] = added.get(line.variant_id, 0) + units[line.pk] - line.quantity
    return added


def _require_not_held(order: Order) -> None:
    """A hold of its own would hide that the money is missing."""
    if order.held_at is not None and OrderHold.objects.get(order=order, released_at=None).reason != DIFFERENCE:
        raise NotChangeable(order.pk, HELD)


def _offers(order: Order, added: Mapping[int, int], at: datetime) -> dict[int, VariantOffer]:
    """At the prices of today. Raises NotChangeable."""
    if not added:
        return {}
    market = market_by_code(order.market, on=at.date())
    found = variant_offers(list(added), market_id=market.id, language=order.language)
    for variant_id, number in added.items():
        offer = found.get(variant_id)
        if offer is None or offer.price is None or offer.price.currency != order.currency:
            raise NotChangeable(order.pk, NOT_SOLD)
        if offer.available < number:
            raise NotChangeable(order.pk, NO_STOCK)
    return found


def _joined(
    order: Order,
    goods: Sequence[OrderLine],
    units: Mapping[int, int],
    added: Mapping[int, int],
    offered: Mapping[int, VariantOffer],
) -> tuple[dict[int, int], list[OrderLine]]:
    """What is added joins the line of the same article at the same price; else it is a line of its own."""
    joined, new = dict(units), []
    skus = skus_of({part for offer in offered.values() for part, _ in offer.consists_of})
    for position, (variant_id, number) in enumerate(added.items(), start=next_position(order)):
        offer = offered[variant_id]
        price = offer.price or Money.zero(order.currency)
        summed = SummaryLine(variant_id, number, offer, price * number)
        line = line_row(order, position, goods_line(summed, None, Money.zero(order.currency), skus))
        same = next((each for each in goods if _is_same(each, line)), None)
        if same is not None and same.total == (price * same.quantity).amount:
            joined[same.pk] += number
        else:
            new.append(line)
    return joined, new


def _is_same(line: OrderLine, added: OrderLine) -> bool:
    """Of a set that is made of other parts by now, what is added is another article."""
    parts = [[list(part) for part in each.parts] for each in (line, added)]
    return (line.variant_id, line.unit, parts[0]) == (added.variant_id, added.unit, parts[1])


def _require_carried(order: Order, revision: Revision, at: datetime) -> None:
    kept = [(line.variant_id, units) for line, units in revision.goods if units]
    if not can_travel(order, [*kept, *((line.variant_id, line.quantity) for line in revision.new)], at=at):
        raise NotChangeable(order.pk, NO_WAY)


def _move_stock(order: Order, revision: Revision, at: datetime) -> None:
    """Raises NotChangeable."""
    lines = [line for line, _ in revision.goods]
    taken = {line.pk: max(line.quantity - units, 0) for line, units in revision.goods}
    given = stocked_units(lines, taken)
    place = Warehouse.objects.get(code=order.delivery_option["warehouse"])
    wanted = [Wanted(variant_id, number) for variant_id, number in revision.added.items()]
    try:
        exchange(subject=("order", order.pk), given=given, lines=wanted, warehouses=[place.pk], at=at)
    except NotEnoughStock as problem:
        raise NotChangeable(order.pk, NO_STOCK) from problem


def _write(order: Order, revision: Revision) -> None:
    kept = []
    for line, units in revision.goods:
        if not units:
            OrderLine.objects.filter(pk=line.pk).delete()
            continue
        unit = line.total // line.quantity
        line.quantity, line.total = units, unit * units
        kept.append(line)
    write_bill(order, [*kept, *revision.new], revision.made)
    find_again(order)


def _by_sku(lines: Sequence[OrderLine]) -> dict[str, int]:
    return {line.sku: line.quantity for line in lines}


def _settle(order: Order, revision: Revision, act: Act) -> int:
    """What was asked for before and has not come counts against what goes back now. Returns what does go back in minor
    units, below zero what is asked for instead.
    """
    asked = still_asked(order)
    more = revision.more + asked
    if asked or more.amount > 0:
        ask_for(order, more, act)
    back = -max(revision.more.amount, 0)
    if more.amount < 0:
        back = _send_back(order, -more, act).amount
    if revision.added:
        record(OrderExtended(order.pk, order.buyer_id, max(-back, 0), order.currency), by=act.by, at=act.at)
    else:
        record(OrderReduced(order.pk, order.buyer_id, back, order.currency), by=act.by, at=act.at)
    return back


def _send_back(order: Order, back: Money, act: Act) -> Money:
    """What is here of it, on the ways on which it came. The rest has gone back before, or is put before a person as too much."""
    subject = ("order", order.pk)
    planned = plan_refunds_of_what_is_here(subject=subject, amount=back, reason=REASON, at=act.at, by=act.by)
    if planned < back:
        note_payment(order_id=order.pk, at=act.at)
    return planned
