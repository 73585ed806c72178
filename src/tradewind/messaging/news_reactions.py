"""What buyers hear of while a parcel travels begins where the carrier tells it."""

from tradewind.core.facts import Context, reaction
from tradewind.messaging.news import bring
from tradewind.messaging.on_the_way import Moment, moment_of
from tradewind.shipping.events import ParcelDelivered, ParcelInTrouble, ParcelMoved
from tradewind.shipping.models import Parcel


@reaction(ParcelMoved, name="messaging.parcel_moved")
def tell_where_it_is(happened: ParcelMoved, context: Context) -> None:
    _bring(happened.parcel_id, moment_of(happened.status, happened.reason), context)


@reaction(ParcelInTrouble, name="messaging.parcel_in_trouble")
def tell_of_the_attempt(happened: ParcelInTrouble, context: Context) -> None:
    """Other trouble needs a decision first: staff tell it from its case."""
    _bring(happened.parcel_id, moment_of(happened.status, happened.reason), context)


@reaction(ParcelDelivered, name="messaging.parcel_delivered")
def tell_that_it_is_there(happened: ParcelDelivered, context: Context) -> None:
    _bring(happened.parcel_id, Moment.DELIVERED, context)


def _bring(parcel_id: int, moment: Moment | None, context: Context) -> None:
    if moment is not None:
        parcel = Parcel.objects.get(pk=parcel_id)
        bring(moment, parcel, happened_at=context.recorded_at, at=context.now)
