"""Reading what whoever writes a letter has chosen: own words, days, money to give back, and a code for the next order."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.messaging.trouble_codes import CodesWish, CodeWish, TooGenerous
from tradewind.messaging.trouble_prospects import Wish
from tradewind.messaging.trouble_telling import LONGEST_NOTE
from tradewind.shipping.models import Trouble

FIELDS: Final = ("note", "first", "last", "here_on", "hears_by", "back", "gives", "percent", "amount", "days")
PERCENT: Final = "percent"
AMOUNT: Final = "amount"
_BOTH: Final = gettext_noop("Please name the first and the last day.")
_FURTHEST: Final = timedelta(days=365)
_TOO_FAR: Final = gettext_noop("At most a year ahead, please.")
_TOO_LONG: Final = gettext_noop("At most {longest} characters, please.")
_WITHIN: Final = gettext_noop("Please write a whole number from {least} to {most}.")
_AT_MOST: Final = gettext_noop("Such a code takes off {most} at most. An owner sets that under Settings.")
_AT_MOST_FOR: Final = gettext_noop(
    "For order {ref} such a code takes off {most} at most. Take it out, or give less. An owner sets that under Settings."
)


def read_wish(request: HttpRequest, case: Trouble) -> Wish:
    """Raises WrongInput."""
    back = 0
    if request.POST.get("back", "").strip():
        back = typed.read_amount(request.POST, "back", currency=case.order.currency, is_zero_allowed=True).amount
    here_on = _ahead(request, "here_on")
    # The days that stood there were counted from another day, or from none.
    is_moved = here_on is not None and here_on != typed.read_day(request.POST, "here_on_seen")
    return Wish(
        read_note(request),
        None if is_moved else _days(request),
        back,
        here_on,
        _code(request, case),
        _ahead(request, "hears_by"),
        typed.read_id(request.POST, "answers") or None,
    )


def read_note(request: HttpRequest) -> str:
    """Raises WrongInput."""
    note = request.POST.get("note", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise typed.WrongInput("note", _TOO_LONG, longest=LONGEST_NOTE)
    if any(not sign.isprintable() and sign != "\n" for sign in note):
        raise typed.WrongInput(
            "note", gettext_noop("This holds characters that cannot be stored. Please type it anew.")
        )
    return note


def read_codes(request: HttpRequest, currencies: Iterable[str]) -> CodesWish | None:
    """For many: an amount is named in each currency in which they have paid. Raises WrongInput."""
    gives = request.POST.get("gives", "")
    if gives not in {PERCENT, AMOUNT}:
        return None
    days = typed.read_quantity(request.POST, "days")
    if gives == PERCENT:
        return CodesWish(days, percent=typed.read_quantity(request.POST, PERCENT))
    fields = {currency: amount_field(currency) for currency in currencies}
    amounts = {code: typed.read_amount(request.POST, name, currency=code).amount for code, name in fields.items()}
    return CodesWish(days, amounts=amounts)


def amount_field(currency: str) -> str:
    """Its name in the form for many."""
    return f"{AMOUNT}-{currency}"


def refused_codes(problem: TooGenerous) -> typed.WrongInput:
    """The same for many, with the order for which it is too much."""
    if problem.part != AMOUNT:
        return refused_code(problem)
    most = str(Money(problem.most, problem.order.currency))
    return typed.WrongInput(amount_field(problem.order.currency), _AT_MOST_FOR, ref=problem.order.ref, most=most)


def refused_code(problem: TooGenerous) -> typed.WrongInput:
    """In words for whoever typed it."""
    if problem.part == AMOUNT:
        return typed.WrongInput(AMOUNT, _AT_MOST, most=str(Money(problem.most, problem.order.currency)))
    return typed.WrongInput(problem.part, _WITHIN, least=problem.least, most=problem.most)


def _code(request: HttpRequest, case: Trouble) -> CodeWish | None:
    gives = request.POST.get("gives", "")
    if gives not in {PERCENT, AMOUNT}:
        return None
    days = typed.read_quantity(request.POST, "days")
    if gives == AMOUNT:
        return CodeWish(days, amount=typed.read_amount(request.POST, AMOUNT, currency=case.order.currency).amount)
    return CodeWish(days, percent=typed.read_quantity(request.POST, PERCENT))


def _ahead(request: HttpRequest, name: str) -> date | None:
    day = typed.read_day(request.POST, name)
    if day is not None and day > (utc_now() + _FURTHEST).date():
        raise typed.WrongInput(name, _TOO_FAR)
    return day


def _days(request: HttpRequest) -> tuple[date, date] | None:
    first, last = typed.read_day(request.POST, "first"), typed.read_day(request.POST, "last")
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise typed.WrongInput("first" if first is None else "last", _BOTH)
    return first, last
