"""Carrier and tracking number of an order that has left: told later, or put right."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Fields, Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.queries import handover_of
from tradewind.shipping.tracking import BuyerErased, NotLeftYet, TrackingChanged, tell_tracking

FORM: Final = "tracking"
LONGEST: Final = 60
_NOT_LEFT: Final = gettext_noop("The order has not left yet. Say it when you mark it dispatched.")
_ERASED: Final = gettext_noop("The buyer's data are erased: where the parcel went is not written down again.")
_CHANGED: Final = gettext_noop("Somebody has changed it since you opened the page. Look at it, then save again.")


@needs("orders.dispatch")
@require_POST
def tell(request: HttpRequest, order_id: int) -> HttpResponse:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    # A page from before it had one names no parcel: then the newest is meant.
    parcel_id = typed.read_id(request.POST, "parcel") or None
    seen = Tracking(request.POST.get("seen_carrier", ""), request.POST.get("seen_number", ""))
    try:
        tracking = read_tracking(request.POST)
        tell_tracking(
            order_id=order_id,
            parcel_id=parcel_id,
            tracking=tracking,
            seen=seen,
            by=pages.actor_of(request),
            at=utc_now(),
        )
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, wrong, status=422)
    except NotLeftYet:
        return _refuse(request, order_id, typed.WrongInput("number", _NOT_LEFT), status=409)
    except BuyerErased:
        return _refuse(request, order_id, typed.WrongInput("number", _ERASED), status=409)
    except TrackingChanged:
        return _refuse(request, order_id, typed.WrongInput("number", _CHANGED), status=409)
    return pages.to_page("console:order", done="tracking", order_id=order_id)


def read_tracking(fields: Fields) -> Tracking:
    """Both may be left out. Raises WrongInput."""
    carrier = typed.read_text(fields, "carrier", longest=LONGEST, is_needed=False)
    number = typed.read_text(fields, "number", longest=LONGEST, is_needed=False)
    return Tracking(carrier, number, is_waiting=fields.get("waiting") == "1")


def entered(fields: Fields) -> dict[str, Any]:
    return {name: fields.get(name, "") for name in ("carrier", "number")}


def _form_of(request: HttpRequest, order_id: int) -> str:
    """Of its parcel; where another label has taken its place meanwhile, of the newest."""
    newest, asked = handover_of(order_id), typed.read_id(request.POST, "parcel")
    if newest is None:
        return FORM
    is_standing = Parcel.objects.filter(order_id=order_id, replaced_at=None, pk=asked).exists()
    return f"{FORM}-{asked if is_standing else newest.pk}"


def _refuse(request: HttpRequest, order_id: int, wrong: typed.WrongInput, *, status: int) -> HttpResponse:
    problem = Problem(_form_of(request, order_id), wrong.field, wrong.words, entered(request.POST))
    return show_order(request, order_id, problem=problem, status=status)
