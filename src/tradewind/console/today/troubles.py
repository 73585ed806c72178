"""To-dos about cases: how many of which cause and lane wait, whose promise is due first, and the page on which one act helps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.console.troubles.wording import cause_words
from tradewind.core.queries import TodoRow
from tradewind.core.words import locale_of, say, spoken
from tradewind.lib.countries import country_name
from tradewind.promises.models import Promise
from tradewind.promises.wording import promise_words
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_cases import GROUP, TODO
from tradewind.shipping.trouble_queries import Waiting, waiting_in
from tradewind.shipping.trouble_rules import Cause

KIND: Final = TODO
_OVER: Final = gettext_noop("{cause} ({lane}): over by now.")
_ONE: Final = gettext_noop("{cause} ({lane}). Look at it, and tell the buyer.")
_FIRST: Final = gettext_noop("Due first: {ref}, {promised}.")
# Where it is not the buyer who is told first.
_OWN_ONE: Final[Mapping[str, str]] = {
    Cause.UNCOLLECTED: gettext_noop("{cause} ({lane}). Say that it was collected, or ask the carrier."),
    Cause.UNNUMBERED: gettext_noop("{cause} ({lane}). Enter the number."),
}
_OWN_MANY: Final[Mapping[str, str]] = {
    Cause.UNCOLLECTED: gettext_noop(
        "{cause} ({lane}): {number} parcels. Tick those that were collected, or ask the carrier."
    ),
    Cause.UNNUMBERED: gettext_noop("{cause} ({lane}): {number} parcels. Enter their numbers."),
}
_MANY: Final = gettext_noop("{cause} ({lane}): {number} cases. Look at them, and tell the buyers with one act.")


@dataclass(frozen=True, slots=True)
class Told:
    """What waits in a group of cases. `ref` is the order's where one case waits alone; `promise` the one that is due first."""

    words: str
    address: str
    ref: str = ""
    promise: Promise | None = None
    promised: str = ""
    group_id: int = 0
    number: int = 0
    cause: str = ""


def groups_of(rows: Sequence[TodoRow]) -> list[int]:
    """Those whose cases these to-dos stand for."""
    return [row.subject[1] for row in rows if row.kind == KIND and row.subject[0] == GROUP]


def trouble_todos(rows: Sequence[TodoRow]) -> dict[int, Told]:
    """By to-do. Three statements for all of them, none where there are none."""
    asked = [row for row in rows if row.kind == KIND and row.subject[0] == GROUP]
    if not asked:
        return {}
    waiting = waiting_in(groups_of(asked))
    cases = Trouble.objects.select_related("order").in_bulk([each.first for each in waiting.values()])
    promises = Promise.objects.in_bulk([each.promise_id for each in waiting.values() if each.promise_id])
    return {row.id: _told(row, waiting.get(row.subject[1]), cases, promises) for row in asked}


def _told(row: TodoRow, waiting: Waiting | None, cases: Mapping[int, Trouble], promises: Mapping[int, Promise]) -> Told:
    words, group = _words(row, waiting.number if waiting else 0), row.subject[1]
    if waiting is None:
        return Told(words, reverse("console:trouble-group", kwargs={"trouble_group_id": group}))
    promise = promises.get(waiting.promise_id or 0)
    promised = promise_words(promise, spoken()) if promise else ""
    if waiting.number == 1:
        # One alone has a page of its own.
        page = reverse("console:trouble", kwargs={"trouble_id": waiting.first})
        ref = cases[waiting.first].order.ref
        return Told(words, page, ref, promise, promised, group, waiting.number, cases[waiting.first].cause)
    page = reverse("console:trouble-group", kwargs={"trouble_group_id": group})
    ref = cases[waiting.first].order.ref
    first = say(spoken(), _FIRST, ref=ref, promised=promised) if promised else ""
    return Told(words, page, "", promise, first, group, waiting.number, cases[waiting.first].cause)


def _words(row: TodoRow, number: int) -> str:
    language, facts = spoken(), row.facts
    lane = [facts.get("notice") or facts.get("carrier"), _country(facts.get("country", ""), language)]
    where = " · ".join(part for part in lane if part)
    cause = cause_words(facts.get("cause", ""), language)
    return say(language, _message(facts.get("cause", ""), number), cause=cause, lane=where, number=number)


def _message(cause: str, number: int) -> str:
    if number <= 0:
        return _OVER
    return _OWN_ONE.get(cause, _ONE) if number == 1 else _OWN_MANY.get(cause, _MANY)


def _country(code: str, language: str) -> str:
    return country_name(code, locale_of(language)) if code else ""
