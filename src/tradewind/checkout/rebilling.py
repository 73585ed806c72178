"""The bill of an order made anew for other goods, as it was made at placing: at the rules of that day, with the delivery as agreed
or priced anew, and the code valued on what the order has now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import Max

from tradewind.catalog.models import Variant
from tradewind.checkout.code_goods import Priced, spread
from tradewind.checkout.codes import Valued, value_code
from tradewind.checkout.composing import charge_lines, told_with
from tradewind.checkout.models import CodeUse
from tradewind.inventory.models import Warehouse
from tradewind.lib.charging import Bill, Discount, Good, bill, is_import
from tradewind.lib.money import Money
from tradewind.lib.taxing import TaxedLine
from tradewind.markets.queries import MarketView, UnknownMarket, market_by_code
from tradewind.markets.wording import named_charges
from tradewind.orders.changes import bought_with, taken_in
from tradewind.orders.changing import OTHERWISE, NotChangeable
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.placing import line_row
from tradewind.promises.making import note_inputs
from tradewind.promises.quote import WEIGHED, DeliveryQuote
from tradewind.shipping.agreeing import AGREED

CODE_FAILS = "code_fails"


class CodeFails(NotChangeable):
    """The order's code does not hold for these goods. `without` is what they would cost without it."""

    def __init__(self, order_id: int, valued: Valued, without: Money) -> None:
        super().__init__(order_id, CODE_FAILS)
        self.valued = valued
        self.without = without


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of one article, at the price at which this order has it."""

    unit: Money
    quantity: int
    variant_id: int | None


@dataclass(frozen=True, slots=True)
class Rebilled:
    """`delivery` is what it costs before a code takes anything off."""

    bill: Bill
    delivery: Money
    valued: Valued


def as_sold(order: Order, line: OrderLine, quantity: int) -> Piece:
    """So many of a line of the order, which has at least one."""
    return Piece(Money(line.total // line.quantity, order.currency), quantity, line.variant_id)


def rebill(order: Order, pieces: Sequence[Piece], delivery: Money) -> Rebilled:
    """As checkout.summary makes it, for at least one piece. Raises NotChangeable, CodeFails."""
    try:
        market = market_by_code(order.market, on=order.placed_at.date())
        origin = Warehouse.objects.get(code=order.delivery_option.get("warehouse", "")).country
    except (UnknownMarket, Warehouse.DoesNotExist) as problem:
        raise NotChangeable(order.pk, OTHERWISE) from problem
    known = {
        pk: (product_id, str(code or ""))
        for pk, product_id, code in Variant.objects.filter(
            pk__in=[piece.variant_id for piece in pieces if piece.variant_id]
        ).values_list("pk", "product_id", "customs__hs_code")
    }
    nothing: tuple[int | None, str] = (None, "")
    of = [known.get(piece.variant_id or 0, nothing) for piece in pieces]
    goods = [Good(piece.unit, piece.quantity, code) for piece, (_, code) in zip(pieces, of, strict=True)]
    priced = [
        Priced(product_id, piece.unit * piece.quantity) for piece, (product_id, _) in zip(pieces, of, strict=True)
    ]
    imported = is_import(origin, order.country)
    valued = _value(order, priced, delivery, market)
    made = partial(_bill, order, goods, delivery, market, imported=imported)
    if code_of(order) and valued.discount is None:
        raise CodeFails(order.pk, valued, made(None).total)
    return Rebilled(made(valued.discount), delivery, valued)


def require_as_agreed(order: Order, lines: Sequence[OrderLine]) -> None:
    """Where the bill cannot be made as it was, because a market or an article is another one by now, nothing is changed.

    Raises NotChangeable.
    """
    goods = [line for line in lines if line.kind == OrderLine.Kind.GOODS]
    delivery = Money(order.delivery, order.currency)
    made = rebill(order, [as_sold(order, line, line.quantity) for line in goods], delivery)
    charges = sorted(line.total for line in lines if line.kind == OrderLine.Kind.CHARGE)
    off = made.valued.discount.amount.amount if made.valued.discount else 0
    before = [order.total, order.tax, order.discount, *charges]
    anew = [made.bill.total.amount, made.bill.tax.amount, -off]
    anew += sorted(made.bill.shown(line).amount for line in made.bill.lines)
    # Of an order that was divided, every line was rounded once more.
    most = len(lines) if bought_with(order.pk) else 0
    if len(before) != len(anew) or any(abs(one - two) > most for one, two in zip(before, anew, strict=True)):
        raise NotChangeable(order.pk, OTHERWISE)


def code_of(order: Order) -> str:
    """The code that the order was placed with; empty where there was none."""
    if not order.discount:
        return ""
    found = order.lines.filter(kind=OrderLine.Kind.DISCOUNT).values_list("sku", flat=True).first()
    return found or ""


def write_bill(order: Order, goods: Sequence[OrderLine], made: Rebilled) -> None:
    """The lines and sums of a new bill, of which `goods` are all the goods in its order, stored or not, with their new quantities.

    Duties are written anew: other goods are other headings.
    """
    new = made.bill
    parts = made.valued.parts or [Money.zero(order.currency)] * len(goods)
    for line, taxed, off in zip(goods, new.taxed, parts, strict=False):
        line.tax, line.tax_rate, line.discount = taxed.tax.amount, taxed.rate, -off.amount
        line.save()
    way = new.taxed[len(goods)]
    on_its_way = order.lines.filter(kind=OrderLine.Kind.DELIVERY)
    on_its_way.update(tax=way.tax.amount, tax_rate=way.rate)
    if made.delivery.amount != order.delivery:
        on_its_way.update(total=made.delivery.amount, unit=made.delivery.decimal)
    discount = made.valued.discount
    if discount is not None:
        _write_discount(order, discount, new.taxed[-1])
    _write_charges(order, new)
    order.goods, order.delivery = sum(line.total for line in goods), made.delivery.amount
    order.tax, order.total = new.tax.amount, new.total.amount
    order.rules = {**order.rules, **told_with(new)}
    order.save(update_fields=["goods", "delivery", "discount", "tax", "total", "rules"])


def is_priced_anew(order: Order, made: Rebilled, quote: DeliveryQuote) -> bool:
    """Is the price of the quote another one than was agreed, and has it ever been one of the market's?

    Not where the way was agreed for this order alone or is shared with other orders, nor where a code pays for it.
    """
    discount = made.valued.discount
    return (
        (quote.cost.amount, quote.cost.currency) != (order.delivery, order.currency)
        and quote.cost.currency == order.currency
        and quote.option != AGREED
        and not (discount is not None and discount.is_off_delivery)
        and order.lines.filter(kind=OrderLine.Kind.DELIVERY).count() == 1
        and not bought_with(order.pk)
        and not taken_in(order.pk)
    )


def note_price(order: Order, quote: DeliveryQuote) -> None:
    """In the caller's transaction: order and promises tell from now on why the delivery costs what it costs in this quote."""
    weighed = quote.inputs.get(WEIGHED, {})
    order.delivery_option = {**order.delivery_option, "quote": {**order.delivery_option["quote"], WEIGHED: weighed}}
    order.save(update_fields=["delivery_option"])
    note_inputs(order_id=order.pk, inputs={WEIGHED: weighed})


