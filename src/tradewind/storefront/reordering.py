"""The same goods once more: from an order's page into the cart, at the prices and dates of today."""

from collections import Counter

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.checkout.carts import fill_up, open_cart
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.orders.queries import order_detail
from tradewind.storefront.cart import Refusal, back_to_cart, cart_key, keep_cart, show_cart
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.place import Place


@behind_link
@require_POST
def reorder(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:  # noqa: ARG001  # behind_link gives it
    at = utc_now()
    goods = [line for line in order_detail(order_id).lines if line.kind == "goods"]
    with transaction.atomic():
        cart = open_cart(cart_key(request), market=place.market.code, language=place.language, at=at)
        wanted: Counter[int] = Counter()  # an imported order may have several lines of one thing
        for line in goods:
            if line.variant_id is not None:
                wanted[line.variant_id] += line.quantity
        left_out = fill_up(cart, wanted, at=at)
    gone = [line.title for line in goods if line.variant_id is None or line.variant_id in left_out]
    if not gone:
        return keep_cart(back_to_cart(place), cart)
    words = say(place.language, "No longer sold, or no longer in this quantity: {titles}.", titles=", ".join(gone))
    return keep_cart(show_cart(request, place, cart, Refusal(words)), cart)
