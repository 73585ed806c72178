"""What every change of a paid order has in common: when it cannot be, what was seen, and the record of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradewind.catalog.models import Variant
from tradewind.core.facts import record
from tradewind.core.models import ShopAccount
from tradewind.core.queries import is_worked_on
from tradewind.orders.events import OrderChanged
from tradewind.orders.models import Order, OrderChange, OrderLine
from tradewind.orders.states import OrderState

# Codes of why an order cannot be changed so; pages put them into words.
MOVED_ON: Final = "moved_on"  # not paid yet, left, cancelled, or part of another order
ELSEWHERE: Final = "elsewhere"  # the sales channel has the order's money
OTHERWISE: Final = "otherwise"  # its sums are not made of its lines, or its money is not here
CHANGED: Final = "changed"  # somebody else was faster
NOTHING_LEFT: Final = "nothing_left"
NOTHING_TAKEN: Final = "nothing_taken"
HELD: Final = "held"
JUST_PAID: Final = "just_paid"  # its invoice, dates and letters are still being made
ASKED: Final = "asked"  # goods were added that are not paid yet
IN_PART: Final = "in_part"  # some of its goods have left
DIFFERS: Final = (
    "differs"  # another buyer, address, market, currency, or warehouse, or the case of which goods go once more
)


class NotChangeable(Exception):
    def __init__(self, order_id: int, why: str) -> None:
        super().__init__(f"order {order_id} cannot be changed so: {why}")
        self.order_id = order_id
        self.why = why


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes an order, when, and whether its buyer is told in a letter."""

    by: str
    at: datetime
    tells: bool = True


def locked(*order_ids: int) -> dict[int, Order]:
    """The orders under their locks, always in the same order: whoever pays, dispatches, holds or cancels comes before or after."""
    found = Order.objects.select_for_update(of=("self",)).select_related("account").filter(pk__in=order_ids)
    return {order.pk: order for order in found.order_by("pk")}


def require_ours(order: Order, *, in_part: bool = False) -> None:
    """A paid sale of the own shop that has not left; `in_part`: of which something is still here. Raises NotChangeable."""
    if order.account.channel != ShopAccount.Channel.OWN or order.kind != Order.Kind.SALE:
        raise NotChangeable(order.pk, ELSEWHERE)
    if order.state != OrderState.PAID:
        raise NotChangeable(order.pk, MOVED_ON)
    if is_worked_on("orders.paid", subject=("order", order.pk)):
        raise NotChangeable(order.pk, JUST_PAID)
    if not in_part and has_left_in_part(order.pk):
        raise NotChangeable(order.pk, IN_PART)


def has_left_in_part(order_id: int) -> bool:
    return OrderLine.objects.filter(order_id=order_id, kind=OrderLine.Kind.GOODS, dispatched__gt=0).exists()


def lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("position", "pk"))


def goods_of(lines: Sequence[OrderLine]) -> list[OrderLine]:
    return [line for line in lines if line.kind == OrderLine.Kind.GOODS]


def seen_lines(lines: Sequence[tuple[int, int]]) -> str:
    """(line, quantity) as a form carries what somebody looked at."""
    return ",".join(f"{pk}:{quantity}" for pk, quantity in sorted(lines))


def stocked_units(lines: Sequence[OrderLine], units: Mapping[int, int]) -> dict[int, int]:
    """So many units of each line as units of each stocked variant, sets taken apart as they were sold."""
    skus = {sku for line in lines for sku, _ in line.parts}
    variants = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "pk"))
    found: dict[int, int] = defaultdict(int)
    for line in lines:
        for sku, each in line.parts:
            found[variants[sku]] += units.get(line.pk, 0) * each
        if not line.parts and line.variant_id:
            found[line.variant_id] += units.get(line.pk, 0)
    return {variant_id: number for variant_id, number in found.items() if number}


def told_goods(lines: Sequence[OrderLine], after: Mapping[int, int]) -> list[list[object]]:
    """Goods of which there are more or fewer than before, as the row of a change has them."""
    changed = [line for line in lines if after[line.pk] != line.quantity]
    return [[line.title, line.options, line.quantity, after[line.pk]] for line in changed]


def new_change(kind: OrderChange.Kind, order: Order, act: Act) -> OrderChange:
    """The record of a change, not yet stored."""
    return OrderChange(kind=kind, order=order, by=act.by, made_at=act.at)


def note_change(change: OrderChange, act: Act) -> None:
    """Write down what was changed, and have the buyer told of it where staff want that."""
    change.save()
    if act.tells:
        record(OrderChanged(change.pk), by=change.by, at=change.made_at)
