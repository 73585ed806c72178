"""What keeps a draft from being sent or placed, in words beside where it can be mended."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.checkout import summary as checkout
from tradewind.checkout.summary import Summary
from tradewind.console.products.reading import Form
from tradewind.console.quotations.form import Row
from tradewind.core import words
from tradewind.quotations import summarising

# Code -> the field that mends it, and words.
_PROBLEMS: Final = {
    checkout.NOTHING_TO_SEND: (
        "q",
        gettext_noop("Nothing is in it yet. Look for an article, or write a line of your own."),
    ),
    checkout.OTHER_MARKET: (
        "country",
        gettext_noop("This market does not serve that country. Begin a draft in its market."),
    ),
    checkout.NO_WAY: (
        "option",
        gettext_noop("No way of this market carries it there. Choose another, or agree on one."),
    ),
    summarising.TOO_MUCH_OFF: ("discount", gettext_noop("The discount is more than the goods.")),
    summarising.NOTHING_TO_PAY: ("discount", gettext_noop("Nothing would be left to pay.")),
}
_LINES: Final = {
    checkout.GONE: gettext_noop("It is not on sale any more. Take it out."),
    checkout.SOLD_OUT: gettext_noop("None is free to be sold."),
    checkout.FEWER_LEFT: gettext_noop("Fewer are free to be sold: {available}."),
    summarising.NO_PRICE: gettext_noop("It has no price in this market. Write one."),
}


def line_words(summary: Summary) -> dict[int, str]:
    """By the number of the line, also what only an order has to mind."""
    return {
        place: words.say(
            words.spoken(), _LINES[line.problem], available=max(line.offer.available, 0) if line.offer else 0
        )
        for place, line in enumerate(summary.lines)
        if line.problem
    }


def complain_about(form: Form, details: Mapping[str, str], summary: Summary, *, needs_stock: bool) -> None:
    """Put everything that is missing beside its field."""
    form.errors.update(details)
    for place, line in enumerate(summary.lines):
        if line.problem and (needs_stock or line.problem not in summarising.OF_STOCK):
            part = "price" if line.problem == summarising.NO_PRICE else "quantity"
            form.errors[Row(place)[part]] = line_words(summary)[place]
    for problem in summary.problems:
        field, message = _PROBLEMS[problem]
        form.complain(field, message)


def problems_in_words(summary: Summary) -> list[str]:
    return [words.say(words.spoken(), _PROBLEMS[problem][1]) for problem in summary.problems]
