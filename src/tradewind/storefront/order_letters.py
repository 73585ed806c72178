"""Which letters a buyer wants besides the necessary ones, on a page of the order."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.messaging.letter_wishes import BadWish, Way, Wish, set_wish, wish_of
from tradewind.orders.models import Order
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place
from tradewind.storefront.reading import BadInput, texts


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def letters_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    if request.method == "POST":
        typed = texts(request, ["way", "requests"])
        try:
            set_wish(order_id=order_id, wish=Wish(typed["way"], bool(typed["requests"])), at=utc_now())
        except BadWish:
            raise BadInput("way") from None
        return HttpResponseRedirect(request.path + "?saved", status=HTTPStatus.SEE_OTHER)
    values = {
        "token": token,
        "wish": wish_of(Order.objects.get(pk=order_id)),
        "is_saved": "saved" in request.GET,
        "ways": (
            (Way.ALL.value, say(place.language, "All of them: at customs, released, still on its way, delivered")),
            (
                Way.NEEDED.value,
                say(
                    place.language,
                    "Only when I am needed: out for delivery, not handed over, to be collected, customs ask me",
                ),
            ),
        ),
    }
    return show(request, place, "storefront/order/letters.html", values)
