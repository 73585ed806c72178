"""What helps in one case: writing to the buyer, sending again, all of the money back, and closing it with a reason."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.aftersales.missing_goods import NotOwed
from tradewind.checkout.replacing import CannotReplace
from tradewind.console import pages, typed
from tradewind.console.refusals import not_allowed
from tradewind.console.troubles.detail import found, show_case
from tradewind.console.troubles.refunding import FORM as REFUND
from tradewind.console.troubles.refunding import may_refund, why_not_words
from tradewind.console.troubles.wishes import FIELDS, read_note, read_wish, refused_code
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import may, needs
from tradewind.inventory.reserving import NotEnoughStock
from tradewind.lib.clock import utc_now
from tradewind.messaging.trouble_codes import TooGenerous
from tradewind.messaging.trouble_prospects import DaysMoved, NotLater, TooEarly, Wish, prospect, require_later
from tradewind.messaging.trouble_settling import refund_all, send_goods_again
from tradewind.messaging.trouble_telling import AlreadyTold, CannotTell, OrderGone, dismiss, tell
from tradewind.payments.refunding import MoreThanCaptured
from tradewind.promises.wording import day_words
from tradewind.shipping.models import Trouble

TELL: Final = "tell"
DISMISS: Final = "dismiss"
REPLACE: Final = "replace"
_SIGNS: Final = 2000
_TOO_EARLY: Final = gettext_noop("A new date begins tomorrow at the earliest, and does not end before it begins.")
_NOT_LATER: Final = gettext_noop(
    "A new day is later than the promised one, {day}. If that one can still be kept, close the case with a reason."
)
_ORDER_GONE: Final = gettext_noop(
    "This order is cancelled, or part of another one by now. Nothing is written about it."
)
DAYS_MOVED: Final = gettext_noop(
    "The days have moved since you opened this page. Nobody has been told; below stand the days as they are now."
)
_NO_ADDRESS: Final = gettext_noop("There is no address to write to.")
_TOO_MUCH: Final = gettext_noop("Not more than what came in and is not on its way back already: {available}.")
_NO_ARTICLE: Final = gettext_noop(
    "Nothing in it is an article of ours, or it is not known where it goes. Write a new order by hand."
)
_NO_STOCK: Final = gettext_noop("There is not enough here to send it again. Give the money back, or wait for goods.")


@needs("messages.answer")
@require_POST
def tell_buyer(request: HttpRequest, trouble_id: int) -> HttpResponse:
    """Send the letter, or only look at it as it was changed."""
    case = found(trouble_id)
    try:
        wish = read_wish(request, case)
        if "preview" in request.POST:
            return _look(request, case, wish)
        if not _may_give(request, wish):
            return not_allowed(request)
        done = _tell(request, case, wish)
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
    found(trouble_id)
    try:
        made = send_goods_again(trouble_id=trouble_id, by=pages.actor_of(request), at=utc_now())
    except CannotReplace:
        return _refuse(request, trouble_id, REPLACE, "", words.say(words.spoken(), _NO_ARTICLE), status=409)
    except NotEnoughStock:
        return _refuse(request, trouble_id, REPLACE, "", words.say(words.spoken(), _NO_STOCK), status=409)
    except AlreadyTold:
        return pages.to_page("console:trouble", done="gone", trouble_id=trouble_id)
    return pages.to_page("console:order", done="sent-again", order_id=made.pk)


@needs("payments.confirm")
@require_POST
def refund(request: HttpRequest, trouble_id: int) -> HttpResponse:
    """All of the money back, as it was looked at; or only look at its letter as it was changed."""
    case, by = found(trouble_id), pages.actor_of(request)
    if not may_refund(pages.staff_of(request), case):
        return not_allowed(request)
    try:
        note = read_note(request)
        if "preview" in request.POST:
            return show_case(request, trouble_id, refund_note=note)
        seen = typed.read_id(request.POST, "seen")
        refund_all(trouble_id=trouble_id, seen=seen, note=note, by=by, at=utc_now())
    except typed.WrongInput as wrong:
        return _refuse(request, trouble_id, REFUND, wrong.field, wrong.words)
    except NotOwed as problem:
        return _refuse(request, trouble_id, REFUND, "", why_not_words(problem.why), status=409)
    except AlreadyTold:
        return pages.to_page("console:trouble", done="gone", trouble_id=trouble_id)
    return pages.to_page("console:trouble", done="trouble-refunded", trouble_id=trouble_id)


def _may_give(request: HttpRequest, wish: Wish) -> bool:
    """Money, and a discount, are given by whoever may give them otherwise."""
    staff = pages.staff_of(request)
    return (not wish.back or may(staff, "payments.confirm")) and (wish.code is None or may(staff, "codes.change"))


def _look(request: HttpRequest, case: Trouble, wish: Wish) -> HttpResponse:
    """Raises WrongInput."""
    try:
        require_later(prospect(case, at=utc_now(), wish=wish))
    except TooEarly:
        raise typed.WrongInput(_day_field(wish), _TOO_EARLY) from None
    except NotLater as problem:
        raise _not_later(problem, wish) from None
    except TooGenerous as problem:
        raise refused_code(problem) from None
    except DaysMoved:
        raise typed.WrongInput("", DAYS_MOVED) from None
    return show_case(request, case.pk, wish=wish)


def _tell(request: HttpRequest, case: Trouble, wish: Wish) -> str:
    """Returns what is said of it: not every letter names a day. Raises WrongInput in words for everything that the person can put right, and AlreadyTold."""
    try:
        told = tell(trouble_id=case.pk, wish=wish, by=pages.actor_of(request), at=utc_now())
    except TooEarly:
        raise typed.WrongInput(_day_field(wish), _TOO_EARLY) from None
    except NotLater as problem:
        raise _not_later(problem, wish) from None
    except TooGenerous as problem:
        raise refused_code(problem) from None
    except OrderGone:
        raise typed.WrongInput("note", _ORDER_GONE) from None
    except DaysMoved:
        raise typed.WrongInput("", DAYS_MOVED) from None
    except CannotTell:
        raise typed.WrongInput("note", _NO_ADDRESS) from None
    except MoreThanCaptured as problem:
        raise typed.WrongInput("back", _TOO_MUCH, available=str(problem.available)) from None
    return "trouble-told" if told.done[-1]["days"] else "trouble-written"


def _day_field(wish: Wish) -> str:
    return "here_on" if wish.here_on else "hears_by" if wish.hears_by else "first"


def _not_later(problem: NotLater, wish: Wish) -> typed.WrongInput:
    return typed.WrongInput(_day_field(wish), _NOT_LATER, day=day_words(problem.promised, words.spoken()))


def _refuse(
    request: HttpRequest, trouble_id: int, form: str, field: str, told: str, *, status: int = 422
) -> HttpResponse:
    entered = {name: request.POST.get(name, "")[:_SIGNS] for name in (*FIELDS, "why")}
    return show_case(request, trouble_id, problem=Problem(form, field, told, entered), status=status)
