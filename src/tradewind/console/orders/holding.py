"""Keeping an order back with a reason, and releasing it."""

from collections.abc import Mapping
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.address_asking import AlreadyAsked, NobodyToAsk, ask_for_address
from tradewind.messaging.ports import UnsafeHeader
from tradewind.orders.holding import CREDIT, HELD, MOVED_ON, REASONS, NotHeldSo, NotHoldable, hold_order, release_order
from tradewind.orders.models import Order, OrderHold

LONGEST_WORDS: Final = 500
NO_REASON: Final = gettext_noop("Please choose a reason from the list.")
_WHY_NOT: Final = {
    CREDIT: gettext_noop("A credit note is not sent, and needs no holding."),
    MOVED_ON: gettext_noop("The order has left or was cancelled in the meantime."),
    HELD: gettext_noop("Somebody else has held this order in the meantime. Their reason stands above."),
}
_WHY_NOT_ASKED: Final[Mapping[type[Exception], str]] = {
    NotHeldSo: gettext_noop("The order is not kept back for its address any more."),
    AlreadyAsked: gettext_noop("The buyer has been asked already. The letter stands below."),
    NobodyToAsk: gettext_noop("There is no address to write to, or the sales channel does not let us."),
    UnsafeHeader: gettext_noop("The e-mail address has characters that no mail can carry."),
}
_NOT_SO: Final = gettext_noop("The order was released, held anew or sent in the meantime. Look at what holds now.")


@needs("orders.hold")
@require_POST
def hold(request: HttpRequest, order_id: int) -> HttpResponse:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    try:
        reason, own_words = read_reason(request)
        hold_order(order_id=order_id, reason=reason, words=own_words, by=pages.actor_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, wrong, status=422)
    except NotHoldable as refusal:
        return _refuse(request, order_id, typed.WrongInput("reason", _WHY_NOT[refusal.why]), status=409)
    return pages.to_page("console:order", done="held", order_id=order_id)


@needs("orders.hold")
@require_POST
def release(request: HttpRequest, order_id: int, hold_id: int) -> HttpResponse:
    if not OrderHold.objects.filter(pk=hold_id, order_id=order_id).exists():
        raise Http404
    try:
        release_order(hold_id=hold_id, by=pages.actor_of(request), at=utc_now())
    except NotHeldSo:
        problem = Problem("release", "", words.say(words.spoken(), _NOT_SO), {})
        return show_order(request, order_id, problem=problem, status=409)
    return pages.to_page("console:order", done="released", order_id=order_id)


@needs("messages.answer")
@require_POST
def ask_address(request: HttpRequest, order_id: int, hold_id: int) -> HttpResponse:
    if not OrderHold.objects.filter(pk=hold_id, order_id=order_id).exists():
        raise Http404
    note = request.POST.get("note", "").strip()
    try:
        ask_for_address(hold_id=hold_id, note=note, by=pages.actor_of(request), at=utc_now())
    except (NotHeldSo, AlreadyAsked, NobodyToAsk, UnsafeHeader) as refusal:
        problem = Problem("address", "note", words.say(words.spoken(), _WHY_NOT_ASKED[type(refusal)]), {"note": note})
        return show_order(request, order_id, problem=problem, status=409)
    return pages.to_page("console:order", done="address-asked", order_id=order_id)


def read_reason(request: HttpRequest) -> tuple[str, str]:
    """Reason and own words. Raises WrongInput."""
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        raise typed.WrongInput("reason", NO_REASON)
    return reason, typed.read_text(request.POST, "words", longest=LONGEST_WORDS, is_needed=False)


def _refuse(request: HttpRequest, order_id: int, wrong: typed.WrongInput, *, status: int) -> HttpResponse:
    entered = {name: request.POST.get(name, "") for name in ("reason", "words")}
    return show_order(request, order_id, problem=Problem("hold", wrong.field, wrong.words, entered), status=status)
