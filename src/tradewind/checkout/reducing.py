"""Taking goods off a paid order before it leaves, with the money for them.

The bill is made anew as it was made at placing: at the rules of that day, with the delivery as agreed. Where that does not give
the amounts that the buyer agreed to, because a market or an article is another one by now, nothing is changed: a refund by
hand, or cancelling, is left.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.catalog.models import Variant
from tradewind.checkout.composing import charge_lines, told_with
from tradewind.core import search
from tradewind.core.facts import record
from tradewind.core.models import ShopAccount
from tradewind.core.trail import write_audit
from tradewind.inventory.models import Warehouse
from tradewind.inventory.reserving import release_some
from tradewind.lib.charging import Bill, Good, bill, is_import
from tradewind.lib.money import Money
from tradewind.markets.queries import UnknownMarket, market_by_code
from tradewind.markets.wording import named_charges
from tradewind.orders.events import OrderReduced
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.placing import line_row
from tradewind.orders.searching import KIND, order_texts
from tradewind.orders.states import OrderState
from tradewind.payments.queries import intents_for, refundable_of
from tradewind.payments.refunding import plan_refund
from tradewind.payments.settling import lock_intent

REASON: Final = "reduced"  # of the refund

# Codes of why goods cannot be taken off; pages put them into words.
MOVED_ON: Final = "moved_on"  # not paid yet, left, or cancelled
ELSEWHERE: Final = "elsewhere"  # the sales channel has the order's money
HAS_CODE: Final = "has_code"  # what a code is worth depends on all goods
OTHERWISE: Final = "otherwise"  # the bill cannot be made as it was
CHANGED: Final = "changed"  # somebody else was faster
NOTHING_LEFT: Final = "nothing_left"  # that is cancelling
NOTHING_TAKEN: Final = "nothing_taken"
DEARER: Final = "dearer"  # below a limit of the customs, less goods cost more


class NotReducible(Exception):
    def __init__(self, order_id: int, why: str) -> None:
        super().__init__(f"goods cannot be taken off order {order_id}: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Reduction:
    """What an order would be: units left by line, the new bill, and what goes back to the buyer."""

    left: Mapping[int, int]
    bill: Bill
    back: Money

    @property
    def total(self) -> Money:
        return self.bill.total


def look_at_reduction(*, order_id: int, left: Mapping[int, int], seen: str) -> Reduction:
    """What would be, without changing anything. `left` are units by line, a line that is not named stays; `seen` as `seen_lines`
    gave it. Raises NotReducible.
    """
    return _reduction(Order.objects.select_related("account").get(pk=order_id), left, seen)


def reduce_order(*, order_id: int, left: Mapping[int, int], seen: str, agreed: int, by: str, at: datetime) -> Reduction:
    """Do it, for the new total in minor units that was looked at. Stock is free again, and the refund is planned. Raises NotReducible."""
    with transaction.atomic():
        # Whoever dispatches, holds or cancels at the same moment comes before or after.
        order = Order.objects.select_for_update(of=("self",)).select_related("account").get(pk=order_id)
        reduction = _reduction(order, left, seen)
        if reduction.total.amount != agreed:
            raise NotReducible(order_id, CHANGED)
        goods = _goods(order)
        release_some(subject=("order", order.pk), units=_taken_units(goods, reduction.left), at=at)
        before = {line.sku: line.quantity for line in goods}
        _write(order, goods, reduction)
        after = {line.sku: reduction.left[line.pk] for line in goods}
        write_audit("order.reduced", subject=("order", order.pk), by=by, at=at, before=before, after=after)
        record(OrderReduced(order.pk, order.buyer_id, reduction.back.amount, order.currency), by=by, at=at)
        _send_back(order, reduction.back, by, at)
    return reduction


def seen_lines(lines: Sequence[tuple[int, int]]) -> str:
    """(line, quantity) as a form carries what somebody looked at."""
    return ",".join(f"{pk}:{quantity}" for pk, quantity in sorted(lines))


def _reduction(order: Order, left: Mapping[int, int], seen: str) -> Reduction:
    goods = _goods(order)
    _require_reducible(order, goods, seen)
    units = {line.pk: min(max(left.get(line.pk, line.quantity), 0), line.quantity) for line in goods}
    if not any(units.values()):
        raise NotReducible(order.pk, NOTHING_LEFT)
    if all(units[line.pk] == line.quantity for line in goods):
        raise NotReducible(order.pk, NOTHING_TAKEN)
    _require_as_agreed(order, _bill(order, goods, {line.pk: line.quantity for line in goods}))
    new = _bill(order, goods, units)
    back = Money(order.total, order.currency) - new.total
    if back.amount <= 0:
        raise NotReducible(order.pk, DEARER)
    return Reduction(units, new, back)


def _require_reducible(order: Order, goods: Sequence[OrderLine], seen: str) -> None:
    if order.account.channel != ShopAccount.Channel.OWN or order.kind != Order.Kind.SALE:
        raise NotReducible(order.pk, ELSEWHERE)
    if order.state != OrderState.PAID:
        raise NotReducible(order.pk, MOVED_ON)
    if order.discount:
        raise NotReducible(order.pk, HAS_CODE)
    if seen != seen_lines([(line.pk, line.quantity) for line in goods]):
        raise NotReducible(order.pk, CHANGED)


def _bill(order: Order, goods: Sequence[OrderLine], units: Mapping[int, int]) -> Bill:
    """As checkout.summary makes it. Raises NotReducible."""
    try:
        market = market_by_code(order.market, on=order.placed_at.date())
        origin = Warehouse.objects.get(code=order.delivery_option["warehouse"]).country
    except (UnknownMarket, Warehouse.DoesNotExist) as problem:
        raise NotReducible(order.pk, OTHERWISE) from problem
    ids = [line.variant_id for line in goods if line.variant_id]
    codes = dict(Variant.objects.filter(pk__in=ids).values_list("pk", "customs__hs_code"))
    each = [
        Good(
            Money(line.total // line.quantity, order.currency),
            units[line.pk],
            str(codes.get(line.variant_id or 0) or ""),
        )
        for line in goods
        if units[line.pk]
    ]
    delivery = Money(order.delivery, order.currency)
    return bill(each, delivery, market.charges_to(order.country), imported=is_import(origin, order.country))


def _require_as_agreed(order: Order, made: Bill) -> None:
    charges = [line.total for line in order.lines.all() if line.kind == OrderLine.Kind.CHARGE]
    if (made.total.amount, made.tax.amount) != (order.total, order.tax) or sorted(charges) != sorted(
        made.shown(line).amount for line in made.lines
    ):
        raise NotReducible(order.pk, OTHERWISE)


def _write(order: Order, goods: Sequence[OrderLine], reduction: Reduction) -> None:
    """Lines and sums of the new bill. Duties are written anew: other goods are other headings."""
    new, kept = reduction.bill, [line for line in goods if reduction.left[line.pk]]
    for line, taxed in zip(kept, new.taxed, strict=False):
        unit = line.total // line.quantity
        line.quantity = reduction.left[line.pk]
        line.total, line.tax, line.tax_rate = unit * line.quantity, taxed.tax.amount, taxed.rate
        line.save(update_fields=["quantity", "total", "tax", "tax_rate"])
    order.lines.filter(pk__in=[line.pk for line in goods if not reduction.left[line.pk]]).delete()
    way = new.taxed[len(kept)]
    order.lines.filter(kind=OrderLine.Kind.DELIVERY).update(tax=way.tax.amount, tax_rate=way.rate)
    _write_charges(order, new)
    order.goods, order.tax, order.total = sum(line.total for line in kept), new.tax.amount, new.total.amount
    order.rules = {**order.rules, **told_with(new)}
    order.save(update_fields=["goods", "tax", "total", "rules"])
    search.index(KIND, order.pk, order_texts(order, order.lines.order_by("position", "id")))


def _write_charges(order: Order, new: Bill) -> None:
    order.lines.filter(kind=OrderLine.Kind.CHARGE).delete()
    market = market_by_code(order.market, on=order.placed_at.date())
    position = max(order.lines.values_list("position", flat=True), default=0) + 1
    lines = charge_lines(new, named_charges(new, order.language, market.country))
    OrderLine.objects.bulk_create(line_row(order, place, line) for place, line in enumerate(lines, start=position))


def _taken_units(goods: Sequence[OrderLine], left: Mapping[int, int]) -> dict[int, int]:
    """Units of each stocked variant that are no longer needed, sets taken apart as they were sold."""
    skus = {sku for line in goods for sku, _ in line.parts}
    variants = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "pk"))
    units: dict[int, int] = defaultdict(int)
    for line in goods:
        taken = line.quantity - left[line.pk]
        if line.parts:
            for sku, each in line.parts:
                units[variants[sku]] += taken * each
        elif line.variant_id:
            units[line.variant_id] += taken
    return {variant_id: number for variant_id, number in units.items() if number}


def _send_back(order: Order, back: Money, by: str, at: datetime) -> None:
    """On the ways on which it came, the newest first. What was paid otherwise is put before a person, as too much that came."""
    for intent in intents_for("order", order.pk).reverse():
        available = refundable_of(lock_intent(intent.pk))
        part = min(back, available)
        if part.amount > 0:
            plan_refund(intent=intent, amount=part, reason=REASON, at=at, by=by)
            back -= part


def _goods(order: Order) -> list[OrderLine]:
    return list(order.lines.filter(kind=OrderLine.Kind.GOODS).order_by("position", "pk"))
