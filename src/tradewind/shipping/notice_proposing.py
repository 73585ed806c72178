"""Words for a special notice, in every language of the shop, to begin with; and the next holiday that deserves one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.core.words import LOCALES, say, say_many
from tradewind.inventory.models import Warehouse
from tradewind.lib.calendars import CHINA_ZONE, DayRange, china_working_calendar, public_holidays
from tradewind.markets.models import Announcement
from tradewind.promises.noticed import title_words
from tradewind.promises.wording import day_words

Effect = Announcement.Effect
Kind = Announcement.Kind
# Buyers should know of a long break in time to order before it, of a short one when it is near.
LONG: Final = 5
_SHORT: Final = 3
_LONG_AHEAD: Final = timedelta(days=45)
_SHORT_AHEAD: Final = timedelta(days=14)
_DAY: Final = timedelta(days=1)

_CAUSES: Final = {
    Kind.FESTIVAL: gettext_noop("Our team and the carriers take their holidays."),
    Kind.STRIKE: gettext_noop("The staff of a carrier are on strike."),
    Kind.EPIDEMIC: gettext_noop("Measures against an epidemic slow down transport."),
    Kind.WEATHER: gettext_noop("Severe weather slows down transport."),
    Kind.CLOSED_LANE: gettext_noop("One of the routes that our parcels take is closed for the time being."),
    Kind.OTHER: "",
}
_SPRING: Final = gettext_noop("Spring Festival")
_NATIONAL: Final = gettext_noop("National Day holidays")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What words are wanted for."""

    kind: str
    effect: str
    days: int = 0
    acts: DayRange | None = None
    title: str = ""  # an English title that the catalogues know


def titles(occasion: Occasion) -> dict[str, str]:
    """By language; empty for something that only its own words can tell."""
    if occasion.title:
        return {language: say(language, occasion.title) for language in LOCALES}
    if occasion.kind == Kind.OTHER:
        return {}
    return {language: title_words({}, occasion.kind, language) for language in LOCALES}


def texts(occasion: Occasion) -> dict[str, str]:
    """By language; empty where nothing can be said."""
    return {language: words for language in LOCALES if (words := _text(occasion, language))}


def next_holiday(*, at: datetime) -> Occasion | None:
    """China's next public holiday that is near, no notice tells of, and at least one warehouse rests on."""
    today = at.astimezone(ZoneInfo(CHINA_ZONE)).date()
    found = _next_break(today)
    if found is None or not Warehouse.objects.filter(country="CN", is_on=True).exists() or _is_told(found):
        return None
    return Occasion(Kind.FESTIVAL, Effect.STOP, acts=found, title=_name(found))


def _text(occasion: Occasion, language: str) -> str:
    cause = _CAUSES.get(Kind(occasion.kind), "")
    parts = [say(language, cause) if cause else "", _effect_words(occasion, language)]
    return ("" if language in {"zh", "ja"} else " ").join(part for part in parts if part)


def _effect_words(occasion: Occasion, language: str) -> str:
    if occasion.acts is None or occasion.effect == Effect.NOTHING:
        return ""
    days = {"first": day_words(occasion.acts.first, language), "last": day_words(occasion.acts.last, language)}
    if occasion.effect == Effect.DISPATCH:
        return say_many(
            language,
            "From {first} to {last} orders leave one working day later than usual. The dates on our pages allow for it.",
            "From {first} to {last} orders leave {number} working days later than usual. The dates on our pages allow for it.",
            occasion.days,
            **days,
        )
    if occasion.effect == Effect.TRANSIT:
        return say_many(
            language,
            "Parcels that travel between {first} and {last} take one working day longer. The dates on our pages allow for it.",
            "Parcels that travel between {first} and {last} take {number} working days longer. The dates on our pages allow for it.",
            occasion.days,
            **days,
        )
    if occasion.effect == Effect.STOP:
        return say(
            language,
            "From {first} to {last} nothing leaves our warehouse. You can order at any time: the dates on our pages allow for it.",
            **days,
        )
    return say(
        language,
        "From {first} to {last} we do not send that way. Other ways to deliver stay open where the page offers them.",
        **days,
    )


def breaks(after: date, until: date) -> Iterator[DayRange]:
    """China's runs of days off with a public holiday among them that begin in these days, in their order."""
    years = range(after.year, until.year + 1)
    calendar, holidays = china_working_calendar(years), public_holidays("CN", years)
    day = after + _DAY
    while day <= until:
        back = calendar.next_working_day(day)
        if any(day + timedelta(days=offset) in holidays for offset in range((back - day).days)):
            yield DayRange(day, back - _DAY)
        day = back + _DAY


def length_of(found: DayRange) -> int:
    return (found.last - found.first).days + 1


def _next_break(today: date) -> DayRange | None:
    """The first one that buyers should know of now. One that has begun is no news."""
    for found in breaks(today, today + _LONG_AHEAD):
        is_near = length_of(found) >= _SHORT and found.first <= today + _SHORT_AHEAD
        if length_of(found) >= LONG or is_near:
            return found
    return None


def _name(found: DayRange) -> str:
    month: Mapping[int, str] = {1: _SPRING, 2: _SPRING, 10: _NATIONAL}
    return month.get(found.first.month, "") if length_of(found) >= LONG else ""


def _is_told(found: DayRange) -> bool:
    """Of a festival on one of these days, or shown on one of them."""
    festivals = Announcement.objects.filter(kind=Kind.FESTIVAL, ended_at=None)
    if festivals.filter(acts_first__lte=found.last, acts_last__gte=found.first).exists():
        return True
    zone = ZoneInfo(CHINA_ZONE)
    begins = datetime.combine(found.first, datetime.min.time(), zone)
    shown = festivals.filter(begins_at__lt=datetime.combine(found.last, datetime.max.time(), zone))
    return any(row.ends_at is None or row.ends_at > begins for row in shown)
