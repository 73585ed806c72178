"""Discount codes in the buyer's words: the line of the summary, and why a code does not hold."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.catalog.categories import names_of_categories
from tradewind.catalog.queries import product_titles
from tradewind.checkout import codes
from tradewind.core.words import listed, locale_of, say
from tradewind.lib.money_words import format_money
from tradewind.markets.wording import NamedAmount, percent_words

_PROBLEMS: Final = {
    codes.UNKNOWN: gettext_noop("We do not know this code. Please check how it is written."),
    codes.NOT_YET: gettext_noop("This code does not hold yet."),
    codes.OVER: gettext_noop("This code has ended."),
    codes.OTHER_MARKET: gettext_noop("This code does not hold for the country that you order to."),
    codes.USED_UP: gettext_noop("This code has been used as often as it was meant to be."),
    codes.USED_BEFORE: gettext_noop("You have ordered with this code before; it holds once for everybody."),
    codes.NOT_NEW: gettext_noop("This code is meant for a first order."),
    codes.OTHER_BUYER: gettext_noop("This code does not hold for this e-mail address."),
    codes.OTHER_GOODS: gettext_noop("This code does not hold for anything in your cart."),
}


def named_discounts(code: codes.Valued, language: str) -> tuple[NamedAmount, ...]:
    """The discount as a line of the summary: none, or one below zero."""
    if code.discount is None:
        return ()
    if code.discount.is_off_delivery:
        title = say(language, "Free delivery with the code {code}", code=code.code)
    elif code.percent:
        percent = percent_words(Decimal(code.percent), language)
        title = say(language, "{percent} % off with the code {code}", percent=percent, code=code.code)
    else:
        title = say(language, "Discount with the code {code}", code=code.code)
    return (NamedAmount(title, -code.discount.amount),)


def code_problem(code: codes.Valued, language: str, country: str = "") -> str:
    """Why it does not hold; empty where it does, or none was given."""
    if code.problem == codes.TOO_LITTLE and code.least is not None:
        least = format_money(code.least, locale_of(language, country))
        return say(language, "This code holds for goods worth {least} or more.", least=least)
    if code.problem == codes.OTHER_GOODS and (names := goods_of_code(code.products, code.categories, language)):
        return say(language, "This code holds for these goods alone: {names}.", names=listed(language, names))
    return say(language, _PROBLEMS[code.problem]) if code.problem else ""


def code_note(code: codes.Valued, language: str) -> str:
    """What is to be known beside a discount, before the order's address is looked at. It does not say whose it is."""
    if code.discount is None or not code.is_for_one_buyer:
        return ""
    return say(language, "This code holds for the e-mail address that it was given to, and for no other.")


def goods_of_code(products: Sequence[int], categories: Sequence[int], language: str) -> list[str]:
    """What goods a limited code names: categories, then products, as they are or were called."""
    shelves = names_of_categories(categories, language)
    return [*shelves.values(), *product_titles(products, language).values()]
