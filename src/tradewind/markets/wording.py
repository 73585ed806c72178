"""The one place that puts taxes and duties into words, so that page, cart, order and mail name them alike."""

from decimal import Decimal
from typing import NamedTuple

from babel.numbers import format_decimal

from tradewind.core.words import locale_of, pick, say
from tradewind.lib.charging import Bill, Charge, ChargeLine, Kind, Sort
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money


class NamedAmount(NamedTuple):
    """A tax or duty in the buyer's words, in the form in which prices are shown."""

    title: str
    total: Money


def named_charges(due: Bill | None, language: str, country: str = "") -> tuple[NamedAmount, ...]:
    """The lines that come on top of goods and delivery, or are taken off."""
    lines = due.lines if due is not None else ()
    return tuple(
        NamedAmount(charge_words(line, due, language, country), due.shown(line)) for line in lines if due is not None
    )


def percent_words(rate: Decimal, language: str) -> str:
    """With the language's separator and without zeros that say nothing: "19", "7,7"."""
    return str(format_decimal(rate, locale=locale_of(language)))


def tax_names(charge: Charge | None) -> dict[str, str]:
    """The same in every language in which the tax has a name: an order is read in another than it was placed in."""
    return {language: tax_words(charge, language) for language in charge.name} if charge is not None else {}


def tax_words(charge: Charge, language: str) -> str:
    """ "19 % VAT"."""
    return say(
        language, "{percent} % {tax}", percent=percent_words(charge.percent, language), tax=pick(charge.name, language)
    )


def charge_words(line: ChargeLine, due: Bill, language: str, country: str = "") -> str:
    """What a line is and how it came about: "EU customs duty, 2 × €3.00 plus 20 % VAT"."""
    name = pick(line.charge.name, language)
    if line.amount.amount < 0:
        tax = tax_words(line.charge, language)
        # Not every tax that prices contain waits at the border: Japan asks for none on goods up to 10,000 yen.
        due_on_import = [each.charge for each in due.at_door] + [each.charge for each in due.lines if each is not line]
        if any(charge.sort is Sort.TAX for charge in due_on_import):
            return say(language, "Without {tax}: it is due on import", tax=tax)
        return say(language, "Without {tax}: none is due", tax=tax)
    if line.charge.kind is Kind.PER_HEADING and line.charge.amount is not None:
        each = format_money(line.charge.amount, locale_of(language, country))
        words = say(language, "{name}, {number} × {amount}", name=name, number=line.headings, amount=each)
    else:
        percent = percent_words(line.charge.percent, language)
        words = say(language, "{name}, {percent} %", name=name, percent=percent)
    if line.tax and due.is_tax_contained and due.tax_charge is not None:
        return say(language, "{charge}, with {tax}", charge=words, tax=tax_words(due.tax_charge, language))
    return words
