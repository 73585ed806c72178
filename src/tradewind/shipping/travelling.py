"""How long goods travel: the days of arrival of a parcel that leaves on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tradewind.lib.calendars import WorkingCalendar
from tradewind.shipping.terms import Terms


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whole days of the destination, both included, that hold this share of parcels where that is known. `inputs` say why those days."""

    first: date
    last: date
    share: float | None
    inputs: Mapping[str, Any]


def arrival(terms: Terms, country: str, leaves_on: date, destination: WorkingCalendar) -> Arrival:
    """Of a parcel that leaves on this day. Raises NoWorkingDays."""
    expected = terms.lanes.expected(country, terms.option, leaves_on, terms.days)
    first, last = (destination.add_working_days(leaves_on, days) for days in expected.days)
    inputs = {"transit_days": list(expected.days), "source": terms.source}
    return Arrival(first, last, expected.share, inputs | terms.lanes.inputs(country, terms.option, expected))
