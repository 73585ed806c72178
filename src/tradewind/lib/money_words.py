"""Owns how an amount is written for a person. Only for reading: nothing parses these words back."""

import re
from copy import copy
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern

from tradewind.lib.currencies import minor_digits
from tradewind.lib.money import Money

# CLDR's rule for currency spacing, which babel leaves out: a code or name made of letters stands off the digits.
_LETTER_MEETS_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def format_money(money: Money, locale: str) -> str:
    """As the language writes it, with all digits of the currency's minor unit: `1.280,00 €`, `¥1,280`.

    The locale is CLDR's, with either separator ("de", "zh_Hans", "pt-BR"). German and others put a no-break space
    before the sign. Raises babel's UnknownLocaleError.
    """
    spoken, pattern = _pattern(locale.replace("-", "_"), minor_digits(money.currency))
    words = pattern.apply(money.decimal, spoken, currency=money.currency, currency_digits=False)
    return _LETTER_MEETS_DIGIT.sub("\N{NO-BREAK SPACE}", words)


@lru_cache(maxsize=256)
def _pattern(locale: str, digits: int) -> tuple[Locale, NumberPattern]:
    spoken = Locale.parse(locale)
    pattern = copy(spoken.currency_formats["standard"])
    # CLDR's own digits would hide the para of the Serbian dinar or the fils of the Iraqi: the buyer is charged ISO's.
    pattern.frac_prec = (digits, digits)
    return spoken, pattern
