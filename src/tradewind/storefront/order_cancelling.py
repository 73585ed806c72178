"""The buyer cancels an order that has not been sent: asked once more, then done."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.orders.cancelling import BUYER_ASKED, cancel_order
from tradewind.orders.models import Order
from tradewind.orders.states import MOVES, MoveNotAllowed, OrderState
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place
from tradewind.storefront.problems import Problem, problem_page


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def cancellation_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    order = Order.objects.get(pk=order_id)
    if request.method == "POST":
        return _cancel(request, place, order, token)
    if OrderState.CANCELLED not in MOVES[OrderState(order.state)]:
        return HttpResponseRedirect(place.url("order", token=token))
    return show(request, place, "storefront/cancelling.html", {"order": order, "token": token})


def _cancel(request: HttpRequest, place: Place, order: Order, token: str) -> HttpResponse:
    """A second click finds it cancelled, which is what was wanted; a parcel that was faster is said."""
    try:
        cancel_order(order=order, by="buyer", reason=BUYER_ASKED, at=utc_now())
    except MoveNotAllowed as problem:
        if problem.found != OrderState.CANCELLED:
            return _too_late(request, place)
    return HttpResponseRedirect(place.url("order", token=token), status=HTTPStatus.SEE_OTHER)


def _too_late(request: HttpRequest, place: Place) -> HttpResponse:
    language = place.language
    words = say(
        language,
        "The parcel was handed over before we could stop it. You can send the goods back when they have arrived.",
    )
    return problem_page(request, HTTPStatus.CONFLICT, Problem(say(language, "The order is on its way already"), words))
