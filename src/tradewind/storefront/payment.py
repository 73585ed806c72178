"""Where buyers come back to from the provider's page. The provider is asked: its notice may be late."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from tradewind.core.links import LinkExpired, LinkInvalid
from tradewind.lib.clock import utc_now
from tradewind.orders.queries import NoSuchOrder, order_detail
from tradewind.payments.asking import ask_now
from tradewind.payments.models import PaymentIntent
from tradewind.payments.queries import UnknownIntent, intent_by_ref
from tradewind.storefront.checkout import ORDER_COOKIE
from tradewind.storefront.order import order_behind
from tradewind.storefront.pages import never_kept, show
from tradewind.storefront.place import Place, find_place

_STILL_OPEN = {PaymentIntent.State.CREATED, PaymentIntent.State.PENDING}
_LOOK_AGAIN_SECONDS = 4


@require_safe
def payment_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The reference travels through the provider, so it opens nothing by itself: only the browser that placed the order
    is led on to the order's page.
    """
    at = utc_now()
    try:
        intent = intent_by_ref(ref)
        order = order_detail(intent.subject_id)
    except (UnknownIntent, NoSuchOrder):
        raise Http404 from None
    intent = ask_now(intent, now=at)
    place = find_place(order.market, order.language, on=at.date())
    token = _own_token(request, order.row.id, at)
    if token and intent.state not in _STILL_OPEN:
        return never_kept(HttpResponseRedirect(place.url("order", token=token)))
    return never_kept(_show(request, place, intent, token))


def _own_token(request: HttpRequest, order_id: int, at: datetime) -> str:
    """The token of this order's page, when this browser has it; else ""."""
    token = request.COOKIES.get(ORDER_COOKIE, "")
    try:
        return token if order_behind(token, at=at) == order_id else ""
    except (LinkInvalid, LinkExpired):
        return ""


def _show(request: HttpRequest, place: Place, intent: PaymentIntent, token: str) -> HttpResponse:
    is_open = intent.state in _STILL_OPEN
    response = show(
        request,
        place,
        "storefront/payment.html",
        {"intent": intent, "is_open": is_open, "order_url": place.url("order", token=token) if token else ""},
    )
    if is_open:
        # As a header, so that it works without scripts and is no element of the page.
        response["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return response
