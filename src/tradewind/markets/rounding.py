"""Price proposals: from one market's price by recorded rates to another's, ending as prices end there.

A proposal only. A price that a person has typed is never rounded. The rule `price_rounding` of a market is a list of
bands: from which amount on, `multiple` and `endings`; a price is a whole number of multiples plus one of the endings.
[{"from": "0", "multiple": "1.00", "endings": ["0.90"]}] gives 12.90, with "100" and "80" in yen 1,980. The rule
`exchange_rate` says how much of the market's currency one unit of a currency that all have in common buys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_noop

from tradewind.lib.charging import Charge, Collected
from tradewind.lib.money import Money, TooManyDigits, UnreadableAmount, half_up, minor_digits
from tradewind.markets.queries import MarketView

ROUNDING = "price_rounding"
RATE = "exchange_rate"


class NoRate(LookupError):
    """A market has no rate in force, or the two are counted in different currencies."""

    def __init__(self, market: str) -> None:
        super().__init__(f"market {market} has no usable exchange rate")
        self.market = market


class BadRounding(ValueError):
    """A rounding rule that leads to no price; the words say what would do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Band:
    """From `above` on, in minor units, prices are whole multiples plus an ending."""

    above: int
    multiple: int
    endings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A price to ask, what it would be to the last minor unit, and by which rate."""

    price: Money
    unrounded: Money
    rate: Decimal


def propose_price(price: Money, *, of: MarketView, to: MarketView) -> Proposal:
    """What `price`, as it is shown in one market, would be in another. Raises NoRate and BadRounding.

    Taxes change hands: what the price contains there is left out, and what it must contain here is put in.
    """
    (common, per_unit), (elsewhere, per_unit_there) = _rate(to), _rate(of)
    if common != elsewhere:
        raise NoRate(to.code)
    rate = per_unit / per_unit_there
    net = Fraction(price.decimal) / (1 + _contained(of))
    major = net * rate * (1 + _contained(to))
    exact = major * 10 ** minor_digits(to.currency)
    unrounded = Money(max(half_up(exact.numerator, exact.denominator), 1), to.currency)
    bands = bands_of(to.rules.get(ROUNDING, []), to.currency)
    shown = Decimal(rate.numerator) / Decimal(rate.denominator)
    return Proposal(round_price(unrounded, bands), unrounded, round(shown, 6))


def round_price(price: Money, bands: Sequence[Band]) -> Money:
    """The nearest price above zero that ends as the band of this amount says; of two equally near, the higher."""
    band = next((band for band in reversed(bands) if price.amount >= band.above), None)
    if band is None:
        return price
    whole = price.amount // band.multiple
    candidates = {(whole + step) * band.multiple + ending for step in (-1, 0, 1) for ending in band.endings}
    allowed = [amount for amount in candidates if amount > 0]
    return Money(min(allowed, key=lambda amount: (abs(amount - price.amount), -amount)), price.currency)


def bands_of(rule: Sequence[Mapping[str, Any]], currency: str) -> tuple[Band, ...]:
    """Reads the rule, lowest band first. Raises BadRounding."""
    bands = tuple(sorted((_band(each, currency) for each in rule), key=lambda band: band.above))
    if bands and bands[0].above:
        raise BadRounding(gettext_noop("The first band begins at 0."))
    return bands


def rate_of(rule: Mapping[str, Any]) -> tuple[str, Decimal]:
    """(common currency, how much one unit of it buys). Raises BadRounding."""
    try:
        rate = Decimal(str(rule["rate"]))
    except (KeyError, TypeError, InvalidOperation):
        raise BadRounding(gettext_noop("Give the rate as a number, say 0.1215.")) from None
    if not rate.is_finite() or rate <= 0:
        raise BadRounding(gettext_noop("A rate is above zero."))
    return str(rule.get("from", "")), rate


def _band(band: Mapping[str, Any], currency: str) -> Band:
    try:
        multiple = Money.of(str(band["multiple"]), currency).amount
        endings = tuple(sorted(Money.of(str(ending), currency).amount for ending in band["endings"]))
        above = Money.of(str(band.get("from", "0")), currency).amount
    except (KeyError, TypeError, UnreadableAmount, TooManyDigits):
        raise BadRounding(
            gettext_noop("A line has a lower limit, a multiple and endings in the market's currency, say: 0 1.00 0.90")
        ) from None
    if multiple <= 0 or above < 0 or not endings or endings[0] < 0 or endings[-1] >= multiple:
        raise BadRounding(gettext_noop("Endings lie between zero and the multiple."))
    return Band(above, multiple, endings)


def _rate(market: MarketView) -> tuple[str, Fraction]:
    rule = market.rules.get(RATE)
    if not rule:
        raise NoRate(market.code)
    common, rate = rate_of(rule)
    return common, Fraction(rate)


def _contained(market: MarketView) -> Fraction:
    charge: Charge | None = market.tax_to(min(market.countries, default=""))
    if charge is None or charge.collected is not Collected.IN_PRICE:
        return Fraction(0)
    return Fraction(charge.rate) / 100
