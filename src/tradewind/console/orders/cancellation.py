"""Cancelling an order by hand, with a reason."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.cancelling import REASONS, cancel_order
from tradewind.orders.models import Order
from tradewind.orders.states import MoveNotAllowed

_NO_REASON: Final = gettext_noop("Please choose a reason from the list.")
_TOO_LATE: Final = gettext_noop("The order has moved on in the meantime and can no longer be cancelled.")


@needs("orders.cancel")
@require_POST
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise Http404
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        return _refuse(request, order_id, _NO_REASON, status=422)
    try:
        cancel_order(order=order, by=pages.actor_of(request), reason=reason, at=utc_now())
    except MoveNotAllowed:
        return _refuse(request, order_id, _TOO_LATE, status=409)
    return pages.to_page("console:order", done="cancelled", order_id=order_id)


def _refuse(request: HttpRequest, order_id: int, message: str, *, status: int) -> HttpResponse:
    problem = Problem("cancellation", "reason", words.say(words.spoken(), message), {})
    return show_order(request, order_id, problem=problem, status=status)
