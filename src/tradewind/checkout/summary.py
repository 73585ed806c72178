"""The summary: what a cart costs and when it comes, computed anew wherever it is shown, and once more at placing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tradewind.catalog.queries import VariantOffer, variant_offers
from tradewind.checkout.code_goods import Priced
from tradewind.checkout.code_words import named_discounts
from tradewind.checkout.codes import Valued, value_code
from tradewind.checkout.models import Cart
from tradewind.inventory.queries import Asked, Counted, count_for
from tradewind.lib.charging import Bill, Discount, Good, bill, is_import
from tradewind.lib.money import Money, sum_of
from tradewind.markets.queries import MarketView
from tradewind.markets.wording import NamedAmount, named_charges, tax_names
from tradewind.payments.methods import Offer, offers
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.quoting import Goods, Part, pack, quotes_for
from tradewind.shipping.refusing import Refused, refused_by_all
from tradewind.shipping.terms import Terms, terms_of

# Codes of what keeps a cart from being ordered; pages put them into words.
GONE: Final = "gone"  # no longer sold, or not in this market
SOLD_OUT: Final = "sold_out"
FEWER_LEFT: Final = "fewer_left"
FEWER_TOGETHER: Final = "fewer_together"  # each has enough by itself, and bundles and their parts not together
NOTHING_TO_SEND: Final = "empty"
NO_WAY: Final = "no_way"  # no delivery option carries these goods together to this country
OTHER_MARKET: Final = "other_market"  # the country belongs to another market


@dataclass(frozen=True, slots=True)
class SummaryLine:
    variant_id: int
    quantity: int
    offer: VariantOffer | None
    total: Money
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the buyer has chosen so far. Choices that are not offered count as not made."""

    country: str
    option: str = ""
    method: str = ""
    code: str = ""
    postcode: str = ""  # where remote places cost more; without one they are not known as such


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a market would offer after a change that somebody looks at before making it. None: what it offers today."""

    ways: Sequence[Terms] | None = None
    methods: Sequence[Offer] | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What a way to travel costs beside its own price: the states ask for other things where goods cross a border.

    `on_top` is paid with the order, `left_out` is a tax in the prices that is not ours to collect on this way, and
    `at_door` an estimate of what the carrier will ask for instead.
    """

    on_top: Money
    left_out: Money
    at_door: Money


