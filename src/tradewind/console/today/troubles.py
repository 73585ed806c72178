"""To-dos about cases: how many of which cause and lane wait, and the page on which one act helps them."""

from collections.abc import Sequence
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.console.troubles.wording import cause_words
from tradewind.core.queries import TodoRow
from tradewind.core.words import locale_of, say, spoken
from tradewind.lib.countries import country_name
from tradewind.shipping.trouble_cases import GROUP, TODO
from tradewind.shipping.trouble_queries import waiting_in

KIND: Final = TODO
_OVER: Final = gettext_noop("{cause} ({lane}): over by now.")
_ONE: Final = gettext_noop("{cause} ({lane}). Look at it, and tell the buyer.")
_MANY: Final = gettext_noop("{cause} ({lane}): {number} cases. Look at them, and tell the buyers with one act.")
Told = tuple[str, str]  # words, address


def trouble_todos(rows: Sequence[TodoRow]) -> dict[int, Told]:
    """By to-do. One statement for all of them, none where there are none."""
    asked = [row for row in rows if row.kind == KIND and row.subject[0] == GROUP]
    waiting = waiting_in([row.subject[1] for row in asked]) if asked else {}
    return {row.id: (_words(row, *waiting.get(row.subject[1], (0, 0))), _address(row, waiting)) for row in asked}


def _words(row: TodoRow, number: int, _first: int) -> str:
    language, facts = spoken(), row.facts
    lane = [facts.get("notice") or facts.get("carrier"), _country(facts.get("country", ""), language)]
    where = " · ".join(part for part in lane if part)
    cause = cause_words(facts.get("cause", ""), language)
    message = _OVER if number <= 0 else _ONE if number == 1 else _MANY
    return say(language, message, cause=cause, lane=where, number=number)


def _country(code: str, language: str) -> str:
    return country_name(code, locale_of(language)) if code else ""


def _address(row: TodoRow, waiting: dict[int, tuple[int, int]]) -> str:
    """One alone has a page of its own."""
    number, first = waiting.get(row.subject[1], (0, 0))
    if number == 1:
        return reverse("console:trouble", kwargs={"trouble_id": first})
    return reverse("console:trouble-group", kwargs={"trouble_group_id": row.subject[1]})
