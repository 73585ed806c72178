"""Where buyers leave for the provider's page, and where they come back to. The provider is asked: its notice may be late."""

from datetime import datetime
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe

from tradewind.core.links import LinkExpired, LinkInvalid
from tradewind.lib.clock import utc_now
from tradewind.orders.queries import NoSuchOrder, placed_in
from tradewind.payments.asking import ask_now
from tradewind.payments.models import PaymentIntent
from tradewind.payments.queries import UnknownIntent, intent_by_ref
from tradewind.storefront.order_access import order_behind
from tradewind.storefront.pages import never_kept, show
from tradewind.storefront.paying import ORDER_COOKIE, address_to_pay_at
from tradewind.storefront.place import Place, find_place

_STILL_OPEN = {PaymentIntent.State.CREATED, PaymentIntent.State.PENDING}
_LOOK_AGAIN_SECONDS = 4


@require_safe
def payment_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The reference travels through the provider, so it opens nothing by itself: only the browser that placed the order
    is led on to the order's page.
    """
    at = utc_now()
    intent, place = _find(ref, at)
    intent = ask_now(intent, now=at)
    token = _own_token(request, intent.subject_id, at)
    if token and intent.state not in _STILL_OPEN:
        return never_kept(HttpResponseRedirect(place.url("order", token=token)))
    return never_kept(_show(request, place, intent, token))


@require_safe
def leaving_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Says where the buyer is going and takes them there; for the browser that placed the order alone."""
    at = utc_now()
    intent, place = _find(ref, at)
    target = address_to_pay_at(intent)
    if not target or not _own_token(request, intent.subject_id, at):
        return never_kept(HttpResponseRedirect(reverse("storefront:payment", kwargs={"ref": ref})))
    values = {"target": target, "site": urlsplit(target).hostname}
    response = show(request, place, "storefront/payment.html", values)
    response["Refresh"] = f"0; url={iri_to_uri(target)}"
    return never_kept(response)


def _find(ref: str, at: datetime) -> tuple[PaymentIntent, Place]:
    """The payment, and where its order was placed. Raises Http404."""
    try:
        intent = intent_by_ref(ref)
        market, language = placed_in(intent.subject_id)
    except (UnknownIntent, NoSuchOrder):
        raise Http404 from None
    return intent, find_place(market, language, on=at.date())


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
        {
            "target": "",
            "intent": intent,
            "is_open": is_open,
            "order_url": place.url("order", token=token) if token else "",
        },
    )
    if is_open:
        # As a header, so that it works without scripts and is no element of the page.
        response["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return response
