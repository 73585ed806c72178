"""Why this date? Of dispatch promises that a sales channel counts by its own rules."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time

from tradewind.core.words import locale_of, say, say_many
from tradewind.promises.wording import day_words


def why_platform(inputs: Mapping[str, Any], zone: str, language: str) -> Iterator[str]:
    """From what was kept with the promise: the date that the file gave, or how the platform counts to it."""
    platform = inputs["platform"]
    if inputs.get("told_at"):
        yield say(language, "{platform} itself gave this date, in its file of orders.", platform=platform)
        return
    started = datetime.fromisoformat(inputs["started_at"]).astimezone(ZoneInfo(zone))
    clock = format_time(started.time(), "HH:mm", locale=locale_of(language))
    when = {"moment": f"{day_words(started.date(), language)}, {clock}", "platform": platform, "zone": zone}
    if inputs["starts"] == "paid":
        yield say(language, "Paid {moment}, by the clock of {platform} ({zone}).", **when)
    else:
        yield say(language, "Ordered {moment}, by the clock of {platform} ({zone}).", **when)
    if inputs["counts"] == "calendar":
        yield say_many(
            language,
            "{platform} gives one day from then on, and counts every day.",
            "{platform} gives {number} days from then on, and counts every day.",
            int(inputs["days"]),
            platform=platform,
        )
    else:
        yield say_many(
            language,
            "{platform} gives one working day from then on: weekends and public holidays do not count.",
            "{platform} gives {number} working days from then on: weekends and public holidays do not count.",
            int(inputs["days"]),
            platform=platform,
        )
    read_on = day_words(date.fromisoformat(inputs["checked_on"]), language)
    yield say(language, "Where this rule comes from: {source} (read on {day})", source=inputs["source"], day=read_on)
