"""The order of this browser that waits for its payment: whoever comes back to the cart finds the way to it.

A cookie holds the token of the order's page, because links are stored as digests and cannot be shown again. It is kept
no longer than the order may wait, is read on the server alone, and opens what the buyer saw in this browser anyway.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tradewind.checkout.paying_again import still_due
from tradewind.checkout.unpaid import time_to_pay
from tradewind.core.links import LinkExpired, LinkInvalid
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.storefront.order_access import order_behind
from tradewind.storefront.place import Place

COOKIE: Final = "tw_unpaid"


@dataclass(frozen=True, slots=True)
class UnpaidOrder:
    """An order that holds goods and has yet to be paid. `url` is its own page, where it is paid or cancelled."""

    ref: str
    due: Money
    url: str


def unpaid_order(request: HttpRequest, place: Place) -> UnpaidOrder | None:
    """None where this browser has no such order, or no longer."""
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    try:
        order_id = order_behind(token, at=utc_now())
    except (LinkInvalid, LinkExpired):
        return None
    order = Order.objects.filter(pk=order_id, state=OrderState.AWAITING_PAYMENT).first()
    if order is None:
        return None
    due = still_due(order_id, Money(order.total, order.currency))
    return UnpaidOrder(order.ref, due, place.url("order", token=token)) if due.amount > 0 else None


def remember_unpaid(response: HttpResponse, token: str, order_id: int) -> None:
    """For as long as the order may wait. Whether it still does is looked up whenever the cookie comes back."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(time_to_pay(order_id).total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.IS_HTTPS,
    )


def forget_paid(request: HttpRequest, response: HttpResponse, unpaid: UnpaidOrder | None) -> None:
    """Take the cookie away as soon as what it leads to no longer waits."""
    if unpaid is None and COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
