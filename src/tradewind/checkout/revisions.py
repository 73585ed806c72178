"""What other goods would make of a paid order: what it would hold and cost, and what is paid or sent back. Nothing is changed.

The delivery stays at its price, or takes the one that it has for these goods: whoever changes the order decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tradewind.catalog.queries import VariantOffer, skus_of, variant_offers
from tradewind.checkout.composing import goods_line
from tradewind.checkout.promising import quote_for_goods
from tradewind.checkout.rebilling import (
    Piece,
    Rebilled,
    as_sold,
    is_priced_anew,
    next_position,
    rebill,
    require_as_agreed,
)
from tradewind.checkout.summary import SummaryLine
from tradewind.lib.money import Money, sum_of
from tradewind.markets.queries import market_by_code
from tradewind.orders.asking_more import is_asked
from tradewind.orders.changing import (
    ASKED,
    CHANGED,
    HELD,
    NOTHING_LEFT,
    NOTHING_TAKEN,
    NotChangeable,
    goods_of,
    lines_of,
    require_ours,
    seen_lines,
)
from tradewind.orders.holding import DIFFERENCE
from tradewind.orders.models import Order, OrderHold, OrderLine
from tradewind.orders.placing import line_row
from tradewind.promises.quote import DeliveryQuote

# Further codes of why the goods cannot be changed so; the others are those of orders.changing.
DEARER: Final = "dearer"  # below a limit of the customs, less goods cost more
NO_STOCK: Final = "no_stock"
NOT_SOLD: Final = "not_sold"  # not in the order's market, or no longer
NO_WAY: Final = "no_way"  # the way that was agreed does not carry all of it


@dataclass(frozen=True, slots=True)
class Goods:
    """What somebody wants an order to hold: units by line, a line that is not named stays, and further units by variant.

    More units than a line has are further ones. `seen` as `changing.seen_lines` gave it. With `is_recosted` the delivery is
    paid at the price that it has today for all of this, where that is another one; else as it was agreed. `is_rest`: all that has
    left stays and nothing else does, as `what_has_left` says it.
    """

    left: Mapping[int, int]
    seen: str
    added: Mapping[int, int] = field(default_factory=dict)
    is_recosted: bool = False
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """What an order would hold."""

    goods: Sequence[tuple[OrderLine, int]]  # as they are, with the units that they would have
    new: Sequence[OrderLine]  # not stored
    added: Mapping[int, int]  # by variant

    @property
    def left(self) -> dict[int, int]:
        return {line.pk: units for line, units in self.goods}


@dataclass(frozen=True, slots=True)
class Revision:
    """What an order would be: its goods and the new bill.

    `recosted` is the way as it is priced for these goods today, where that is not what was agreed.
    """

    contents: Contents
    made: Rebilled
    before: Money
    delivery_before: Money
    recosted: DeliveryQuote | None

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
    def is_recosted(self) -> bool:
        return self.made.delivery != self.delivery_before


def look_at_revision(*, order_id: int, wanted: Goods, at: datetime) -> Revision:
    """What would be, without changing anything. Raises NotChangeable."""
    return revision_of(Order.objects.select_related("account").get(pk=order_id), wanted, at)


def what_has_left(order: Order) -> Goods:
    """Of an order that has left in part: what is still here comes off."""
    goods = goods_of(lines_of(order))
    seen = seen_lines([(line.pk, line.quantity) for line in goods])
    return Goods({line.pk: line.dispatched for line in goods}, seen, is_rest=True)


def revision_of(order: Order, wanted: Goods, at: datetime) -> Revision:
    """Raises NotChangeable."""
    contents = _contents(order, wanted, at)
    found = _costed(order, contents, at, recosts=wanted.is_recosted)
    if not contents.added and not found.is_recosted and found.back.amount <= 0:
        raise NotChangeable(order.pk, DEARER)
    if found.more.amount > 0:
        _require_not_held(order)
    return found


def _contents(order: Order, wanted: Goods, at: datetime) -> Contents:
    """Raises NotChangeable."""
    lines = lines_of(order)
    goods = goods_of(lines)
    require_ours(order, in_part=wanted.is_rest)
    if wanted.is_rest and is_asked(order):
        raise NotChangeable(order.pk, ASKED)
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
    units, new = _joined(order, goods, units, added, _offers(order, added, at))
    return Contents([(line, units[line.pk]) for line in goods], new, added)


def _costed(order: Order, contents: Contents, at: datetime, *, recosts: bool) -> Revision:
    """Raises NotChangeable."""
    pieces = [as_sold(order, line, units) for line, units in contents.goods if units]
    pieces += [as_sold(order, line, line.quantity) for line in contents.new]
    agreed = Money(order.delivery, order.currency)
    made = rebill(order, pieces, agreed)
    quote = _quote(order, pieces, at)
    if contents.added and quote is None:
        raise NotChangeable(order.pk, NO_WAY)
    recosted = quote if quote is not None and is_priced_anew(order, made, quote) else None
    if recosts and recosted is not None:
        made = rebill(order, pieces, recosted.cost)
    return Revision(contents, made, Money(order.total, order.currency), agreed, recosted)


def _quote(order: Order, pieces: Sequence[Piece], at: datetime) -> DeliveryQuote | None:
    worth = sum_of((piece.unit * piece.quantity for piece in pieces), order.currency)
    return quote_for_goods(order, [(piece.variant_id, piece.quantity) for piece in pieces], worth, at=at)


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
