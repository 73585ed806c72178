"""The buyer cancels an order that has not been sent: asked once more, then done."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.orders.cancelling import (
    BUYER_ASKED,
    BUYER_OTHER,
    BUYERS_REASONS,
    BY_MISTAKE,
    CHANGED_MIND,
    FOUND_CHEAPER,
    PAYMENT_PROBLEM,
    TOO_SLOW,
    cancel_order,
)
from tradewind.orders.models import Order
from tradewind.orders.states import MOVES, MoveNotAllowed, OrderState
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place
from tradewind.storefront.problems import Problem, problem_page
from tradewind.storefront.reading import BadInput, texts


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def cancellation_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    order = Order.objects.get(pk=order_id)
    if request.method == "POST":
        return _cancel(request, place, order, token)
    if OrderState.CANCELLED not in MOVES[OrderState(order.state)]:
        return HttpResponseRedirect(place.url("order", token=token))
    values = {"order": order, "token": token, "reasons": reasons(place.language)}
    return show(request, place, "storefront/cancelling.html", values)


def _cancel(request: HttpRequest, place: Place, order: Order, token: str) -> HttpResponse:
    """A second click finds it cancelled, which is what was wanted; a parcel that was faster is said."""
    typed = texts(request, ["reason", "words"])
    # Words without a choice are another reason; neither is fine, because nobody owes us one.
    reason = typed["reason"] or (BUYER_OTHER if typed["words"] else BUYER_ASKED)
    if reason not in {BUYER_ASKED, *BUYERS_REASONS}:
        raise BadInput("reason")
    try:
        cancel_order(order=order, by="buyer", reason=reason, words=typed["words"], at=utc_now())
    except MoveNotAllowed as problem:
        if problem.found != OrderState.CANCELLED:
            return _too_late(request, place)
    return HttpResponseRedirect(place.url("order", token=token), status=HTTPStatus.SEE_OTHER)


def reasons(language: str) -> list[tuple[str, str]]:
    """(code, words) in the order in which they are offered."""
    return [
        (CHANGED_MIND, say(language, "I have changed my mind")),
        (FOUND_CHEAPER, say(language, "I found it cheaper elsewhere")),
        (TOO_SLOW, say(language, "Delivery takes too long")),
        (BY_MISTAKE, say(language, "I ordered by mistake")),
        (PAYMENT_PROBLEM, say(language, "There was a problem with the payment")),
        (BUYER_OTHER, say(language, "Something else")),
    ]


def _too_late(request: HttpRequest, place: Place) -> HttpResponse:
    language = place.language
    words = say(
        language,
        "The parcel was handed over before we could stop it. You can send the goods back when they have arrived.",
    )
    return problem_page(request, HTTPStatus.CONFLICT, Problem(say(language, "The order is on its way already"), words))
