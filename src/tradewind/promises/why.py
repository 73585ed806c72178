"""Why this date? The steps from the moment of asking to the day that was said, in the reader's language.

Told from what was kept with the promise, never computed anew: calendars may have learnt of a holiday since.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_time

from tradewind.core.words import listed, locale_of, pick, say, say_many
from tradewind.lib.calendars import NoHolidayTable, public_holiday_names
from tradewind.promises.delaying_words import delays
from tradewind.promises.learnt import learnt_words
from tradewind.promises.models import Promise
from tradewind.promises.noticed import notice_words
from tradewind.promises.platform_words import why_platform
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.trouble_words import CAUSE, trouble_words
from tradewind.promises.wording import day_words

HERE_ON = "here_on"  # among the inputs: the day on which what was missing of an order comes
_WEEKEND = "weekend"
_SHIFTED = "shifted"


def why(promise: Promise | DeliveryQuote, language: str, *, is_short: bool = False) -> list[str]:
    """Sentences in the order in which the date was counted. Short, as buyers read it: without weekends, sources, zones and suppliers.

    A quote answers for both of its dates. Empty where nothing was kept with the promise.
    """
    inputs = promise.inputs
    if isinstance(promise, DeliveryQuote):
        inputs = {**inputs, "holds_until": promise.holds_until.isoformat()}
        return [
            *_leaving(inputs, language, is_short=is_short, is_quote=True),
            *_travelling(inputs, language, is_short=is_short),
        ]
    if promise.kind == Promise.Kind.DISPATCH and "platform" in inputs:
        return [*why_platform(inputs, promise.zone, language), *_zone(promise, language, is_short=is_short)]
    if promise.kind == Promise.Kind.DISPATCH:
        return [*_leaving(inputs, language, is_short=is_short), *_zone(promise, language, is_short=is_short)]
    if promise.kind == Promise.Kind.DELIVERY:
        return [*_travelling(inputs, language, is_short=is_short), *_zone(promise, language, is_short=is_short)]
    return _otherwise(promise, language)


def _otherwise(promise: Promise, language: str) -> list[str]:
    """Of what nobody counts in days of working and travelling."""
    inputs = promise.inputs
    if promise.kind == Promise.Kind.ANSWER and "case" in inputs:
        return [say(language, "No new day was known when we wrote, so we promised to write again by then.")]
    if promise.kind == Promise.Kind.REFUND and "days" in inputs:
        asked_on = datetime.fromisoformat(inputs["asked_at"]).astimezone(ZoneInfo(promise.zone)).date()
        return [
            say(language, "Decided on {day}.", day=day_words(asked_on, language)),
            say_many(
                language,
                "Money on this way is promised back within one day.",
                "Money on this way is promised back within {number} days.",
                int(inputs["days"]),
            ),
        ]
    return []


def _leaving(inputs: Mapping[str, Any], language: str, *, is_short: bool, is_quote: bool = False) -> Iterator[str]:
    """The cut-off, the days of getting it ready, and what did not count meanwhile."""
    if "warehouse_place" not in inputs:
        return
    country, subdivision, zone = inputs["warehouse_place"]
    asked = datetime.fromisoformat(inputs["asked_at"]).astimezone(ZoneInfo(zone))
    counts_from = datetime.fromisoformat(inputs["holds_until"]).astimezone(ZoneInfo(zone)).date()
    values = {
        "moment": f"{day_words(asked.date(), language)}, {format_time(asked.time(), 'HH:mm', locale=locale_of(language))}",
        "city": pick(inputs["warehouse_city"], language),
        "cutoff": inputs["cutoff"],
        "day": day_words(counts_from, language),
    }
    if HERE_ON in inputs:
        values["day"] = day_words(date.fromisoformat(inputs[HERE_ON]), language)
        yield say(language, "What was missing is there on {day} ({city}): it counts from then.", **values)
    elif is_quote:
        yield say(language, "What is ordered before {cutoff} ({city} time) counts from {day}.", **values)
    elif counts_from == asked.date():
        yield say(language, "Ordered {moment} ({city} time), before {cutoff}: that day counts.", **values)
    else:
        yield say(language, "Ordered {moment} ({city} time): it counts from {day}, until {cutoff}.", **values)
    yield say_many(
        language,
        "Getting it ready takes one working day there.",
        "Getting it ready takes {number} working days there.",
        int(inputs["handling_days"]),
    )
    yield from delays(inputs, language, is_for_buyers=is_short)
    yield from _days(inputs["skipped"]["dispatch"], (country, subdivision), language, is_short=is_short)
    yield from notice_words(inputs.get("held_by", ()), language)


def _travelling(inputs: Mapping[str, Any], language: str, *, is_short: bool) -> Iterator[str]:
    """The working days on the way, where they come from, and what did not count meanwhile."""
    if "skipped" not in inputs:
        return
    if CAUSE in inputs:
        # Told because of what happened on the way: these days were not counted from what else stands there.
        yield from trouble_words(inputs, language)
        yield from notice_words(inputs.get("slowed_by", ()), language)
        return
    if "left_on" in inputs:
        values = {
            "city": pick(inputs["warehouse_city"], language),
            "day": day_words(date.fromisoformat(inputs["left_on"]), language),
        }
        yield say(language, "It left {city} on {day}.", **values)
    first, last = inputs["transit_days"]
    country = inputs["country"]
    values = {"first": first, "last": last, "country": _country_name(country, language)}
    if first == last:
        yield say_many(
            language,
            "On its way for one working day of {country} after it has left.",
            "On its way for {number} working days of {country} after it has left.",
            first,
            country=values["country"],
        )
    else:
        yield say(language, "On its way for {first} to {last} working days of {country} after it has left.", **values)
    yield from learnt_words(inputs, language)
    if inputs.get("source") and not is_short and not inputs.get("learnt"):
        yield say(language, "Where these days come from: {source}", source=inputs["source"])
    yield from _days(inputs["skipped"]["transit"], (country, ""), language, is_short=is_short)
    yield from notice_words(inputs.get("slowed_by", ()), language)


def _days(skipped: Sequence[Sequence[str]], place: tuple[str, str], language: str, *, is_short: bool) -> Iterator[str]:
    days = [(date.fromisoformat(day), reason) for day, reason in skipped]
    names = _names({day.year for day, reason in days if reason == "holiday"}, place, language)
    off = [
        f"{day_words(day, language)} ({_reason(day, reason, names, language)})"
        for day, reason in days
        if reason != _SHIFTED and not (is_short and reason == _WEEKEND)
    ]
    on = [day_words(day, language) for day, reason in days if reason == _SHIFTED]
    if off:
        yield say(language, "Not counted: {days}", days=listed(language, off))
    if on:
        yield say(language, "Counted, as it is worked for a day off elsewhere: {days}", days=listed(language, on))


def _reason(day: date, reason: str, names: Mapping[date, str], language: str) -> str:
    if reason == "holiday":
        return names.get(day) or say(language, "holiday")
    return say(language, "weekend") if reason == _WEEKEND else say(language, "the warehouse is closed")


def _names(years: set[int], place: tuple[str, str], language: str) -> Mapping[date, str]:
    """By name, in the reader's language or the country's own."""
    if not years:
        return {}
    try:
        return public_holiday_names(place[0], years, locale_of(language), place[1] or None)
    except NoHolidayTable:
        return {}


def _zone(promise: Promise, language: str, *, is_short: bool) -> Iterator[str]:
    if not is_short:
        yield say(language, "The day ends at midnight of {zone}.", zone=promise.zone)


def _country_name(country: str, language: str) -> str:
    return str(Locale.parse(locale_of(language)).territories.get(country, country))
