"""What staff type, read once: a typed value, or words that say what would be right."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from unicodedata import category, normalize
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.core import words
from tradewind.lib.clock import BEIJING, NaiveMoment, UnreadableMoment, as_utc, format_moment, parse_moment
from tradewind.lib.money import Money, TooManyDigits, UnreadableAmount, minor_digits

# More than any order or price, and well inside what both databases store.
LARGEST_AMOUNT: Final = 10**12
LARGEST_NUMBER: Final = 10**9
LARGEST_ID: Final = 2**63 - 1
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_YEARS: Final = range(1970, 9999)
_NO_DAY: Final = gettext_noop("Please write the day like 2026-11-24.")

Fields = Mapping[str, str]


class WrongInput(Exception):
    """A field cannot be used as it was typed; the words, in the spoken language, say what would be right."""

    def __init__(self, field: str, message: str, **values: object) -> None:
        self.field = field
        self.words = words.say(words.spoken(), message, **values)
        super().__init__(f"{field}: {self.words}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong in a form of a page: which form, which field, in words, and what had been typed."""

    form: str
    field: str
    words: str
    typed: Fields


def read_text(fields: Fields, name: str, *, longest: int = 200, is_needed: bool = True) -> str:
    """One line of text, its ends trimmed. Raises WrongInput."""
    typed = fields.get(name, "").strip()
    if any(category(sign) in {"Cc", "Cs"} for sign in typed):
        raise WrongInput(name, gettext_noop("This holds characters that cannot be stored. Please type it anew."))
    if is_needed and not typed:
        raise WrongInput(name, gettext_noop("Please fill this in."))
    if len(typed) > longest:
        raise WrongInput(name, gettext_noop("At most {longest} characters, please."), longest=longest)
    return typed


def read_amount(fields: Fields, name: str, *, currency: str, is_zero_allowed: bool = False) -> Money:
    """An amount above zero, or zero where that is allowed, in major units: 12.34, 1,234.56, or typed with full-width digits. Raises WrongInput."""
    typed = normalize("NFKC", fields.get(name, "")).strip()
    if _GROUPED.fullmatch(typed):
        typed = typed.replace(",", "")
    example = "1280" if minor_digits(currency) == 0 else f"1280.{'5':0<{minor_digits(currency)}}"
    try:
        amount = Money.of(typed[:40], currency)
    except UnreadableAmount:
        raise WrongInput(name, gettext_noop("Please write the amount like {example}."), example=example) from None
    except TooManyDigits:
        message = gettext_noop("{currency} has {digits} digits after the point.")
        raise WrongInput(name, message, currency=currency, digits=minor_digits(currency)) from None
    if amount.amount < 0 or (not amount and not is_zero_allowed):
        raise WrongInput(name, gettext_noop("The amount is above zero."))
    if amount.amount > LARGEST_AMOUNT or len(typed) > len(str(LARGEST_AMOUNT)) + 2:
        raise WrongInput(name, gettext_noop("The amount is too large to be true."))
    return amount


def read_quantity(fields: Fields, name: str) -> int:
    """A whole number, zero or above. Raises WrongInput."""
    typed = normalize("NFKC", fields.get(name, "")).strip()
    if not typed.isascii() or not typed.isdigit():
        raise WrongInput(name, gettext_noop("Please write a whole number, like 12."))
    if len(typed) > len(str(LARGEST_NUMBER)) or int(typed) > LARGEST_NUMBER:
        raise WrongInput(name, gettext_noop("The number is too large to be true."))
    return int(typed)


def read_id(fields: Fields, name: str) -> int:
    """The number of a row; 0, which no row has, for anything that cannot be one."""
    typed = fields.get(name, "")
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(LARGEST_ID))
    return int(typed) if is_number and int(typed) <= LARGEST_ID else 0


def read_day(fields: Fields, name: str) -> date | None:
    """A day as date fields send it, None when empty. Raises WrongInput."""
    typed = normalize("NFKC", fields.get(name, "")).strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise WrongInput(name, _NO_DAY) from None
    # The first and the last days of the calendar have no beginning in other zones.
    if day.year not in _YEARS:
        raise WrongInput(name, _NO_DAY)
    return day


def read_period(fields: Fields) -> tuple[date | None, date | None, list[str]]:
    """The days of the filters "from" and "to", and the names of those that cannot be understood, or end before they begin."""
    days: dict[str, date | None] = {"from": None, "to": None}
    ignored = []
    for name in days:
        try:
            days[name] = read_day(fields, name)
        except WrongInput:
            ignored.append(name)
    first, last = days["from"], days["to"]
    if first and last and first > last:
        return first, None, [*ignored, "to"]
    return first, last, ignored


def begin_of(day: date) -> datetime:
    """The first moment of a day in Beijing."""
    return as_utc(datetime.combine(day, time(), ZoneInfo(BEIJING)))


def end_of(day: date) -> datetime:
    """The first moment after a day in Beijing."""
    return begin_of(day + timedelta(days=1))


def last_day_before(moment: datetime) -> date:
    """The day in whose last instant a period ends that ends before this moment, on the clock of the moment."""
    return (moment - timedelta(microseconds=1)).date()


def write_key(key: tuple[datetime, int]) -> str:
    """Where a list goes on, as the address carries it."""
    return f"{format_moment(key[0])}~{key[1]}"


def read_key(fields: Fields, name: str) -> tuple[datetime, int] | None:
    """Where a list goes on. None for an address that somebody changed: the list then begins at its beginning."""
    at, _, number = fields.get(name, "").partition("~")
    pk = read_id({"id": number}, "id")
    if not pk:
        return None
    try:
        return parse_moment(at), pk
    except (UnreadableMoment, NaiveMoment, OverflowError):
        return None
