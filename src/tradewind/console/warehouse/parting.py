"""Sending a part of an order: chosen pieces leave in a parcel of their own."""

import re
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.labels import tag
from tradewind.console.orders.refusing import NOT_CHECKED, NOT_NOW, OTHER_ADDRESS, OTHER_GOODS
from tradewind.console.orders.tracking import read_tracking
from tradewind.console.typed import Problem, WrongInput
from tradewind.console.warehouse.showing import show_packing
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.addressing import AddressNotSeen
from tradewind.orders.changes import GoodsNotSeen
from tradewind.orders.holding import OrderKeptBack
from tradewind.orders.models import Order
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.shipping.checking import NotChecked
from tradewind.shipping.parting import NotThatMany, Part, PartNotSeen, send_part

FORM: Final = "part"
_UNITS: Final = re.compile(r"units-(\d{1,18})")
_NOT_SEEN: Final = gettext_noop(
    "Something of this order has left since you opened the page. Look at what is here, then choose again."
)
_HOW_MANY: Final = gettext_noop("Please choose at least one piece, and not more than are here.")
_KEPT: Final = gettext_noop("The order is kept back ({reason}). Release it first.")


@needs("orders.dispatch")
@require_POST
def send(request: HttpRequest, order_id: int) -> HttpResponse:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    try:
        order = send_part(order_id=order_id, part=_read(request), by=pages.actor_of(request), at=utc_now())
    except WrongInput as wrong:
        return _refuse(request, order_id, wrong, 422)
    except NotThatMany:
        return _refuse(request, order_id, WrongInput("units", _HOW_MANY), 422)
    except OrderKeptBack as kept:
        return _refuse(request, order_id, WrongInput("units", _KEPT, reason=tag("hold_reason", kept.reason).words), 409)
    except (MoveNotAllowed, PartNotSeen, AddressNotSeen, GoodsNotSeen, NotChecked) as refusal:
        return _refuse(request, order_id, WrongInput("units", _why(refusal)), 409)
    if order.state == OrderState.DISPATCHED:
        return pages.to_page("console:order", done="dispatched", order_id=order_id)
    return pages.to_page("console:packing", done="part-sent", order_id=order_id)


def _why(refusal: Exception) -> str:
    if isinstance(refusal, NotChecked):
        return NOT_CHECKED[refusal.why]
    said = {PartNotSeen: _NOT_SEEN, AddressNotSeen: OTHER_ADDRESS, GoodsNotSeen: OTHER_GOODS}
    return said.get(type(refusal), NOT_NOW)


def _read(request: HttpRequest) -> Part:
    """Raises WrongInput."""
    fields = request.POST
    named = {name: match for name in fields if (match := _UNITS.fullmatch(name))}
    units = {int(match[1]): typed.read_quantity(fields, name) for name, match in named.items() if fields.get(name)}
    return Part(
        units=units,
        seen=fields.get("seen", ""),
        changes_seen=typed.read_id(fields, "changes_seen"),
        goods_seen=typed.read_id(fields, "goods_seen"),
        tracking=read_tracking(fields),
    )


def _refuse(request: HttpRequest, order_id: int, wrong: WrongInput, status: int) -> HttpResponse:
    entered = {name: str(value) for name, value in request.POST.items()}
    return show_packing(request, order_id, problem=Problem(FORM, wrong.field, wrong.words, entered), status=status)
