"""What may keep goods at a warehouse that works: stops of its carrier and its suppliers, and the queue before them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tradewind.inventory.models import Warehouse
from tradewind.inventory.stops import CARRIER, SUPPLIER, Stop, stops_of
from tradewind.shipping.models import DeliveryOption


@dataclass(frozen=True, slots=True)
class Departure:
    """`room_on`: the first day on which one more order can leave; None where there is no queue."""

    carriers: tuple[Stop, ...] = ()
    suppliers: tuple[Stop, ...] = ()
    room_on: date | None = None


KEPT_BY_NOTHING: Final = Departure()


def departure_of(option: DeliveryOption) -> Departure:
    """Of an option with its warehouse, which are read already: no statement."""
    return departure_from(option.warehouse, way=option.code)


def departure_from(place: Warehouse, *, way: str = "") -> Departure:
    """Of whatever leaves there; of an option by its code also what keeps that one alone."""
    stops = [stop for stop in stops_of(place) if stop.way in {"", way}]
    return Departure(
        tuple(stop for stop in stops if stop.kind == CARRIER),
        tuple(stop for stop in stops if stop.kind == SUPPLIER),
        place.room_on if place.per_day else None,
    )
