"""What an order's page says of its parcel, and of orders that belong together: parts of what was ordered in one, and what was taken into one parcel. Each has a page of its own."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from tradewind.core.links import make_link
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.markets.shop import shop_profile
from tradewind.orders.changes import parts_of, taken_in
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_showing import ParcelShown, parcels_shown
from tradewind.shipping.tracking import has_left
from tradewind.storefront.customs_told import told_at_customs
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.place import Place
from tradewind.storefront.reading import BadInput, texts


def parcel_part(order_id: int, state: str, country: str, language: str) -> dict[str, Any]:
    """Who carries it and where it is, for the order's page; asked for orders of which something may have left."""
    parcels = parcels_shown(order_id, language) if has_left(state) or state == OrderState.PAID else []
    labels = [shown for shown in parcels if shown.parcel.replaced_at is None]
    is_there = state in {OrderState.DELIVERED, OrderState.COMPLETED}
    # Of what has arrived nobody asks who carried it, where that was never said.
    shown = [] if is_there and not any(_is_told(each.parcel) for each in labels) else labels
    return {
        "labels": shown,
        "waits_for_carrier": bool(labels) and all(each.parcel.is_waiting for each in labels),
        "parcels": parcels,
        "places": _places(shown, language),
        "at_customs": told_at_customs(parcels, country, language),
        "parcel_zone": _zone(order_id) if parcels else "",
    }


def _places(labels: Sequence[ParcelShown], language: str) -> dict[int, str]:
    """Which of several a parcel is, by its key; empty where it is the only one."""
    number = len(labels)
    words = (say(language, "Parcel {number} of {of}", number=place, of=number) for place in range(1, number + 1))
    return {each.parcel.pk: place for each, place in zip(labels, words, strict=True)} if number > 1 else {}


def _is_told(parcel: Parcel) -> bool:
    return bool(parcel.carrier or parcel.tracking_number)


def _zone(order_id: int) -> str:
    """The buyer's, as their promise of arrival was meant; else the shop's."""
    promises = promises_about("order", order_id)
    meant = (promise.zone for promise in promises if promise.kind == Promise.Kind.DELIVERY)
    return next(meant, shop_profile().zone)


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
