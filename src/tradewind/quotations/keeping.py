"""What was quoted, kept as it would be written: the order comes from here, and nothing of it is computed anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tradewind.buyers.models import Buyer
from tradewind.checkout.composing import Placer, compose_lines, compose_order
from tradewind.checkout.details import BuyerDetails
from tradewind.checkout.summary import Summary
from tradewind.core.models import ShopAccount
from tradewind.lib.money import Money
from tradewind.markets.queries import MarketView
from tradewind.markets.wording import NamedAmount
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.placing import LineToWrite, OrderToWrite, line_row
from tradewind.quotations.models import QuotationVersion

_SUMS = ("goods", "delivery", "discount", "tax", "total")


@dataclass(frozen=True, slots=True)
class Composed:
    """An order with its lines, not yet written."""

    order: OrderToWrite
    lines: Sequence[LineToWrite]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a version says, as pages show it. The sums are those of the order that it becomes."""

    market: str
    language: str
    goods: Money
    delivery: Money
    discount: Money
    tax: Money
    total: Money
    tax_included: bool
    delivery_option: Mapping[str, Any]
    rules: Mapping[str, Any]
    lines: Sequence[LineToWrite]

    @property
    def discounts(self) -> list[NamedAmount]:
        return self._named(OrderLine.Kind.DISCOUNT)

    @property
    def charges(self) -> list[NamedAmount]:
        return self._named(OrderLine.Kind.CHARGE)

    @property
    def tax_names(self) -> dict[str, str]:
        return dict(self.rules.get("tax_names", {}))

    @property
    def at_door(self) -> list[tuple[str, dict[str, str], Money]]:
        """What the buyer was told to expect from the carrier."""
        return [
            (key, names, Money(estimate, self.total.currency)) for key, names, estimate in self.rules.get("at_door", [])
        ]

    @property
    def sold(self) -> list[LineToWrite]:
        return [line for line in self.lines if line.kind == OrderLine.Kind.GOODS]

    def _named(self, kind: OrderLine.Kind) -> list[NamedAmount]:
        return [NamedAmount(line.title, line.total) for line in self.lines if line.kind == kind]


def compose(summary: Summary, market: MarketView, who: Placer, account: ShopAccount) -> Composed:
    """What a summary becomes. Raises checkout.composing.NotComplete."""
    lines = [_without_article(line) for line in compose_lines(summary, who.language)]
    return Composed(compose_order(summary, market, who, account), lines)


def content_of(composed: Composed) -> dict[str, Any]:
    """As JSON, without what is personal: that stands in columns of its own."""
    order = composed.order
    sums = {name: getattr(order, name).amount for name in _SUMS}
    return {
        "market": order.market,
        "language": order.language,
        "currency": order.total.currency,
        **sums,
        "tax_included": order.tax_included,
        "delivery_option": order.delivery_option,
        "rules": order.rules,
        "lines": [_written(line) for line in composed.lines],
    }


def kept_in(version: QuotationVersion) -> Kept:
    content = version.content
    currency = content["currency"]
    return Kept(
        market=content["market"],
        language=content["language"],
        **{name: Money(content[name], currency) for name in _SUMS},
        tax_included=content["tax_included"],
        delivery_option=content["delivery_option"],
        rules=content["rules"],
        lines=[_read(line, currency) for line in content["lines"]],
    )


def as_order(version: QuotationVersion, *, account: ShopAccount, buyer: Buyer, method: str) -> Composed:
    """The order that this version becomes, at the prices that it names."""
    kept = kept_in(version)
    order = OrderToWrite(
        account=account,
        buyer=buyer,
        email=version.email,
        ship_to=version.ship_to,
        market=kept.market,
        language=kept.language,
        **{name: getattr(kept, name) for name in _SUMS},
        tax_included=kept.tax_included,
        payment_method=method,
        delivery_option=dict(kept.delivery_option),
        cart_key=None,
        rules=dict(kept.rules),
    )
    return Composed(order, kept.lines)


def as_rows(version: QuotationVersion) -> tuple[Order, list[OrderLine]]:
    """As the order would be stored, which it is not: for letters and papers, which show orders."""
    kept = kept_in(version)
    order = Order(
        ref=version.quotation.ref,
        account=version.quotation.account,
        email=version.email,
        ship_to=version.ship_to,
        country=version.ship_to.get("country", ""),
        market=kept.market,
        language=kept.language,
        currency=kept.total.currency,
        goods=kept.goods.amount,
        delivery=kept.delivery.amount,
        discount=kept.discount.amount,
        tax=kept.tax.amount,
        tax_included=kept.tax_included,
        total=kept.total.amount,
        delivery_option=kept.delivery_option,
        rules=kept.rules,
        placed_at=version.sent_at,
    )
    lines = [line_row(order, place, line) for place, line in enumerate(kept.lines, start=1)]
    for place, line in enumerate(lines, start=1):
        line.pk = place  # pictures are found by it
    return order, lines


def placer(buyer: Buyer, details: BuyerDetails, language: str) -> Placer:
    """Who gets what staff put together: no cart was involved."""
    return Placer(buyer, details, language, cart_key=None)


def _without_article(line: LineToWrite) -> LineToWrite:
    """Lines of staff's own words went through the checkout under the number zero."""
    return replace(line, variant_id=None) if line.variant_id == 0 else line


def _written(line: LineToWrite) -> dict[str, Any]:
    return {
        "kind": str(line.kind),
        "title": line.title,
        "quantity": line.quantity,
        "unit": line.unit.amount,
        "total": line.total.amount,
        "tax_rate": str(line.tax_rate),
        "tax": line.tax.amount,
        "variant_id": line.variant_id,
        "sku": line.sku,
        "options": line.options,
        "picture": line.picture,
        "parts": [list(part) for part in line.parts],
        "discount": line.discount.amount if line.discount is not None else None,
    }


def _read(line: Mapping[str, Any], currency: str) -> LineToWrite:
    return LineToWrite(
        kind=OrderLine.Kind(line["kind"]),
        title=line["title"],
        quantity=line["quantity"],
        unit=Money(line["unit"], currency),
        total=Money(line["total"], currency),
        tax_rate=Decimal(line["tax_rate"]),
        tax=Money(line["tax"], currency),
        variant_id=line["variant_id"],
        sku=line["sku"],
        options=line["options"],
        picture=line["picture"],
        parts=tuple((sku, units) for sku, units in line["parts"]),
        discount=None if line["discount"] is None else Money(line["discount"], currency),
    )
