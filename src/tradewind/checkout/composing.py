"""From a summary that a buyer agreed to, to the order that is written: amounts carried over, none computed anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tradewind.buyers.models import Buyer
from tradewind.catalog.queries import skus_of
from tradewind.checkout.details import BuyerDetails
from tradewind.checkout.summary import Summary, SummaryLine
from tradewind.core.models import ShopAccount
from tradewind.core.words import pick
from tradewind.lib.charging import Bill, Charge, ChargeLine
from tradewind.lib.money import Money, sum_of
from tradewind.lib.taxing import TaxedLine
from tradewind.markets.queries import MarketView
from tradewind.markets.wording import NamedAmount, tax_names
from tradewind.orders.models import OrderLine
from tradewind.orders.placing import LineToWrite, OrderToWrite


class NotComplete(Exception):
    """A summary without option or method, or with a line that cannot be sold, is no order."""


@dataclass(frozen=True, slots=True)
class Placer:
    """Who places, from which cart if any, in which language."""

    buyer: Buyer
    details: BuyerDetails
    language: str
    cart_key: str | None


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
        discount=sum_of((each.total for each in summary.discounts), summary.total.currency),
        tax=summary.tax,
        tax_included=summary.tax_included,
        total=summary.total,
        payment_method=method.code,
        delivery_option={
            "code": option.option,
            "name": option.name,
            "warehouse": option.warehouse,
            "is_tracked": option.is_tracked,
            "is_duty_paid": option.is_duty_paid,
            "quote": option.inputs,
        },
        gift_note=who.details.gift_note,
        cart_key=who.cart_key,
        rules=_rules(summary, market),
    )


def compose_lines(summary: Summary, language: str) -> list[LineToWrite]:
    """Goods lines in the order of the cart, then delivery, discount, and duties, with the tax on each.

    Raises NotComplete.
    """
    count = len(summary.lines)
    if summary.bill is None or summary.option is None or len(summary.bill.taxed) != count + 1 + len(summary.discounts):
        raise NotComplete
    goods, delivery, discounts = summary.bill.taxed[:count], summary.bill.taxed[count], summary.bill.taxed[count + 1 :]
    skus = skus_of({part for line in summary.lines if line.offer for part, _ in line.offer.consists_of})
    return [
        *(
            goods_line(line, taxed, off, skus)
            for line, taxed, off in zip(summary.lines, goods, _taken_off(summary), strict=True)
        ),
        LineToWrite(
            kind=OrderLine.Kind.DELIVERY,
            title=pick(summary.option.name, language),
            quantity=1,
            unit=summary.delivery,
            total=summary.delivery,
            tax_rate=delivery.rate,
            tax=delivery.tax,
        ),
        *(
            _discount_line(summary.code.code, named, taxed)
            for named, taxed in zip(summary.discounts, discounts, strict=True)
        ),
        *charge_lines(summary.bill, summary.charges),
    ]


def charge_lines(due: Bill, named: Sequence[NamedAmount]) -> list[LineToWrite]:
    """Duties and taxes as lines, under the names that the buyer reads."""
    return [_charge_line(line, name, due.tax_charge) for line, name in zip(due.lines, named, strict=True)]


def told_with(due: Bill | None) -> dict[str, Any]:
    """What stays with the order of its bill: how its tax is called, and what the buyer was told to expect at the door."""
    at_door = due.at_door if due else ()
    return {
        "tax_names": tax_names(due.tax_charge if due else None),
        "at_door": [[each.charge.key, dict(each.charge.name), each.estimate.amount] for each in at_door],
    }


def _rules(summary: Summary, market: MarketView) -> dict[str, Any]:
    """By which versions of the rules it was computed, and what the buyer was told."""
    return {
        "market": market.code,
        "market_version": market.version,
        "versions": market.rule_versions,
        **told_with(summary.bill),
    }


def _taken_off(summary: Summary) -> Sequence[Money]:
    """What the code takes off each line of goods, zero or below; nothing where it makes the delivery cheaper."""
    nothing = Money.zero(summary.total.currency)
    return [-part for part in summary.code.parts] or [nothing] * len(summary.lines)


def _discount_line(code: str, named: NamedAmount, taxed: TaxedLine) -> LineToWrite:
    return LineToWrite(
        kind=OrderLine.Kind.DISCOUNT,
        title=named.title,
        quantity=1,
        unit=named.total,
        total=named.total,
        tax_rate=taxed.rate,
        tax=taxed.tax,
        sku=code,
    )


def _charge_line(line: ChargeLine, named: NamedAmount, tax: Charge | None) -> LineToWrite:
    return LineToWrite(
        kind=OrderLine.Kind.CHARGE,
        title=named.title,
        quantity=1,
        unit=named.total,
        total=named.total,
        tax_rate=tax.rate if tax is not None and line.tax else Decimal(0),
        tax=line.tax,
    )


def goods_line(line: SummaryLine, taxed: TaxedLine | None, off: Money, skus: Mapping[int, str]) -> LineToWrite:
    """Goods as they are offered, with their tax where that is known by now. Raises NotComplete."""
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
        tax_rate=taxed.rate if taxed else Decimal(0),
        tax=taxed.tax if taxed else Money.zero(line.total.currency),
        variant_id=offer.id,
        sku=offer.sku,
        options=offer.options_words,
        picture=next((r["path"] for r in pictures if r["format"] == "jpeg"), ""),
        parts=tuple((skus[part], units) for part, units in offer.consists_of),
        discount=off,
    )
