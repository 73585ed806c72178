"""Who holds an order's link may see it: every page of one order opens through here."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tradewind.core.links import LinkExpired, LinkInvalid, open_link
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.orders.changes import standing_for
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.storefront.pages import never_kept
from tradewind.storefront.place import Place, in_place
from tradewind.storefront.problems import Problem, problem_page

View = Callable[[HttpRequest, Place, str, int], HttpResponse]


def behind_link(view: View) -> Callable[..., HttpResponse]:
    """For views below /<market>/<language>/order/<token>/: hands them place, token and the order's number.

    A link that opens nothing is answered here, and so is another market's address, with other methods and words: it
    leads to the order's own page.
    """

    @in_place
    @wraps(view)
    def found(request: HttpRequest, place: Place, token: str) -> HttpResponse:
        try:
            order_id = order_behind(token, at=utc_now())
        except LinkInvalid:
            return never_kept(_no_such_link(request, place))
        except LinkExpired:
            return never_kept(_link_too_old(request, place))
        market, state = Order.objects.values_list("market", "state").get(pk=order_id)
        if state == OrderState.MERGED:
            # Of the same buyer, to the same address: the old link leads to where everything is now.
            order_id = standing_for(order_id)
        if market != place.market.code:
            own = reverse("storefront:order", kwargs={"market": market, "language": place.language, "token": token})
            status = HTTPStatus.SEE_OTHER if request.method == "POST" else HTTPStatus.FOUND
            return never_kept(HttpResponseRedirect(own, status=status))
        return never_kept(view(request, place, token, order_id))

    return found


def order_behind(token: str, *, at: datetime) -> int:
    """Raises LinkInvalid or LinkExpired."""
    kind, order_id = open_link("order.view", token, at=at)
    if kind != "order":
        raise LinkInvalid
    return order_id


def _no_such_link(request: HttpRequest, place: Place) -> HttpResponse:
    words = say(
        place.language,
        "Perhaps a part of the link was cut off. Open it from the mail once more, or have a new one sent: your order is safe.",
    )
    problem = Problem(say(place.language, "This link leads nowhere"), words, _to_a_new_link(place))
    return problem_page(request, HTTPStatus.NOT_FOUND, problem)


def _link_too_old(request: HttpRequest, place: Place) -> HttpResponse:
    words = say(place.language, "The link worked once and has run out. Have a new one sent: your order is safe.")
    problem = Problem(say(place.language, "This link has run out"), words, _to_a_new_link(place))
    return problem_page(request, HTTPStatus.GONE, problem)


def _to_a_new_link(place: Place) -> tuple[str, str]:
    return place.url("order-link"), say(place.language, "Send me the link")
