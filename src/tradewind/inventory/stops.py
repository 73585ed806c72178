"""Stops: days on which goods do not leave though the warehouse works, because a carrier or a supplier does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tradewind.inventory.models import Warehouse
from tradewind.lib.calendars import DayRange

# A carrier collects nothing; a supplier sends or makes nothing, which matters for goods that do not lie there.
CARRIER: Final = "carrier"
SUPPLIER: Final = "supplier"
KINDS: Final = (CARRIER, SUPPLIER)
LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Stop:
    """`name` is that of the carrier or supplier. `way`: code of the only delivery option that is meant; empty: all of them."""

    kind: str
    days: DayRange
    name: str = ""
    way: str = ""

    def as_data(self) -> dict[str, str]:
        first, last = self.days.first.isoformat(), self.days.last.isoformat()
        return {"kind": self.kind, "first": first, "last": last, "name": self.name, "way": self.way}


def stops_of(place: Warehouse) -> tuple[Stop, ...]:
    return tuple(_stop(told) for told in place.stops)


def _stop(told: Mapping[str, Any]) -> Stop:
    days = DayRange(date.fromisoformat(told["first"]), date.fromisoformat(told["last"]))
    return Stop(told["kind"], days, told.get("name", ""), told.get("way", ""))