@dataclass(frozen=True, slots=True)
class Summary:
    """What is shown and, if the buyer agrees, ordered. `bill` is None as long as there is nothing to pay for.

    A discount is also in `code`; in `discounts` it is an amount below zero with its name.
    """

    lines: tuple[SummaryLine, ...]
    country: str
    options: tuple[DeliveryQuote, ...]
    option: DeliveryQuote | None
    methods: tuple[Offer, ...]
    method: Offer | None
    goods: Money
    delivery: Money
    code: Valued
    discounts: tuple[NamedAmount, ...]
    tax: Money
    tax_included: bool
    tax_names: dict[str, str]
    bill: Bill | None
    charges: tuple[NamedAmount, ...]
    beside: Mapping[str, Beside]  # by option, because it depends on where the goods come from
    total: Money
    problems: tuple[str, ...]
    refused: Refused | None = None  # what every way has against the goods, where none carries them

    @property
    def can_be_placed(self) -> bool:
        has_line_problem = any(line.problem for line in self.lines)
        return not self.problems and not has_line_problem and self.option is not None and self.method is not None

    @property
    def is_all_gone(self) -> bool:
        """Is there something in the cart, and none of it to be had?"""
        return bool(self.lines) and all(line.problem in {GONE, SOLD_OUT} for line in self.lines)

    @property
    def at_door(self) -> list[tuple[str, Mapping[str, str], Money]]:
        """What the carrier will ask for: key, name by language, estimate."""
        return [(due.charge.key, due.charge.name, due.estimate) for due in self.bill.at_door] if self.bill else []

    @property
    def digest(self) -> str:
        """Changes when what the buyer would agree to changes: goods, amounts, charges, delivery and its dates."""
        shown = [
            [[line.variant_id, line.quantity, line.total.amount] for line in self.lines],
            self.country,
            self.option.digest if self.option else "",
            self.total.amount,
            self.total.currency,
            self.tax.amount,
            [[each.title, each.total.amount] for each in self.discounts],
            [[each.title, each.total.amount] for each in self.charges],
            [[key, estimate.amount] for key, _, estimate in self.at_door],
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


def summarise(
    cart: Cart,
    market: MarketView,
    choice: Choice,
    *,
    language: str,
    at: datetime,
    supposed: Supposed = Supposed(),
) -> Summary:
    """The summary of a cart for a destination. Without a choice the first option and method stand."""
    lines, counted = _lines(cart, market, language)
    sellable = [line for line in lines if line.offer is not None and not line.problem]
    parcel = _parcel(sellable, counted, market.currency)
    options = _ways(market, choice, parcel, at, supposed) if parcel else ()
    option = next((o for o in options if o.option == choice.option), next(iter(options), None))
    methods = tuple(offers(market.id, language) if supposed.methods is None else supposed.methods)
    method = next((m for m in methods if m.code == choice.method), next(iter(methods), None))
    goods = sum_of((line.total for line in lines), market.currency)
    delivery = option.cost if option else Money.zero(market.currency)
    code = value_code(choice.code, _priced(lines), delivery, market, at=at) if goods else Valued()
    due = _bill(lines, option, market, choice.country, code.discount)
    return Summary(
        lines=tuple(lines),
        country=choice.country,
        options=options,
        option=option,
        methods=methods,
        method=method,
        goods=goods,
        delivery=delivery,
        code=code,
        discounts=named_discounts(code, language),
        tax=due.tax if due else Money.zero(market.currency),
        tax_included=market.shows_tax,
        tax_names=tax_names(due.tax_charge if due else None),
        bill=due,
        charges=named_charges(due, language, market.country),
        beside={
            o.option: _beside(_bill(lines, o, market, choice.country, _on(code.discount, o)), market.currency)
            for o in options
        },
        total=due.total if due else goods + delivery,
        problems=tuple(_problems(lines, sellable, options, market, choice.country)),
        refused=_refused(market, choice, parcel, supposed) if parcel and not options else None,
    )


def _ways(
    market: MarketView, choice: Choice, parcel: Goods, at: datetime, supposed: Supposed
) -> tuple[DeliveryQuote, ...]:
    ways = quotes_for(market, choice.country, parcel, at=at, supposed=supposed.ways, postcode=choice.postcode)
    return tuple(ways)


def _refused(market: MarketView, choice: Choice, parcel: Goods, supposed: Supposed) -> Refused | None:
    ways = terms_of(market) if supposed.ways is None else supposed.ways
    return refused_by_all(ways, choice.country, parcel, choice.postcode)


def cost_of_goods(cart: Cart, market: MarketView, *, language: str) -> Money:
    """What the goods of a cart cost in a market, without ways, codes and charges."""
    return sum_of((line.total for line in _lines(cart, market, language)[0]), market.currency)


def _lines(cart: Cart, market: MarketView, language: str) -> tuple[list[SummaryLine], Counted]:
    rows = list(cart.lines.order_by("pk").values_list("variant_id", "quantity"))
    found = variant_offers([variant_id for variant_id, _ in rows], market_id=market.id, language=language)
    lines = [_line(variant_id, quantity, found.get(variant_id), market) for variant_id, quantity in rows]
    counted = _count([line for line in lines if line.offer is not None and not line.problem])
    return [
        replace(line, problem=FEWER_TOGETHER) if line.variant_id in counted.short else line for line in lines
    ], counted


def _count(lines: list[SummaryLine]) -> Counted:
    """The catalogue knows who has any: enough for one. More, and bundles beside their parts, have to be counted."""
    asked = [Asked(line.variant_id, line.quantity, line.offer.consists_of) for line in lines if line.offer is not None]
    if all(each.quantity == 1 and not each.consists_of for each in asked):
        return Counted({}, set())
    return count_for(asked)


def _line(variant_id: int, quantity: int, offer: VariantOffer | None, market: MarketView) -> SummaryLine:
    nothing = Money.zero(market.currency)
    if offer is None or offer.price is None:
        return SummaryLine(variant_id, quantity, offer, nothing, GONE)
    if offer.available <= 0:
        return SummaryLine(variant_id, quantity, offer, nothing, SOLD_OUT)
    problem = FEWER_LEFT if offer.available < quantity else ""
    return SummaryLine(variant_id, quantity, offer, offer.price * quantity, problem)


def _priced(lines: list[SummaryLine]) -> list[Priced]:
    return [Priced(line.offer.product_id if line.offer else None, line.total) for line in lines]


def _parcel(lines: list[SummaryLine], counted: Counted, currency: str) -> Goods | None:
    """All that is sent, None if that is nothing."""
    if not lines:
        return None
    parts = [
        Part.of(line.offer, counted.places.get(line.variant_id, line.offer.stocked_at), line.quantity)
        for line in lines
        if line.offer
    ]
    return pack(parts, value=sum_of((line.total for line in lines), currency))


def _bill(
    lines: list[SummaryLine],
    option: DeliveryQuote | None,
    market: MarketView,
    country: str,
    discount: Discount | None,
) -> Bill | None:
    goods = [
        Good(line.offer.price, line.quantity, line.offer.hs_code)
        for line in lines
        if line.offer is not None and line.offer.price is not None and line.problem not in {GONE, SOLD_OUT}
    ]
    if not goods:
        return None
    # Without a way to travel nothing can be ordered; until then we assume the border.
    imported = option is None or is_import(option.warehouse_country, country)
    cost = option.cost if option else None
    duty_paid = option is not None and option.is_duty_paid
    charges = market.charges_to(country)
    return bill(goods, cost, charges, imported=imported, discount=discount, duty_paid=duty_paid)


def _on(discount: Discount | None, option: DeliveryQuote) -> Discount | None:
    """What a discount would be if the goods travelled in this way."""
    if discount is None or not discount.is_off_delivery:
        return discount
    return replace(discount, amount=option.cost) if option.cost else None


def _beside(due: Bill | None, currency: str) -> Beside:
    shown = [due.shown(line) for line in due.lines] if due is not None else []
    door = [entry.estimate for entry in due.at_door] if due is not None else []
    return Beside(
        on_top=sum_of((each for each in shown if each.amount > 0), currency),
        left_out=sum_of((-each for each in shown if each.amount < 0), currency),
        at_door=sum_of(door, currency),
    )


def _problems(
    lines: list[SummaryLine],
    sellable: list[SummaryLine],
    options: tuple[DeliveryQuote, ...],
    market: MarketView,
    country: str,
) -> list[str]:
    if not lines:
        return [NOTHING_TO_SEND]
    problems = []
    if not market.serves(country):
        problems.append(OTHER_MARKET)
    if sellable and not options:
        problems.append(NO_WAY)
    return problems
