"""By which clock a buyer lives: what their browser said when they ordered, else where the parcel goes.

Whoever orders a present lives by their own clock and not by its address. Nothing is asked later: no page reports when it is read.
"""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

from tradewind.lib.daytime import zones_of
from tradewind.messaging.models import BuyerZone
from tradewind.orders.models import Order

# Browsers that hide where they are say one of these, and so do machines that nobody has set up.
_NOWHERE: Final = ("Etc/", "SystemV/", "posix/", "right/")


def read_zone(said: str) -> str:
    """The zone that a browser said, or empty where it is none in which people live."""
    zone = said.strip()
    return zone if zone in _places() else ""


def keep_zone(order_id: int, said: str) -> None:
    """In the transaction that places the order. What cannot be used is not kept; the first one stays."""
    if zone := read_zone(said):
        BuyerZone.objects.get_or_create(order_id=order_id, defaults={"zone": zone})


def zones_for(order: Order) -> tuple[str, ...]:
    """IANA zones, the likeliest first. Never empty."""
    said = BuyerZone.objects.filter(order=order).values_list("zone", flat=True).first()
    # A newer installation may know zones that this one does not.
    if said is not None and (zone := read_zone(said)):
        return (zone,)
    ship_to = order.ship_to
    return zones_of(order.country, str(ship_to.get("postcode", "")), str(ship_to.get("phone", "")))


def forget_zone(order_id: int) -> None:
    """In the caller's transaction."""
    BuyerZone.objects.filter(order_id=order_id).delete()


@cache
def _places() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NOWHERE))
