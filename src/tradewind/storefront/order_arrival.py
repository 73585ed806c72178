"""The buyer says that a parcel has arrived, and on which day: for parcels that nobody follows, and where a carrier forgot to say so.

Who says that it has not is led to the shop's help, and nothing is written down against anybody.
"""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from tradewind.core.words import say
from tradewind.lib.clock import parse_day, utc_now
from tradewind.lib.zones import main_zone
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.shipping.arriving import NotThatDay, NotUnderway, is_awaited, say_arrived
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_showing import ParcelShown
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.place import Place
from tradewind.storefront.problems import Problem, problem_page
from tradewind.storefront.reading import BadInput, texts


def arrival_part(order_id: int, labels: Iterable[ParcelShown], *, now: datetime) -> dict[str, Any]:
    """Values for the order's page: which parcels are asked about, as key -> the first and the last day that can be."""
    asked = _asked_about(order_id, [each.parcel for each in labels], now)
    return {"asked_arrivals": {each.pk: _days(each, now) for each in asked}}


@behind_link
@require_POST
def tell_arrival(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    typed = texts(request, ["parcel", "on"])
    parcel = Parcel.objects.filter(order_id=order_id, ref=typed["parcel"]).first()
    if parcel is None:
        raise BadInput("parcel")
    now = utc_now()
    # Of others the page says what has become of them.
    if _asked_about(order_id, [parcel], now):
        try:
            on = parse_day(typed["on"])
            say_arrived(parcel_id=parcel.pk, on=on, teller=Parcel.Teller.BUYER, by="buyer", at=now)
        except (NotThatDay, ValueError):
            return _not_that_day(request, place, token)
        except NotUnderway:
            pass  # It has become of it just now.
    return HttpResponseRedirect(place.url("order", token=token), status=HTTPStatus.SEE_OTHER)


def _asked_about(order_id: int, labels: Iterable[Parcel], now: datetime) -> list[Parcel]:
    """Those that nobody follows, and from the first promised day on those that carriers may have forgotten."""
    on_its_way = [parcel for parcel in labels if is_awaited(parcel) and not parcel.is_waiting]
    if not on_its_way:
        return []
    promised = [each for each in promises_about("order", order_id) if each.kind == Promise.Kind.DELIVERY]
    opens_at = promised[-1].window_start if promised else None
    is_time = opens_at is not None and opens_at <= now
    return [parcel for parcel in on_its_way if is_time or not _is_followed(parcel)]


def _is_followed(parcel: Parcel) -> bool:
    return parcel.watch == Parcel.Watch.WATCHED or parcel.last_at is not None


def _days(parcel: Parcel, now: datetime) -> tuple[str, str]:
    zone = ZoneInfo(main_zone(parcel.country))
    return parcel.handed_over_at.astimezone(zone).date().isoformat(), now.astimezone(zone).date().isoformat()


def _not_that_day(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    language = place.language
    words = say(
        language, "It left later than that, or the day is still to come. Please choose the day on which you had it."
    )
    back = (place.url("order", token=token), say(language, "Back to the order"))
    return problem_page(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        Problem(say(language, "It cannot have arrived on this day"), words, back),
    )
