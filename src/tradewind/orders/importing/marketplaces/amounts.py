"""Amounts as sales channels write them: "US $1,045.99", "12.00", "1.045,99 EUR". Exact, with the currency that they name."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from tradewind.core.words import say, spoken
from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.orders.importing.parsing import UNIT_PARTS, Unfit

# As eBay and AliExpress write them; a bare dollar is the United States'.
_SIGNS: Final = {
    "US $": "USD",
    "US$": "USD",
    "AU $": "AUD",
    "C $": "CAD",
    "CA $": "CAD",
    "NZ $": "NZD",
    "HK $": "HKD",
    "R$": "BRL",
    "$": "USD",
    "£": "GBP",
    "€": "EUR",
    "руб.": "RUB",
    "₽": "RUB",
    "zł": "PLN",
}
_NAMED: Final = re.compile(r"([A-Z]{3})\s*|\s*([A-Z]{3})")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]*|[+-]?[.,][0-9]+")
_SPACES: Final = re.compile(r"[\s\u00a0\u202f']")
_DECIMALS: Final = 2
_LONGEST: Final = 24
_LARGEST: Final = 10**9


@lru_cache(maxsize=4096)
def read_amount(text: str) -> tuple[int, str]:
    """In ten-thousandths of the currency's unit, with the currency, which is empty where none is named. Raises Unfit."""
    number, currency = _without_currency(text.strip())
    bare = _SPACES.sub("", number)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if len(bare) > _LONGEST or not _NUMBER.fullmatch(bare):
        raise Unfit(say(spoken(), "amount “{text}” is not a number", text=text[:40]))
    value = Decimal(_with_point(bare))
    if abs(value) > _LARGEST:
        raise Unfit(say(spoken(), "amount “{text}” is too large", text=text[:40]))
    return int((value * UNIT_PARTS).to_integral_value(ROUND_HALF_UP)), currency


def plain_amount(text: str) -> Decimal:
    """The number alone; zero where it cannot be read, which reading the row says."""
    try:
        return Decimal(read_amount(text)[0]) / UNIT_PARTS
    except Unfit:
        return Decimal(0)


def currency_of(text: str) -> str:
    """The currency that the amount names, empty where it names none or cannot be read."""
    try:
        return read_amount(text)[1]
    except Unfit:
        return ""


def _without_currency(text: str) -> tuple[str, str]:
    for sign, currency in _SIGNS.items():
        if sign in text:
            return text.replace(sign, "", 1), currency
    for found in (_NAMED.match(text), re.search(r"([A-Z]{3})$", text)):
        code = found and found[1]
        if found and code in MINOR_DIGITS:
            return text[: found.start()] + text[found.end() :], str(code)
    return text.replace("¥", "").replace("￥", ""), ""  # yen or yuan: the sign does not say


def _with_point(number: str) -> str:
    """Where both signs stand, the last is the decimal one; a single comma before three digits parts thousands."""
    point, comma = number.rfind("."), number.rfind(",")
    if comma < 0 and number.count(".") <= 1:
        return number
    if point > comma >= 0:
        return number.replace(",", "")
    if comma > point >= 0:
        return number.replace(".", "").replace(",", ".")
    if comma >= 0:
        is_decimal = number.count(",") == 1 and len(number) - comma - 1 <= _DECIMALS
        return number.replace(",", "." if is_decimal else "")
    return number.replace(".", "")
