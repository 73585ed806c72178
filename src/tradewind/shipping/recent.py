"""What a market has sold of late, as far as it says something about delivery: the parcels' size, their worth, how they fared."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from tradewind.catalog.models import Product, Variant
from tradewind.core.reach import Reach
from tradewind.lib.money import Money
from tradewind.markets.queries import MarketView
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.shipping.goods import Goods, Part, pack
from tradewind.shipping.models import Parcel
from tradewind.shipping.tracking_states import Reason, Status
from tradewind.shipping.unseen import FOLLOWED

LATEST: Final = 100
_PARCELS: Final = 500
# Fewer orders say nothing about what is typical: then the goods themselves are asked.
_ENOUGH: Final = 5
_SAMPLE: Final = 500
_NOT_SOLD: Final = (OrderState.AWAITING_PAYMENT, OrderState.CANCELLED, OrderState.MERGED)
_GONE: Final = (Reason.LOST, Reason.DESTROYED)


@dataclass(frozen=True, slots=True)
class Sold:
    """One order. `net` is without tax and discount, `paid` all but its delivery; `parcel` lies in no warehouse in particular."""

    order_id: int
    country: str
    postcode: str
    goods: Money
    net: Money
    paid: Money
    parcel: Goods


@dataclass(frozen=True, slots=True)
class Fared:
    """Of parcels that should have arrived by now."""

    parcels: int = 0
    late: int = 0
    lost: int = 0


def sold_lately(market: MarketView, reach: Reach) -> list[Sold]:
    """The newest orders of goods that are still known, newest first. Three statements."""
    orders = reach.of(Order.objects.all()).filter(
        market=market.code, kind=Order.Kind.SALE, is_priced=True, currency=market.currency
    )
    latest = list(orders.exclude(state__in=_NOT_SOLD).order_by("-placed_at", "-id")[:LATEST])
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=latest).order_by("order_id", "position"):
        lines[line.order_id].append(line)
    ids = {line.variant_id for each in lines.values() for line in each if line.variant_id}
    known = Variant.objects.in_bulk(ids)
    return [_sold(order, lines[order.pk], known) for order in latest if _is_known(lines[order.pk], known)]


def typical_parcel(market: MarketView, sold: Sequence[Sold]) -> tuple[Goods, bool] | None:
    """The one of median weight, and whether it is an order's: else it is one of the goods. None where nothing is sold."""
    if len(sold) >= _ENOUGH:
        parcels = sorted((each.parcel for each in sold), key=lambda parcel: parcel.weight_g)
        return parcels[len(parcels) // 2], True
    offered = Variant.objects.filter(
        is_offered=True, product__state=Product.State.LIVE, prices__market_id=market.id
    ).order_by("weight_g", "id")
    count = offered.count()
    if not count:
        return None
    middle = offered[count // 2]
    price = middle.prices.filter(market_id=market.id).first()
    value = Money(price.amount, price.currency) if price is not None else None
    return pack([_part(middle, 1)], value=value), False


def fared(market: MarketView, reach: Reach, *, now: datetime) -> dict[str, Fared]:
    """How the newest parcels of each way fared, by its code. Those that nobody promised a day for are left out. One statement."""
    within = reach.of(Parcel.objects.all(), field="order__account_id")
    # All whose day has passed, those that came early among them: chosen by their arrival, the quick ones would count alone.
    newest = within.filter(order__market=market.code, replaced_at=None, due_at__lte=now)
    # Where nobody follows it, nobody hears how it fared; those of which a person says so are those that somebody asked about.
    newest = newest.filter(arrival_told_by="").filter(FOLLOWED | Q(delivered_at__isnull=False))
    told = newest.order_by("-due_at", "-id").values_list(
        "order__delivery_option__code", "due_at", "delivered_at", "status", "reason"
    )
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for code, due_at, delivered_at, status, reason in told[:_PARCELS]:
        is_lost = status == Status.RETURNED or (status == Status.EXCEPTION and reason in _GONE)
        if due_at is None:
            continue
        count = counts[str(code or "")]
        count[0] += 1
        count[1] += not is_lost and (delivered_at or now) >= due_at
        count[2] += is_lost
    return {code: Fared(*each) for code, each in counts.items()}


def _sold(order: Order, lines: Sequence[OrderLine], known: dict[int, Variant]) -> Sold:
    goods = [line for line in lines if line.kind == OrderLine.Kind.GOODS]
    counted = [*goods, *(line for line in lines if line.kind == OrderLine.Kind.DISCOUNT)]
    taxed = sum(line.tax for line in counted) if order.tax_included else 0
    parts = [_part(known[line.variant_id or 0], line.quantity) for line in goods]
    value = Money(order.goods, order.currency)
    return Sold(
        order_id=order.pk,
        country=order.country,
        postcode=str(order.ship_to.get("postcode") or ""),
        goods=value,
        net=Money(sum(line.total for line in counted) - taxed, order.currency),
        paid=Money(order.total - order.delivery, order.currency),
        parcel=pack(parts, value=value),
    )


def _is_known(lines: Sequence[OrderLine], known: dict[int, Variant]) -> bool:
    goods = [line for line in lines if line.kind == OrderLine.Kind.GOODS]
    return bool(goods) and all(line.variant_id in known and line.quantity > 0 for line in goods)


def _part(variant: Any, quantity: int) -> Part:
    return Part(variant.weight_g, variant.customs.get("traits", ()), (), quantity, variant.package_mm)
