"""Telling under which number a parcel travels, or putting it right, and when it arrived. Through the activities that the console uses."""

from typing import Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from tradewind.api import shapes
from tradewind.api.asking import refuse_unknown
from tradewind.api.fields import Asked, Day, Line
from tradewind.api.keys import WRITE_ORDERS, Key, key_of, program_of
from tradewind.api.once import writes
from tradewind.api.parcels_telling import parcel_in_list
from tradewind.api.problems import Conflict, NotFound, Problem, WrongValue, WrongValues
from tradewind.lib.clock import utc_now
from tradewind.shipping.arriving import NotThatDay, NotUnderway, say_arrived
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.tracking import BuyerErased, TrackingChanged, tell_tracking

router = Router(tags=["parcels"])
_REFUSALS: Final = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)


class Number(Asked):
    """As it stands on the label. What is left out stays as it is; what is empty is not known."""

    carrier: Line = Field("", max_length=60, description="As the buyer knows it: DHL, YunExpress, 4PX.")
    tracking_number: Line = Field("", max_length=60)


class Arrival(Asked):
    """What somebody knows of a parcel that nobody follows."""

    arrived_on: Day = Field(description="The day, of where it goes: not before it left, and not to come.")


@router.post(
    "/parcels/{ref}/tracking",
    auth=Key(WRITE_ORDERS, ability="orders.dispatch"),
    operation_id="tellParcelNumber",
    summary="Tell the number of a parcel, or put it right",
    response={200: shapes.ParcelInList, **_REFUSALS},
)
@writes()
def tell(request: HttpRequest, ref: str, asked: Number) -> shapes.ParcelInList:
    """Another number, or none, is another label: the parcel goes on under a new ref, and the old one is kept with what was said
    of it.
    """
    refuse_unknown(request.GET, ())
    known = _standing(request, ref)
    try:
        tell_tracking(
            order_id=known.order_id,
            parcel_id=known.pk,
            tracking=_tracking(asked, known),
            seen=Tracking(known.carrier, known.tracking_number),
            by=program_of(request),
            at=utc_now(),
        )
    except TrackingChanged:
        raise Conflict("tracking_changed", "Somebody has told another number just now. Read the order again.") from None
    except BuyerErased:
        words = "The buyer's data are erased; where parcels went is not written down again."
        raise Conflict("buyer_erased", words) from None
    known.refresh_from_db(fields=["replaced_by"])
    return _told(known.replaced_by_id or known.pk)


def _tracking(asked: Number, known: Parcel) -> Tracking:
    said = asked.model_fields_set
    carrier = asked.carrier.strip() if "carrier" in said else known.carrier
    return Tracking(carrier, asked.tracking_number.strip() if "tracking_number" in said else known.tracking_number)


@router.post(
    "/parcels/{ref}/arrival",
    auth=Key(WRITE_ORDERS, ability="orders.dispatch"),
    operation_id="tellParcelArrival",
    summary="Say on which day a parcel arrived",
    response={200: shapes.ParcelInList, **_REFUSALS},
)
@writes()
def arrive(request: HttpRequest, ref: str, asked: Arrival) -> shapes.ParcelInList:
    """It settles what was promised. Of one that is there already, by whoever said so, nothing changes; a carrier's word counts before it."""
    refuse_unknown(request.GET, ())
    known = _standing(request, ref)
    try:
        say_arrived(
            parcel_id=known.pk,
            on=asked.arrived_on,
            teller=Parcel.Teller.PROGRAM,
            by=program_of(request),
            at=utc_now(),
        )
    except NotThatDay:
        words = "It had not left by this day, or the day is still to come."
        raise WrongValues([WrongValue(name="arrived_on", pointer="/arrived_on", detail=words)]) from None
    except NotUnderway:
        words = "It goes back, has another label by now, or its buyer's data are erased. Read it again."
        raise Conflict("wrong_state", words) from None
    return _told(known.pk)


def _standing(request: HttpRequest, ref: str) -> Parcel:
    labels = key_of(request).reach.of(Parcel.objects.filter(replaced_at=None), field="order__account_id")
    known = labels.filter(ref=ref).first()
    if known is None:
        raise NotFound("no_such_parcel", "There is no such parcel, or another label has taken its place.")
    return known


def _told(parcel_id: int) -> shapes.ParcelInList:
    return parcel_in_list(Parcel.objects.select_related("order").prefetch_related("troubles").get(pk=parcel_id))
