"""From a placed order to where it is paid: straight on, or through a page of our own where that is another site."""

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tradewind.payments.models import PaymentIntent
from tradewind.storefront.place import Place
from tradewind.storefront.unpaid_order import remember_unpaid

# Opens the order to the browser that placed it when it comes back from the provider's page; sent there only.
ORDER_COOKIE: Final = "tw_order"
_COOKIE_PATH: Final = "/payment/"
_A_DAY: Final = 24 * 3600


def on_to_payment(request: HttpRequest, place: Place, intent: PaymentIntent | None, token: str) -> HttpResponse:
    """The answer to a form after which something may have to be paid; the order's own page where nothing has.

    Browsers let `form-action` of the Content-Security-Policy count for what a form redirects to as well. So the way to
    another site begins on a page of ours.
    """
    target = address_to_pay_at(intent) if intent is not None else ""
    if intent is not None and target and not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = reverse("storefront:payment-leaving", kwargs={"ref": intent.ref})
    response = HttpResponseRedirect(target or place.url("order", token=token), status=HTTPStatus.SEE_OTHER)
    response.set_cookie(
        ORDER_COOKIE,
        token,
        max_age=_A_DAY,
        path=_COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.IS_HTTPS,
    )
    if intent is not None:
        remember_unpaid(response, token, intent.subject_id)
    return response


def address_to_pay_at(intent: PaymentIntent) -> str:
    """The provider's page while it waits for the buyer; empty in every other case."""
    return intent.action_url if intent.state == intent.State.PENDING else ""
