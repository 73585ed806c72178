"""Parcels that have gone their way, for tests of what they teach."""

from datetime import datetime, timedelta

from tests.shop import Shop
from tradewind.lib.refs import new_ref
from tradewind.orders.models import Order
from tradewind.shipping.models import Parcel

DAY = timedelta(days=1)


def travelled(
    shop: Shop,
    *calendar_days: int | None,
    last_left: int = 40,
    every: int = 1,
    order: Order | None = None,
    **fields: object,
) -> list[Parcel]:
    """To Germany by air: each took so many calendar days from hand-over to door, None while it is on its way. One a day, the last of
    them so many days before the shop's moment.
    """
    order = order or shop.place(shop.cart((shop.small, 1))).order
    parcels = []
    for number, days in enumerate(calendar_days):
        left_at = shop.at - (last_left + number * every) * DAY
        arrived_at = None if days is None else left_at + days * DAY
        parcels.append(parcel(order, left_at, arrived_at, **fields))
    return parcels


def parcel(order: Order, left_at: datetime, arrived_at: datetime | None, **fields: object) -> Parcel:
    status = "in_transit" if arrived_at is None else "delivered"
    lane: dict[str, object] = {
        "market": "de",
        "country": "DE",
        "option": "de-air",
        "warehouse": "shenzhen",
        "status": status,
    }
    return Parcel.objects.create(
        order=order,
        ref=new_ref("PC"),
        handed_over_at=left_at,
        **{"first_scan_at": left_at + DAY, "delivered_at": arrived_at, **lane, **fields},
    )