def next_position(order: Order) -> int:
    return (order.lines.aggregate(last=Max("position"))["last"] or 0) + 1


def _value(order: Order, priced: Sequence[Priced], delivery: Money, market: MarketView) -> Valued:
    code = code_of(order)
    if code or not order.discount:
        return value_code(code, priced, delivery, market, at=order.placed_at, is_used=True)
    # What staff have agreed on without a code stays as it is, as far as one minor unit of the goods is left to pay.
    counted = [each.total for each in priced]
    off = min(-order.discount, sum(each.amount for each in counted) - 1)
    if off <= 0:
        raise NotChangeable(order.pk, OTHERWISE)
    agreed = Money(off, order.currency)
    return Valued(discount=Discount(agreed), parts=spread(agreed, counted))


def _bill(
    order: Order,
    goods: Sequence[Good],
    delivery: Money,
    market: MarketView,
    discount: Discount | None,
    *,
    imported: bool,
) -> Bill:
    charges = market.charges_to(order.country)
    duty_paid = bool(order.delivery_option.get("is_duty_paid"))
    return bill(goods, delivery, charges, imported=imported, discount=discount, duty_paid=duty_paid)


def _write_discount(order: Order, discount: Discount, taxed: TaxedLine) -> None:
    """What the code takes off by now, on its line and where its uses are counted."""
    amount = discount.amount
    order.discount = -amount.amount
    order.lines.filter(kind=OrderLine.Kind.DISCOUNT).update(
        total=-amount.amount, unit=(-amount).decimal, tax=taxed.tax.amount, tax_rate=taxed.rate
    )
    CodeUse.objects.filter(order_id=order.pk).update(amount=amount.amount)


def _write_charges(order: Order, new: Bill) -> None:
    order.lines.filter(kind=OrderLine.Kind.CHARGE).delete()
    market = market_by_code(order.market, on=order.placed_at.date())
    lines = charge_lines(new, named_charges(new, order.language, market.country))
    OrderLine.objects.bulk_create(
        line_row(order, place, line) for place, line in enumerate(lines, start=next_position(order))
    )
