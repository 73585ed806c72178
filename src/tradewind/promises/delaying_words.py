"""Why goods do not leave on the first day on which they could: no room, no carrier, no supplier."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.core.words import say
from tradewind.promises.wording import day_words, range_words

# Of each kind of stop: with the name of who stops, and without.
_STOPS: Final = {
    "carrier": (
        gettext_noop("{name} does not collect there: {days}."),
        gettext_noop("The carrier does not collect there: {days}."),
    ),
    "supplier": (
        gettext_noop("{name} does not supply it: {days}."),
        gettext_noop("The supplier does not supply it: {days}."),
    ),
}


def delays(inputs: Mapping[str, Any], language: str, *, is_for_buyers: bool) -> Iterator[str]:
    """In the order in which they kept the goods. Who supplies the shop is nothing for buyers."""
    stops = inputs.get("stops", ())
    yield from _stopped(stops, "supplier", language, is_named=not is_for_buyers)
    if "room_on" in inputs:
        day = day_words(date.fromisoformat(inputs["room_on"]), language)
        yield say(language, "Many orders were placed before it: there is room for it on {day}.", day=day)
    yield from _stopped(stops, "carrier", language, is_named=True)


def _stopped(stops: list[Mapping[str, str]], kind: str, language: str, *, is_named: bool) -> Iterator[str]:
    named, unnamed = _STOPS[kind]
    for stop in stops:
        if stop["kind"] == kind:
            days = range_words(date.fromisoformat(stop["first"]), date.fromisoformat(stop["last"]), language)
            who = stop["name"] if is_named else ""
            yield say(language, named if who else unnamed, name=who, days=days)
