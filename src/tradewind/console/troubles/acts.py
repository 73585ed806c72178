"""What helps in one case: writing to the buyer, sending again, and closing it with a reason."""

from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.checkout.replacing import CannotReplace, send_again
from tradewind.console import pages, typed
from tradewind.console.refusals import not_allowed
from tradewind.console.troubles.detail import found, show_case
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import may, needs
from tradewind.inventory.reserving import NotEnoughStock
from tradewind.lib.clock import utc_now
from tradewind.messaging.trouble_prospects import DaysMoved, TooEarly, Wish, prospect
from tradewind.messaging.trouble_telling import LONGEST_NOTE, AlreadyTold, CannotTell, dismiss, note_sent_again, tell
from tradewind.payments.refunding import MoreThanCaptured
from tradewind.shipping.models import Trouble

TELL: Final = "tell"
DISMISS: Final = "dismiss"
REPLACE: Final = "replace"
_SIGNS: Final = 2000
_TOO_EARLY: Final = gettext_noop("A new date begins tomorrow at the earliest, and does not end before it begins.")
DAYS_MOVED: Final = gettext_noop(
    "The days have moved since you opened this page. Nobody has been told; below stand the days as they are now."
)
_BOTH: Final = gettext_noop("Please name the first and the last day.")
_NO_ADDRESS: Final = gettext_noop("There is no address to write to.")
_TOO_MUCH: Final = gettext_noop("Not more than what came in and is not on its way back already: {available}.")
_NO_ARTICLE: Final = gettext_noop(
    "Nothing in it is an article of ours, or it is not known where it goes. Write a new order by hand."
)
_NO_STOCK: Final = gettext_noop("There is not enough here to send it again. Give the money back, or wait for goods.")
_TOO_LONG: Final = gettext_noop("At most {longest} characters, please.")


@needs("messages.answer")
@require_POST
def tell_buyer(request: HttpRequest, trouble_id: int) -> HttpResponse:
    """Send the letter, or only look at it as it was changed."""
    case = found(trouble_id)
    try:
        wish = _wish(request, case)
        if "preview" in request.POST:
            return _look(request, case, wish)
        if wish.back and not may(pages.staff_of(request), "payments.confirm"):
            return not_allowed(request)
        done = _tell(request, trouble_id, wish)
    except typed.WrongInput as wrong:
        return _refuse(request, trouble_id, TELL, wrong.field, wrong.words)
    except AlreadyTold:
        return pages.to_page("console:trouble", done="gone", trouble_id=trouble_id)
    return pages.to_page("console:trouble", done=done, trouble_id=trouble_id)


@needs("orders.mark")
@require_POST
def dismiss_case(request: HttpRequest, trouble_id: int) -> HttpResponse:
    found(trouble_id)
    try:
        why = typed.read_text(request.POST, "why", longest=200)
        dismiss(trouble_id=trouble_id, why=why, by=pages.actor_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        return _refuse(request, trouble_id, DISMISS, wrong.field, wrong.words)
    except AlreadyTold:
        return pages.to_page("console:trouble", done="gone", trouble_id=trouble_id)
    return pages.to_page("console:trouble", done="trouble-closed", trouble_id=trouble_id)


@needs("quotations.edit")
@require_POST
def replace(request: HttpRequest, trouble_id: int) -> HttpResponse:
    """The goods of the parcel once more, at no cost. Twice is once."""
    case, by, now = found(trouble_id), pages.actor_of(request), utc_now()
    units = dict(case.parcel.lines.values_list("line_id", "quantity")) if case.parcel else {}
    try:
        made = send_again(order_id=case.order_id, units=units, key=f"trouble-{case.pk}", by=by, at=now)
    except CannotReplace:
        return _refuse(request, trouble_id, REPLACE, "", words.say(words.spoken(), _NO_ARTICLE), status=409)
    except NotEnoughStock:
        return _refuse(request, trouble_id, REPLACE, "", words.say(words.spoken(), _NO_STOCK), status=409)
    note_sent_again(trouble_id=trouble_id, order_id=made.pk, by=by, at=now)
    return pages.to_page("console:order", done="sent-again", order_id=made.pk)


def _look(request: HttpRequest, case: Trouble, wish: Wish) -> HttpResponse:
    """Raises WrongInput."""
    try:
        prospect(case, at=utc_now(), wish=wish)
    except TooEarly:
        raise typed.WrongInput("first", _TOO_EARLY) from None
    except DaysMoved:
        raise typed.WrongInput("", DAYS_MOVED) from None
    return show_case(request, case.pk, wish=wish)


def _tell(request: HttpRequest, trouble_id: int, wish: Wish) -> str:
    """Returns what is said of it: not every letter names a day. Raises WrongInput in words for everything that the person can put right, and AlreadyTold."""
    try:
        case = tell(trouble_id=trouble_id, wish=wish, by=pages.actor_of(request), at=utc_now())
    except TooEarly:
        raise typed.WrongInput("first", _TOO_EARLY) from None
    except DaysMoved:
        raise typed.WrongInput("", DAYS_MOVED) from None
    except CannotTell:
        raise typed.WrongInput("note", _NO_ADDRESS) from None
    except MoreThanCaptured as problem:
        raise typed.WrongInput("back", _TOO_MUCH, available=str(problem.available)) from None
    return "trouble-told" if case.done[-1]["days"] else "trouble-written"


def _wish(request: HttpRequest, case: Trouble) -> Wish:
    """Raises WrongInput."""
    note = request.POST.get("note", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise typed.WrongInput("note", _TOO_LONG, longest=LONGEST_NOTE)
    if any(not sign.isprintable() and sign != "\n" for sign in note):
        raise typed.WrongInput(
            "note", gettext_noop("This holds characters that cannot be stored. Please type it anew.")
        )
    back = 0
    if request.POST.get("back", "").strip():
        back = typed.read_amount(request.POST, "back", currency=case.order.currency, is_zero_allowed=True).amount
    return Wish(note, _days(request), back)


def _days(request: HttpRequest) -> tuple[date, date] | None:
    first, last = typed.read_day(request.POST, "first"), typed.read_day(request.POST, "last")
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise typed.WrongInput("first" if first is None else "last", _BOTH)
    return first, last


def _refuse(
    request: HttpRequest, trouble_id: int, form: str, field: str, told: str, *, status: int = 422
) -> HttpResponse:
    entered = {name: request.POST.get(name, "")[:_SIGNS] for name in ("note", "first", "last", "back", "why")}
    return show_case(request, trouble_id, problem=Problem(form, field, told, entered), status=status)
