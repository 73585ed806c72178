"""Packing one order: each piece is scanned or ticked. A scanner is a keyboard that types a code and presses Enter."""

from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.labels import tag
from tradewind.console.timeline import actor_names
from tradewind.console.typed import Problem, WrongInput
from tradewind.console.warehouse.showing import show_packing
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.shipping import packing

_WRONG: Final = gettext_noop("{code} is not in this order. Put it back.")
_TOO_MANY: Final = gettext_noop("{item}: all {wanted} are in the parcel already. Put this one back.")
_NOT_ALL: Final = gettext_noop("Something is missing still: {missing}.")
_NO_PROOF: Final = gettext_noop("Please take a photo or film of the packing, or write why there is none.")
_MOVED: Final = gettext_noop(
    "The list had changed when this came in, and it was not counted. Look at it, and do it again if it is missing."
)
_NOT_YOURS: Final = gettext_noop("{name} packs this order now. Nothing was counted.")
_NOT_HERE: Final = gettext_noop("This order is not to be packed: it is not paid, has left, or was cancelled.")
_KEPT: Final = gettext_noop("The order is kept back ({reason}). Release it first.")
_OVERTAKEN: Final = (packing.PackingMoved, packing.PackedBySomebody, packing.NotToPack, packing.OrderKeptBack)
_REFUSALS: Final = (*_OVERTAKEN, packing.WrongItem, packing.TooMany, packing.NotComplete, packing.ProofMissing)
# Those that carry no facts: the field beside which they stand, and the words.
_PLAIN: Final[dict[type[Exception], tuple[str, str]]] = {
    packing.ProofMissing: ("unproven", _NO_PROOF),
    packing.PackingMoved: ("code", _MOVED),
    packing.NotToPack: ("begin", _NOT_HERE),
}


@needs("orders.dispatch")
@require_safe
def packing_page(request: HttpRequest, order_id: int) -> HttpResponse:
    return show_packing(request, order_id)


@needs("orders.dispatch")
@require_POST
def begin(request: HttpRequest, order_id: int) -> HttpResponse:
    takes_over = "take_over" in request.POST
    by = pages.actor_of(request)
    return _do(
        request,
        order_id,
        "begin",
        lambda: packing.begin_packing(order_id=order_id, by=by, at=utc_now(), takes_over=takes_over),
    )


@needs("orders.dispatch")
@require_POST
def scan_one(request: HttpRequest, order_id: int) -> HttpResponse:
    def act() -> None:
        code = typed.read_text(request.POST, "code", longest=packing.LONGEST_CODE)
        packing.scan(hand=_hand(request, order_id), code=code)

    return _do(request, order_id, "scan", act)


@needs("orders.dispatch")
@require_POST
def count_item(request: HttpRequest, order_id: int) -> HttpResponse:
    """One more is in the parcel, or as many altogether as the button says."""

    def act() -> None:
        units = None if "more" in request.POST else typed.read_quantity(request.POST, "units")
        packing.count(hand=_hand(request, order_id), key=request.POST.get("key", ""), units=units)

    return _do(request, order_id, "scan", act)


@needs("orders.dispatch")
@require_POST
def tick_off(request: HttpRequest, order_id: int) -> HttpResponse:
    is_done, key = request.POST.get("done") == "1", request.POST.get("key", "")
    return _do(request, order_id, "tick", lambda: packing.tick(hand=_hand(request, order_id), key=key, is_done=is_done))


@needs("orders.dispatch")
@require_POST
def finish(request: HttpRequest, order_id: int) -> HttpResponse:
    def act() -> None:
        unproven = typed.read_text(request.POST, "unproven", is_needed=False)
        packing.finish_packing(hand=_hand(request, order_id), at=utc_now(), unproven=unproven)

    return _do(request, order_id, "end", act)


@needs("orders.dispatch")
@require_POST
def leave(request: HttpRequest, order_id: int) -> HttpResponse:
    return _do(request, order_id, "aside", lambda: packing.lay_aside(hand=_hand(request, order_id), at=utc_now()))


def _hand(request: HttpRequest, order_id: int) -> packing.Hand:
    return packing.Hand(order_id, typed.read_id(request.POST, "version"), pages.actor_of(request))


def _do(request: HttpRequest, order_id: int, form: str, act: Callable[[], object]) -> HttpResponse:
    """The page again, with what was wrong in words."""
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    try:
        act()
    except WrongInput as wrong:
        return _refuse(request, order_id, form, wrong, 422)
    except _REFUSALS as refusal:
        status = 409 if isinstance(refusal, _OVERTAKEN) else 422
        return _refuse(request, order_id, form, _in_words(refusal), status)
    return pages.to_page("console:packing", order_id=order_id)


def _in_words(refusal: Exception) -> WrongInput:
    match refusal:
        case packing.WrongItem():
            return WrongInput("code", _WRONG, code=refusal.code)
        case packing.TooMany():
            item = " ".join(part for part in (refusal.item.title, refusal.item.options) if part)
            return WrongInput("code", _TOO_MANY, item=item, wanted=refusal.item.wanted)
        case packing.NotComplete():
            return WrongInput("end", _NOT_ALL, missing=refusal.missing)
        case packing.PackedBySomebody():
            name = actor_names({refusal.by}).get(refusal.by, refusal.by)
            return WrongInput("code", _NOT_YOURS, name=name)
        case packing.OrderKeptBack():
            return WrongInput("begin", _KEPT, reason=tag("hold_reason", refusal.reason).words)
    return WrongInput(*_PLAIN[type(refusal)])


def _refuse(request: HttpRequest, order_id: int, form: str, wrong: WrongInput, status: int) -> HttpResponse:
    entered = {name: request.POST.get(name, "") for name in ("code", "unproven")}
    return show_packing(request, order_id, problem=Problem(form, wrong.field, wrong.words, entered), status=status)
