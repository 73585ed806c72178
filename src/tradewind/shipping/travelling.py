"""How long goods travel: the days of arrival of a parcel that leaves on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tradewind.lib.calendars import WorkingCalendar
from tradewind.shipping.terms import Terms


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whole days of the destination, both included. `inputs` say why those days."""

    first: date
    last: date
    inputs: Mapping[str, Any]


def arrival(terms: Terms, leaves_on: date, destination: WorkingCalendar) -> Arrival:
    """Of a parcel that leaves on this day. Raises NoWorkingDays."""
    first, last = (destination.add_working_days(leaves_on, days) for days in terms.days)
    return Arrival(first, last, {"transit_days": list(terms.days), "source": terms.source})
