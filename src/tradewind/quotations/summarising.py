"""What a draft comes to: the checkout's own summary, of lines whose prices staff may have agreed with the buyer.

Stock keeps nobody from asking and from quoting: goods may be made for this buyer. It is looked at when it becomes an order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from tradewind.catalog.queries import VariantOffer, variant_offers
from tradewind.checkout.code_goods import spread
from tradewind.checkout.codes import Valued
from tradewind.checkout.summary import (
    FEWER_LEFT,
    GONE,
    NO_WAY,
    NOTHING_TO_SEND,
    OTHER_MARKET,
    SOLD_OUT,
    Summary,
    SummaryLine,
)
from tradewind.core.words import say
from tradewind.inventory.models import Warehouse
from tradewind.inventory.queries import Asked, Counted, count_for
from tradewind.lib.charging import Bill, Discount, Good, bill, is_import
from tradewind.lib.money import Money, sum_of
from tradewind.markets.queries import MarketView
from tradewind.markets.wording import NamedAmount, named_charges, tax_names
from tradewind.payments.methods import Offer
from tradewind.promises.quote import DeliveryQuote
from tradewind.quotations.models import Quotation, QuotationLine
from tradewind.shipping.agreeing import AgreedWay, agreed_terms
from tradewind.shipping.quoting import Goods, Part, pack, quotes_for

# Further codes of what keeps a draft from being sent; pages put them into words.
NO_PRICE: Final = "no_price"  # neither the market's nor one of staff's own
TOO_MUCH_OFF: Final = "too_much_off"  # the discount is more than the goods
NOTHING_TO_PAY: Final = "nothing_to_pay"
# What is told beside a line and keeps nobody from quoting it.
OF_STOCK: Final = frozenset({SOLD_OUT, FEWER_LEFT})
# Until the buyer, or who writes the order, has chosen how it is paid.
UNDECIDED: Final = Offer(code="", provider="", name="", note="", is_instant=False, hold_days=7)


def summarise_draft(draft: Quotation, market: MarketView, *, at: datetime, method: Offer = UNDECIDED) -> Summary:
    """As the checkout would show it to the buyer, in the language of the draft."""
    lines, counted = _lines(draft, market)
    country = str(draft.ship_to.get("country") or "")
    ways = _ways(draft, market, country, _parcel(lines, counted, draft.currency), at)
    option = next((way for way in ways if way.option == draft.option), None if draft.option else next(iter(ways), None))
    if option is not None and draft.delivery_price is not None:
        option = replace(option, cost=Money(draft.delivery_price, draft.currency))
    goods = sum_of((line.total for line in lines), draft.currency)
    off = Money(min(draft.discount, goods.amount), draft.currency)
    due = _bill(lines, option, market, country, Discount(off) if off else None)
    delivery = option.cost if option else Money.zero(draft.currency)
    total = due.total if due else goods + delivery
    return Summary(
        lines=tuple(lines),
        country=country,
        options=tuple(ways),
        option=option,
        methods=(),
        method=method,
        goods=goods,
        delivery=delivery,
        code=_valued(off, lines),
        discounts=(NamedAmount(say(draft.language, "Discount"), -off),) if off else (),
        tax=due.tax if due else Money.zero(draft.currency),
        tax_included=market.shows_tax,
        tax_names=tax_names(due.tax_charge if due else None),
        bill=due,
        charges=named_charges(due, draft.language, market.country),
        beside={},
        total=total,
        problems=tuple(_problems(draft, market, lines, option, goods, total)),
    )


def is_sellable(summary: Summary, *, needs_stock: bool) -> bool:
    """May it be sent, or, where stock is needed, become an order now?"""
    stopping = [line for line in summary.lines if line.problem and (needs_stock or line.problem not in OF_STOCK)]
    return not summary.problems and not stopping and summary.option is not None


def _lines(draft: Quotation, market: MarketView) -> tuple[list[SummaryLine], Counted]:
    rows = list(draft.lines.order_by("position"))
    ids = [row.variant_id for row in rows if row.variant_id]
    found = variant_offers(ids, market_id=market.id, language=draft.language)
    lines = [_line(row, found.get(row.variant_id or 0), draft.currency) for row in rows]
    asked = [
        Asked(each.variant_id, each.quantity, each.offer.consists_of)
        for each in lines
        if each.offer and each.variant_id
    ]
    counted = count_for(asked) if asked else Counted({}, set())
    return [
        replace(line, problem=FEWER_LEFT) if line.variant_id in counted.short and not line.problem else line
        for line in lines
    ], counted


def _line(row: QuotationLine, offer: VariantOffer | None, currency: str) -> SummaryLine:
    nothing = Money.zero(currency)
    if row.variant_id is None:
        offer = _own_words(row.title, Money(row.price or 0, currency))
    elif offer is None:
        return SummaryLine(row.variant_id, row.quantity, None, nothing, GONE)
    if row.price is not None:
        offer = replace(offer, price=Money(row.price, currency))
    if offer.price is None:
        return SummaryLine(offer.id, row.quantity, offer, nothing, NO_PRICE)
    problem = SOLD_OUT if offer.id and offer.available <= 0 else ""
    return SummaryLine(offer.id, row.quantity, offer, offer.price * row.quantity, problem)


def _own_words(title: str, price: Money) -> VariantOffer:
    """A line without an article, in the form in which the checkout takes it. No variant has the number zero."""
    return VariantOffer(
        id=0,
        product_id=0,
        slug="",
        sku="",
        title=title,
        options={},
        options_words="",
        price=price,
        available=0,
        stocked_at=(),
        weight_g=0,
        traits=(),
        hs_code="",
        picture=None,
    )


def _parcel(lines: Sequence[SummaryLine], counted: Counted, currency: str) -> Goods:
    """Where nobody has all of it, any warehouse may get it."""
    parts = [
        Part.of(line.offer, counted.places.get(line.variant_id, set()), line.quantity)
        for line in lines
        if line.offer is not None and line.variant_id
    ]
    packed = pack(parts, value=sum_of((line.total for line in lines), currency))
    everywhere = Warehouse.objects.filter(is_on=True).values_list("code", flat=True)
    if packed.stocked_at:
        return packed
    return replace(packed, stocked_at=frozenset(everywhere), is_awaited=any(line.variant_id for line in lines))


def _ways(draft: Quotation, market: MarketView, country: str, parcel: Goods, at: datetime) -> list[DeliveryQuote]:
    """Those of the market, and behind them the one that was agreed with this buyer."""
    postcode = str(draft.ship_to.get("postcode") or "")
    ways = quotes_for(market, country, parcel, at=at, postcode=postcode)
    if draft.agreed:
        first, last = draft.agreed["days"]
        cost = Money(draft.delivery_price or 0, draft.currency)
        terms = agreed_terms(
            AgreedWay({draft.language: draft.agreed["name"]}, draft.agreed["warehouse"], (first, last), cost)
        )
        if terms is not None:
            there = replace(parcel, stocked_at=frozenset([terms.warehouse]))
            ways += quotes_for(market, country, there, at=at, supposed=[terms])
    return ways


def _bill(
    lines: Sequence[SummaryLine],
    option: DeliveryQuote | None,
    market: MarketView,
    country: str,
    discount: Discount | None,
) -> Bill | None:
    """As checkout.summary makes it, but that goods without stock count as well."""
    goods = [
        Good(line.offer.price, line.quantity, line.offer.hs_code)
        for line in lines
        if line.offer is not None and line.offer.price is not None
    ]
    if not goods:
        return None
    imported = option is None or is_import(option.warehouse_country, country)
    cost = option.cost if option else None
    duty_paid = option is not None and option.is_duty_paid
    charges = market.charges_to(country)
    return bill(goods, cost, charges, imported=imported, discount=discount, duty_paid=duty_paid)


def _valued(off: Money, lines: Sequence[SummaryLine]) -> Valued:
    if not off:
        return Valued()
    return Valued(discount=Discount(off), parts=spread(off, [line.total for line in lines]))


def _problems(
    draft: Quotation,
    market: MarketView,
    lines: Sequence[SummaryLine],
    option: DeliveryQuote | None,
    goods: Money,
    total: Money,
) -> list[str]:
    if not lines:
        return [NOTHING_TO_SEND]
    country = str(draft.ship_to.get("country") or "")
    problems = []
    if country and not market.serves(country):
        problems.append(OTHER_MARKET)
    if country and option is None:
        problems.append(NO_WAY)
    if draft.discount > goods.amount:
        problems.append(TOO_MUCH_OFF)
    elif total.amount <= 0:
        problems.append(NOTHING_TO_PAY)
    return problems
