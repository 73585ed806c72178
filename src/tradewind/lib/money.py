"""Owns exact amounts of money: whole minor units of one currency, and how they are rounded and divided.

Refuses floats, fractions of a minor unit, and arithmetic between two currencies. Rounding is half up, away from
zero, so that a refund is the exact mirror of the sale. Words for people are in `money_words`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Self, TypeAlias

from tradewind.lib.currencies import UnknownCurrency, minor_digits

__all__ = [
    "CurrencyMismatch",
    "InexactAmount",
    "Money",
    "NothingToAllocateTo",
    "TaxRate",
    "TooManyDigits",
    "UnknownCurrency",
    "UnreadableAmount",
    "allocate",
    "half_up",
    "largest_remainder",
    "minor_digits",
    "scale",
    "sum_of",
    "tax_contained",
    "tax_on_top",
]

TaxRate: TypeAlias = Decimal
"""Percent: Decimal("19") is nineteen percent."""

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


class CurrencyMismatch(ValueError):
    """Two currencies met in one calculation; converting is a decision that arithmetic does not take."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"cannot calculate {left} with {right}")
        self.left = left
        self.right = right


class InexactAmount(TypeError):
    """A float, or another number that is not whole, was used where minor units are counted."""

    def __init__(self, value: object) -> None:
        super().__init__(f"money is counted in whole minor units, not by {value!r} ({type(value).__name__})")
        self.value = value


class UnreadableAmount(ValueError):
    """The text is not a plain decimal number such as 12.34."""

    def __init__(self, text: object) -> None:
        super().__init__(f"{text!r} is not a plain decimal number")
        self.text = text


class TooManyDigits(ValueError):
    """The number is finer than the currency's minor unit; rounding it here would lose money silently."""

    def __init__(self, text: object, currency: str) -> None:
        super().__init__(f"{text} has more than the {minor_digits(currency)} digits of {currency}")
        self.text = text
        self.currency = currency


