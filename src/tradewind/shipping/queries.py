"""Reading parcels."""

from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_contents import IN_TURN, newest_of


def handover_of(order_id: int) -> Parcel | None:
    """Who carries the goods of an order, None where nobody said. Of several parcels the newest."""
    return newest_of(Parcel.objects.filter(order_id=order_id))


def parcels_of(order_id: int) -> list[Parcel]:
    """All parcels of an order with what is in them, in turn; those under an old label as well. Five statements."""
    rows = (
        Parcel.objects.filter(order_id=order_id)
        .select_related("order")
        .prefetch_related("lines__line", "events", "troubles")
    )
    return list(rows.order_by(*IN_TURN))
