"""Writing an order down as it was bought. What it costs and when it comes was decided by the caller."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tradewind.buyers.models import Buyer
from tradewind.core import search
from tradewind.core.facts import record
from tradewind.core.models import ShopAccount
from tradewind.lib.money import Money
from tradewind.lib.refs import new_ref
from tradewind.orders.events import OrderPlaced
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.searching import order_texts
from tradewind.orders.states import OrderState


@dataclass(frozen=True, slots=True)
class LineToWrite:
    """One line. `total` and `tax` are for the whole line; with tax included, `total` contains `tax`."""

    kind: OrderLine.Kind
    title: str
    quantity: int
    unit: Money
    total: Money
    tax_rate: Decimal
    tax: Money
    variant_id: int | None = None
    sku: str = ""
    options: str = ""
    picture: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    discount: Money | None = None  # below zero: what the order's discount takes off this line


@dataclass(frozen=True, slots=True)
class OrderToWrite:
    """Everything of an own-shop order but its lines."""

    account: ShopAccount
    buyer: Buyer
    email: str
    ship_to: dict[str, str]
    market: str
    language: str
    goods: Money
    delivery: Money
    tax: Money
    tax_included: bool
    total: Money
    payment_method: str
    delivery_option: dict[str, Any]
    cart_key: str | None  # none: staff wrote it
    discount: Money  # below zero, or nothing
    case_id: int | None = None  # why goods go once more at no cost
    gift_note: str = ""
    rules: dict[str, Any] = field(default_factory=dict)


def write_order(order: OrderToWrite, lines: Sequence[LineToWrite], *, at: datetime, by: str = "buyer") -> Order:
    """Write the order with its lines, make it findable, and record that it was placed."""
    with transaction.atomic():
        row = Order.objects.create(
            ref=new_ref("TW", 8),
            account=order.account,
            state=OrderState.AWAITING_PAYMENT,
            buyer=order.buyer,
            email=order.email,
            ship_to=order.ship_to,
            country=order.ship_to["country"],
            market=order.market,
            language=order.language,
            currency=order.total.currency,
            goods=order.goods.amount,
            delivery=order.delivery.amount,
            discount=order.discount.amount,
            tax=order.tax.amount,
            tax_included=order.tax_included,
            total=order.total.amount,
            delivery_option=order.delivery_option,
            payment_method=order.payment_method,
            gift_note=order.gift_note,
            rules=order.rules,
            cart_key=order.cart_key,
            case_id=order.case_id,
            placed_at=at,
        )
        written = OrderLine.objects.bulk_create(line_row(row, place, line) for place, line in enumerate(lines, start=1))
        search.index("order", row.pk, order_texts(row, written))
        record(OrderPlaced(row.pk, order.buyer.pk, row.total, row.currency), by=by, at=at)
    return row


def line_row(order: Order, position: int, line: LineToWrite) -> OrderLine:
    """The line as a row, not yet stored."""
    return OrderLine(
        order=order,
        kind=line.kind,
        position=position,
        variant_id=line.variant_id,
        sku=line.sku,
        title=line.title[:200],
        options=line.options[:120],
        quantity=line.quantity,
        unit=line.unit.decimal,
        total=line.total.amount,
        tax_rate=line.tax_rate,
        tax=line.tax.amount,
        discount=line.discount.amount if line.discount is not None else 0,
        picture=line.picture,
        parts=[[sku, units] for sku, units in line.parts],
    )