class NothingToAllocateTo(ValueError):
    """An amount that is not zero was to be divided among weights that are negative, or together zero."""

    def __init__(self, total: "Money", weights: Sequence[int | Decimal]) -> None:
        super().__init__(f"cannot divide {total} by the weights {list(weights)}")
        self.total = total
        self.weights = tuple(weights)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, yen, fils) of an ISO 4217 currency. False when it is zero."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        _require_whole(self.amount)
        minor_digits(self.currency)

    @classmethod
    def of(cls, number: str | Decimal, currency: str) -> Self:
        """From major units: Money.of("12.34", "EUR").

        Zeros beyond the minor unit are accepted ("100.00" JPY, as marketplaces send it); other digits raise
        TooManyDigits, anything that is not a plain number UnreadableAmount.
        """
        minor = _read(number) * 10 ** minor_digits(currency)
        if minor.denominator != 1:
            raise TooManyDigits(number, currency)
        return cls(minor.numerator, currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """In major units, with all digits of the currency: Decimal("12.30")."""
        sign = 1 if self.amount < 0 else 0
        # Built from its parts because Decimal's arithmetic would round to the context's 28 digits.
        digits = tuple(int(digit) for digit in str(abs(self.amount)))
        return Decimal((sign, digits, -minor_digits(self.currency)))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.amount + _same_currency(self, other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.amount - _same_currency(self, other), self.currency)

    def __mul__(self, times: int) -> Self:
        return type(self)(self.amount * _require_whole(times), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return type(self)(-self.amount, self.currency)

    def __abs__(self) -> Self:
        return type(self)(abs(self.amount), self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.amount < _same_currency(self, other)

    def __le__(self, other: Self) -> bool:
        return self.amount <= _same_currency(self, other)

    def __gt__(self, other: Self) -> bool:
        return self.amount > _same_currency(self, other)

    def __ge__(self, other: Self) -> bool:
        return self.amount >= _same_currency(self, other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


def _require_whole(value: object) -> int:
    # bool is an int to Python; True cents are a bug.
    if isinstance(value, bool) or not isinstance(value, int):
        raise InexactAmount(value)
    return value


def _same_currency(left: Money, right: object) -> int:
    if not isinstance(right, Money):
        raise InexactAmount(right)
    if left.currency != right.currency:
        raise CurrencyMismatch(left.currency, right.currency)
    return right.amount


def _read(number: object) -> Fraction:
    if isinstance(number, Decimal) and number.is_finite():
        return Fraction(number)
    if isinstance(number, str) and _PLAIN_NUMBER.fullmatch(number.strip()):
        return Fraction(number.strip())
    if isinstance(number, float):
        raise InexactAmount(number)
    raise UnreadableAmount(number)


def sum_of(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, zero of the currency for no amounts. Raises CurrencyMismatch."""
    return sum(amounts, start=Money.zero(currency))


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves away from zero; the denominator is positive."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def scale(money: Money, factor: Decimal) -> Money:
    """The amount times the factor, rounded half up: Decimal("0.06") gives six percent of it."""
    numerator, denominator = _ratio(factor)
    return Money(half_up(money.amount * numerator, denominator), money.currency)


def tax_contained(gross: Money, rate: TaxRate) -> Money:
    """The tax in a price that includes it: gross x rate / (100 + rate), rounded half up."""
    numerator, denominator = contained_share(rate)
    return Money(half_up(gross.amount * numerator, denominator), gross.currency)


def tax_on_top(net: Money, rate: TaxRate) -> Money:
    """The tax to add to a price without it: net x rate / 100, rounded half up."""
    numerator, denominator = added_share(rate)
    return Money(half_up(net.amount * numerator, denominator), net.currency)


def contained_share(rate: TaxRate) -> tuple[int, int]:
    """The part of a gross price that is tax, as an exact fraction: 19 percent gives (19, 119)."""
    numerator, denominator = _ratio(rate)
    return numerator, 100 * denominator + numerator


def added_share(rate: TaxRate) -> tuple[int, int]:
    """The tax per unit of net price, as an exact fraction: 19 percent gives (19, 100)."""
    numerator, denominator = _ratio(rate)
    return numerator, 100 * denominator


def _ratio(factor: object) -> tuple[int, int]:
    if isinstance(factor, int | Decimal) and not isinstance(factor, bool):
        return factor.as_integer_ratio()
    raise InexactAmount(factor)


def allocate(total: Money, weights: Sequence[int | Decimal]) -> list[Money]:
    """Divide the amount in proportion to the weights; the parts always add up to it.

    What rounding down leaves over goes, one minor unit each, to the largest remainders, the earlier first. A weight
    of zero gets nothing. allocate(-total) is the mirror of allocate(total). Raises NothingToAllocateTo.
    """
    ratios = [_ratio(weight) for weight in weights]
    common = lcm(*(denominator for _, denominator in ratios))
    whole = [numerator * (common // denominator) for numerator, denominator in ratios]
    if min(whole, default=0) < 0 or (total and not sum(whole)):
        raise NothingToAllocateTo(total, weights)
    if not total:
        return [Money.zero(total.currency) for _ in whole]
    size, sign = abs(total.amount), 1 if total.amount > 0 else -1
    parts = largest_remainder([size * weight for weight in whole], sum(whole), size)
    return [Money(sign * part, total.currency) for part in parts]


def largest_remainder(numerators: Sequence[int], denominator: int, total: int) -> list[int]:
    """Round each numerator / denominator to a whole number so that together they are the total.

    The total must lie between the sum of the values rounded down and the sum of the values rounded up.
    """
    split = [divmod(numerator, denominator) for numerator in numerators]
    parts = [floor for floor, _ in split]
    left_over = total - sum(parts)
    by_remainder = sorted(range(len(split)), key=lambda index: -split[index][1])
    for index in by_remainder[:left_over]:
        parts[index] += 1
    return parts
