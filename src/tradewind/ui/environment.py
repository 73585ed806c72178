"""The Jinja2 environment that all pages and mails share: words, amounts and dates in the language that is spoken."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_skeleton, format_time
from babel.numbers import format_decimal, format_percent
from django.conf import settings
from django.urls import reverse
from jinja2 import Environment, StrictUndefined, pass_context

from tradewind.core import words
from tradewind.lib.countries import country_name
from tradewind.lib.measures import in_centimetres, in_inches
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.promises.models import Promise
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.why import why
from tradewind.promises.wording import (
    after_payment_words,
    arrival_words,
    day_words,
    dispatch_words,
    fate_words,
    order_by_words,
    promise_words,
    range_words,
    share_words,
)

STATIC_FILES: Final = Path(__file__).resolve().parent / "static"
# What each language calls itself, in the order of display.
LANGUAGE_NAMES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "ja": "日本語",
    "zh": "简体中文",
}


def environment(**options: Any) -> Environment:
    """An environment that refuses undefined names: a forgotten value is an error, not an empty place."""
    options.setdefault("undefined", StrictUndefined)
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    options["autoescape"] = True
    options["extensions"] = ["jinja2.ext.i18n", "jinja2.ext.do", *options.get("extensions", [])]
    env = Environment(**options)  # noqa: S701  # autoescape is set two lines above
    # The i18n extension adds this method, which jinja2's types do not know.
    env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals |= {
        "url": url,
        "static": static,
        "media": media,
        "languages": LANGUAGE_NAMES,
        "language_tags": words.TAGS,
        "staff_languages": words.STAFF_LANGUAGES,
        "spoken": words.spoken,
        "colon": colon,
        "gap": lambda: words.gap(words.spoken()),
        "pause": lambda: words.pause(words.spoken()),
    }
    env.filters |= {
        "money": money,
        "day": day,
        "days": days,
        "moment": moment,
        "hour": hour,
        "local_day": local_day,
        "number": number,
        "percent": percent,
        "centimetres": centimetres,
        "inches": inches,
        "order_by": order_by,
        "leaves": leaves,
        "arrives": arrives,
        "after_payment": after_payment,
        "promised": promised,
        "why": why_this_date,
        "fate": fate,
        "share": share,
        "sentence": sentence,
        "pick": pick,
        "country": country,
    }
    return env


def colon(language: str = "") -> str:
    """Between a name and its value, in this language or the one that is spoken."""
    return words.colon(language or words.spoken())


def url(name: str, /, **parts: object) -> str:
    """The address of a page by its name."""
    return reverse(name, kwargs=parts)


@cache
def static(path: str) -> str:
    """The address of a file under `ui/static`. It carries the content's digest, so that browsers may keep it for ever.

    Raises FileNotFoundError for a file that is not there.
    """
    digest = hashlib.sha256((STATIC_FILES / path).read_bytes()).hexdigest()
    return f"{settings.STATIC_URL}{path}?v={digest[:8]}"


def media(path: str) -> str:
    """The address of a public picture or video."""
    return f"{settings.MEDIA_URL}{path}"


def money(amount: Money) -> str:
    """As the language writes it: `1.280,00 €`."""
    return format_money(amount, words.spoken_locale())


def day(value: date) -> str:
    """As people say it: "Tue 24 Nov"."""
    return day_words(value, words.spoken())


def days(first: date, last: date) -> str:
    """From one day to another, both included."""
    return range_words(first, last, words.spoken())


def moment(value: datetime, zone: str) -> str:
    """Day and time in a time zone, "24 Nov 2026, 16:00". Name the zone beside it where another may be taken for granted."""
    local, locale = value.astimezone(ZoneInfo(zone)), words.locale_of(words.spoken())
    if words.spoken() == "en":
        return format_datetime(local, "d MMM y, HH:mm", locale=locale)
    return format_skeleton("yMMMdHm", local, locale=locale)


def hour(value: datetime, zone: str) -> str:
    """The time of day in a time zone: "16:00"."""
    return format_time(value.astimezone(ZoneInfo(zone)), "HH:mm", locale=words.locale_of(words.spoken()))


def local_day(value: datetime, zone: str) -> str:
    """The day that a moment falls on in a time zone."""
    return day(value.astimezone(ZoneInfo(zone)).date())


def number(value: Decimal | float) -> str:
    """With the language's separators and without zeros that say nothing: "19", "7,7"."""
    return format_decimal(value, locale=words.locale_of(words.spoken()))


def percent(share: float) -> str:
    """A share with one place at most, and a gap only where the language has one: "93.1%", "93,1 %"."""
    return format_percent(round(share, 3), locale=words.locale_of(words.spoken()), decimal_quantization=False)


def centimetres(lengths: Sequence[int]) -> str:
    """One length or one from and to, given in millimetres, without the unit: "50.5", "86–90"."""
    return in_centimetres(lengths, words.locale_of(words.spoken()))


def inches(lengths: Sequence[int]) -> str:
    """One length or one from and to, given in millimetres, without the unit: "19.9", "33.9–35.4"."""
    return in_inches(lengths, words.locale_of(words.spoken()))


def order_by(quote: DeliveryQuote) -> str:
    """ "Order by Mon 23 Nov, 16:00 (Shenzhen time)"."""
    return order_by_words(quote, words.spoken())


def leaves(promise: Promise | DeliveryQuote) -> str:
    """ "Leaves Shenzhen by Tue 24 Nov"."""
    return dispatch_words(promise, words.spoken())


def arrives(promise: Promise | DeliveryQuote) -> str:
    """ "At your door Thu 3 Dec to Wed 9 Dec"."""
    return arrival_words(promise, words.spoken())


def promised(promise: Promise) -> str:
    """What was promised, of any kind."""
    return promise_words(promise, words.spoken())


def why_this_date(promise: Promise | DeliveryQuote, *, is_short: bool = False) -> list[str]:
    """The steps from asking to the day; empty where they are not known."""
    return why(promise, words.spoken(), is_short=is_short)


def fate(promise: Promise) -> str:
    """What became of it: "kept on Tue 24 Nov". Empty while it is open."""
    return fate_words(promise, words.spoken())


def share(promise: Promise | DeliveryQuote) -> str:
    """How many parcels arrive within these days; empty where they are only what is stated."""
    return share_words(promise, words.spoken())


def after_payment(quote: DeliveryQuote) -> str:
    """When goods leave whose payment takes days."""
    return after_payment_words(
        quote, int(quote.inputs["handling_days"]) + int(quote.inputs.get("later_by", 0)), words.spoken()
    )


@pass_context
def sentence(_context: object, text: str) -> str:
    """With a full stop, unless it ends in one already, as German dates do: "Nov.".

    It asks for the context because templates work constants out once, in the language that happens to be spoken then.
    """
    stop = "。" if words.spoken() in {"zh", "ja"} else "."
    return text if text.endswith(stop) else text + stop


def pick(texts: Mapping[str, str]) -> str:
    """The text in the language that is spoken, else in English, else in whichever there is."""
    return words.pick(texts, words.spoken())


def country(code: str) -> str:
    """What the language calls a country."""
    return country_name(code, words.locale_of(words.spoken()))


def _gettext(message: str) -> str:
    return words.translations(words.spoken()).gettext(message)


def _ngettext(one: str, many: str, number: int) -> str:
    return words.translations(words.spoken()).ngettext(one, many, number)
