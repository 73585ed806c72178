"""When an order's dates become promises: at placing where the money comes at once, else when it has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import F

from tradewind.catalog.queries import variant_offers
from tradewind.inventory.models import Warehouse
from tradewind.lib.money import Money
from tradewind.markets.queries import market_by_code
from tradewind.orders.models import Order, OrderLine
from tradewind.promises.making import renew_delivery, start_of
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise
from tradewind.promises.quote import WEIGHED, DeliveryQuote
from tradewind.promises.why import HERE_ON
from tradewind.shipping.agreeing import terms_for_order
from tradewind.shipping.quoting import Goods, Part, pack, quotes_for


def promise_after_payment(order: Order, *, at: datetime) -> None:
    """Promise the dates of an order that was paid at this moment, in the caller's transaction.

    Dates that were promised at placing stand when the money came before their cut-off; otherwise the buyer gets new
    ones, and the old ones stay on record as renewed, or as released where nobody had paid when their time passed.
    """
    if order.buyer_id is None or not order.delivery_option:
        return
    promised = open_promise(Promise.Kind.DISPATCH, order.pk)
    if promised is not None and at < datetime.fromisoformat(promised.inputs["holds_until"]):
        return
    quote = quote_for_order(order, at=at)
    if quote is None:
        return
    renew_delivery(quote, buyer_id=order.buyer_id, order_id=order.pk, at=at, account_id=order.account_id)


def quote_for_order(order: Order, *, at: datetime, is_awaited: bool = False) -> DeliveryQuote | None:
    """The quote of the option that an order has chosen, as of a moment; None when the option is no longer offered.

    The goods are reserved already, so the option's own warehouse has them; `is_awaited`: once its suppliers have sent them.
    """
    lines = order.lines.filter(kind=OrderLine.Kind.GOODS, variant_id__isnull=False)
    worth = Money(order.goods, order.currency)
    # What has left in a parcel of its own weighs nothing any more.
    here = lines.annotate(here=F("quantity") - F("dispatched")).filter(here__gt=0)
    goods = here.values_list("variant_id", "here")
    quote = quote_for_goods(order, goods, worth, at=at, is_awaited=is_awaited)
    return None if quote is None else replace(quote, inputs=_as_charged(order, quote.inputs))


def quote_once_here(order: Order, *, on: date) -> DeliveryQuote | None:
    """The same where what is missing comes on a day of the order's warehouse: it counts from that day, which `inputs` say."""
    place = Warehouse.objects.filter(code=order.delivery_option["warehouse"]).first()
    if place is None:
        return None
    quote = quote_for_order(order, at=start_of(on, place.zone))
    return replace(quote, inputs={**quote.inputs, HERE_ON: on.isoformat()}) if quote else None


def quote_for_goods(
    order: Order, goods: Iterable[tuple[int | None, int]], worth: Money, *, at: datetime, is_awaited: bool = False
) -> DeliveryQuote | None:
    """What the way that an order has chosen would be for these goods, as (variant, units), at the rates of this moment.

    `worth` is what they cost, for free delivery. `is_awaited`: once suppliers have sent them. None where the way does not carry
    them, or is no longer offered.
    """
    market = market_by_code(order.market, on=at.date())
    packed = _packed([(pk, units) for pk, units in goods if pk], order.delivery_option["warehouse"], market.id)
    packed = replace(packed, value=worth, is_awaited=is_awaited)
    terms = terms_for_order(market, order.delivery_option, Money(order.delivery, order.currency))
    postcode = str(order.ship_to.get("postcode") or "")
    found = quotes_for(market, order.country, packed, at=at, supposed=terms, postcode=postcode)
    return next((quote for quote in found if quote.option == order.delivery_option["code"]), None)


def _as_charged(order: Order, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rates may be others by now. What is told of the price is what the order was charged by."""
    told = {name: value for name, value in inputs.items() if name != WEIGHED}
    charged = order.delivery_option.get("quote", {}).get(WEIGHED)
    return {**told, WEIGHED: charged} if charged else told


def _packed(goods: Sequence[tuple[int, int]], warehouse: str, market_id: int) -> Goods:
    offers = variant_offers([variant_id for variant_id, _ in goods], market_id=market_id, language="en")
    packed = pack(
        Part.of(offers[variant_id], [warehouse], units) for variant_id, units in goods if variant_id in offers
    )
    # Also where nothing of it is an article: what staff wrote in words of their own leaves from there as well.
    return replace(packed, stocked_at=frozenset([warehouse]))
