"""Amounts of another currency in a market's own, by the exchange rates that its rules keep. For comparing, never for charging."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from tradewind.lib.money import Money, half_up, minor_digits
from tradewind.markets.models import Market
from tradewind.markets.queries import MarketView, market_by_code
from tradewind.markets.rounding import RATE, BadRounding, rate_of


def rates_kept(on: date) -> dict[str, tuple[str, Fraction]]:
    """By currency of a market: (common currency, how much one unit of it buys)."""
    found: dict[str, tuple[str, Fraction]] = {}
    for code in Market.objects.order_by("position", "id").values_list("code", flat=True):
        known = _rate(market_by_code(code, on=on))
        if known is not None:
            found.setdefault(known[0], known[1:])
    return found


def convert(amount: Money, market: MarketView, kept: Mapping[str, tuple[str, Fraction]]) -> Money | None:
    """None where no rate leads from the one to the other. The market's own rate goes before that of another with its currency."""
    if amount.currency == market.currency:
        return amount
    own = _rate(market)
    common, per_unit = own[1:] if own is not None else kept.get(market.currency, ("", Fraction(0)))
    if not common:
        return None
    there = (common, Fraction(1)) if amount.currency == common else kept.get(amount.currency)
    if there is None or there[0] != common:
        return None
    major = Fraction(amount.decimal) * per_unit / there[1] * 10 ** minor_digits(market.currency)
    return Money(half_up(major.numerator, major.denominator), market.currency)


def _rate(market: MarketView) -> tuple[str, str, Fraction] | None:
    """(currency, common currency, rate); None where there is none that can be read."""
    rule = market.rules.get(RATE)
    if not rule:
        return None
    try:
        common, rate = rate_of(rule)
    except BadRounding:
        return None
    return market.currency, common, Fraction(rate)
