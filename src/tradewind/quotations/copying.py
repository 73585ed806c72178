"""The same once more: a new draft from a quotation, or from an order of any shop account."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tradewind.lib.money import Money, TooManyDigits
from tradewind.markets.queries import MarketView, UnknownMarket, market_by_code, market_for_country
from tradewind.orders.models import Order, OrderLine
from tradewind.quotations.drafting import (
    ADDRESS,
    MOST_LINES,
    DraftContent,
    DraftLine,
    Start,
    begin_draft,
    content_of_draft,
    usual_last_day,
)
from tradewind.quotations.models import Quotation


def copy_quotation(*, quotation_id: int, key: str = "", by: str, at: datetime) -> Quotation:
    """With its prices, and valid for the usual time from now on. Raises Quotation.DoesNotExist."""
    source = Quotation.objects.get(pk=quotation_id)
    market = market_by_code(source.market, on=at.date())
    content = replace(content_of_draft(source), valid_until=usual_last_day(at))
    return begin_draft(market=market, content=content, start=Start(source.buyer_id, key), by=by, at=at)


def draft_from_order(*, order_id: int, market_code: str = "", key: str = "", by: str, at: datetime) -> Quotation:
    """The same goods for the same buyer, articles at the prices of today.

    Raises UnknownMarket where somebody has to name one, or named one that there is not, and Order.DoesNotExist.
    """
    order = Order.objects.get(pk=order_id)
    market = market_by_code(market_code, on=at.date()) if market_code else _market_of(order, at)
    content = DraftContent(
        email=order.email,
        ship_to=address_of(order),
        language=language_in(market, order.language),
        lines=_lines(list(order.lines.filter(kind=OrderLine.Kind.GOODS).order_by("position")), order, market),
        valid_until=usual_last_day(at),
    )
    return begin_draft(market=market, content=content, start=Start(order.buyer_id, key), by=by, at=at)


def address_of(order: Order) -> dict[str, str]:
    return {part: str(order.ship_to[part]) for part in ADDRESS if order.ship_to.get(part)}


def language_in(market: MarketView, wished: str) -> str:
    return wished if wished in market.languages else market.languages[0]


def _market_of(order: Order, at: datetime) -> MarketView:
    """Marketplaces have none of ours: the one that serves the country, if any. Raises UnknownMarket."""
    try:
        return market_by_code(order.market, on=at.date())
    except UnknownMarket:
        return market_for_country(order.country, on=at.date())


def _lines(rows: Sequence[OrderLine], order: Order, market: MarketView) -> tuple[DraftLine, ...]:
    units: dict[int, int] = {}
    own = []
    for row in rows:
        if row.variant_id is not None:
            units[row.variant_id] = units.get(row.variant_id, 0) + row.quantity
        else:
            own.append(DraftLine(row.quantity, None, row.title, _price_of(row, order.currency, market)))
    articles = [DraftLine(quantity, variant_id) for variant_id, quantity in units.items()]
    return tuple([*articles, *own][:MOST_LINES])


def _price_of(row: OrderLine, currency: str, market: MarketView) -> int | None:
    """Of words of one's own: as it was, in the same currency."""
    if currency != market.currency:
        return None
    try:
        return Money.of(f"{row.unit:f}", currency).amount
    except TooManyDigits:
        return None
