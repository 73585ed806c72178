"""Marking an order as dispatched: somebody has handed its goods over."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.labels import tag
from tradewind.console.orders.detail import show_order
from tradewind.console.orders.refusing import KEPT, NOT_CHECKED, NOT_NOW, OTHER_ADDRESS, OTHER_GOODS
from tradewind.console.orders.tracking import entered, read_tracking
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.addressing import AddressNotSeen
from tradewind.orders.changes import GoodsNotSeen
from tradewind.orders.holding import OrderKeptBack
from tradewind.orders.models import Order
from tradewind.orders.states import MoveNotAllowed
from tradewind.shipping.checking import NotChecked
from tradewind.shipping.dispatching import mark_dispatched


@needs("orders.dispatch")
@require_POST
def dispatch(request: HttpRequest, order_id: int) -> HttpResponse:
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise Http404
    try:
        tracking = read_tracking(request.POST)
    except typed.WrongInput as wrong:
        problem = Problem("dispatch", wrong.field, wrong.words, entered(request.POST))
        return show_order(request, order_id, problem=problem, status=422)
    try:
        mark_dispatched(
            order=order,
            by=pages.actor_of(request),
            at=utc_now(),
            changes_seen=typed.read_id(request.POST, "changes_seen"),
            goods_seen=typed.read_id(request.POST, "goods_seen"),
            tracking=tracking,
        )
    except MoveNotAllowed:
        problem = Problem("dispatch", "", words.say(words.spoken(), NOT_NOW), entered(request.POST))
        return show_order(request, order_id, problem=problem, status=409)
    except OrderKeptBack as kept:
        told = words.say(words.spoken(), KEPT, reason=tag("hold_reason", kept.reason).words)
        return show_order(request, order_id, problem=Problem("dispatch", "", told, entered(request.POST)), status=409)
    except NotChecked as unchecked:
        problem = Problem("dispatch", "", words.say(words.spoken(), NOT_CHECKED[unchecked.why]), entered(request.POST))
        return show_order(request, order_id, problem=problem, status=409)
    except (AddressNotSeen, GoodsNotSeen) as unseen:
        told = OTHER_ADDRESS if isinstance(unseen, AddressNotSeen) else OTHER_GOODS
        problem = Problem("dispatch", "", words.say(words.spoken(), told), entered(request.POST))
        return show_order(request, order_id, problem=problem, status=409)
    return pages.to_page("console:order", done="dispatched", order_id=order_id)
