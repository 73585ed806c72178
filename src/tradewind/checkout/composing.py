"""From a summary that a buyer agreed to, to the order that is written: amounts carried over, none computed anew."""

from dataclasses import dataclass

from tradewind.buyers.models import Buyer
from tradewind.checkout.details import BuyerDetails
from tradewind.checkout.summary import Summary, SummaryLine
from tradewind.core.models import ShopAccount
from tradewind.core.words import pick
from tradewind.lib.money import Money
from tradewind.markets.queries import MarketView
from tradewind.orders.models import OrderLine
from tradewind.orders.placing import LineToWrite, OrderToWrite


class NotComplete(Exception):
    """A summary without option or method, or with a line that cannot be sold, is no order."""


@dataclass(frozen=True, slots=True)
class Placer:
    """Who places, from which cart, in which language."""

    buyer: Buyer
    details: BuyerDetails
    language: str
    cart_key: str


def compose_order(summary: Summary, market: MarketView, who: Placer, account: ShopAccount) -> OrderToWrite:
    """Everything of the order but its lines. Raises NotComplete."""
    option, method = summary.option, summary.method
    if option is None or method is None:
        raise NotComplete
    return OrderToWrite(
        account=account,
        buyer=who.buyer,
        email=who.details.email,
        ship_to=who.details.ship_to(),
        market=market.code,
        language=who.language,
        goods=summary.goods,
        delivery=summary.delivery,
        tax=summary.tax,
        tax_included=summary.tax_included,
        total=summary.total,
        payment_method=method.code,
        delivery_option={
            "code": option.option,
            "name": option.name,
            "warehouse": option.warehouse,
            "is_tracked": option.is_tracked,
            "quote": option.inputs,
        },
        cart_key=who.cart_key,
        rules={"market": market.code, "market_version": market.version, "tax_rate": str(market.tax_rate)},
    )


def compose_lines(summary: Summary, market: MarketView, language: str) -> list[LineToWrite]:
    """Goods lines in the order of the cart, then delivery, each with its share of the tax. Raises NotComplete."""
    if summary.taxed is None or summary.option is None or len(summary.taxed.lines) != len(summary.lines) + 1:
        raise NotComplete
    *goods_tax, delivery_tax = (line.tax for line in summary.taxed.lines)
    lines = [_goods_line(line, tax, market) for line, tax in zip(summary.lines, goods_tax, strict=True)]
    delivery = LineToWrite(
        kind=OrderLine.Kind.DELIVERY,
        title=pick(summary.option.name, language),
        quantity=1,
        unit=summary.delivery,
        total=summary.delivery,
        tax_rate=market.tax_rate,
        tax=delivery_tax,
    )
    return [*lines, delivery]


def _goods_line(line: SummaryLine, tax: Money, market: MarketView) -> LineToWrite:
    offer = line.offer
    if offer is None or offer.price is None:
        raise NotComplete
    pictures = offer.picture.renditions if offer.picture else ()
    return LineToWrite(
        kind=OrderLine.Kind.GOODS,
        title=offer.title,
        quantity=line.quantity,
        unit=offer.price,
        total=line.total,
        tax_rate=market.tax_rate,
        tax=tax,
        variant_id=offer.id,
        sku=offer.sku,
        options=offer.options_words,
        picture=next((r["path"] for r in pictures if r["format"] == "jpeg"), ""),
    )
