"""What an order's page says of its parcel, and of orders that belong together: parts of what was ordered in one, and what was taken into one parcel. Each has a page of its own."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from tradewind.core.links import make_link
from tradewind.lib.clock import utc_now
from tradewind.orders.changes import parts_of, taken_in
from tradewind.shipping.carriers import tracking_url
from tradewind.shipping.queries import handover_of
from tradewind.shipping.tracking import has_left
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.place import Place
from tradewind.storefront.reading import BadInput, texts


def parcel_part(order_id: int, state: str) -> dict[str, object]:
    """Who carries it, for the order's page; asked for orders that have left alone."""
    handover = handover_of(order_id) if has_left(state) else None
    url = tracking_url(handover.carrier, handover.tracking_number) if handover else ""
    return {"handover": handover, "tracking_url": url}


def together_part(order_id: int) -> dict[str, object]:
    """Values for the order's page."""
    return {"parts": parts_of(order_id), "taken_in": taken_in(order_id)}


@behind_link
@require_POST
def open_other(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:  # noqa: ARG001  # as all pages of an order
    """To the page of another part. Links are stored as digests and cannot be shown again, so a new one is made."""
    ref = texts(request, ["ref"])["ref"]
    other = next((part for part in parts_of(order_id) if part.ref == ref), None)
    if other is None:
        raise BadInput("ref")
    there = make_link("order.view", subject=("order", other.pk), at=utc_now())
    return HttpResponseRedirect(place.url("order", token=there), status=HTTPStatus.SEE_OTHER)
