"""When goods leave: the day of dispatch of an order, and until when an order still leaves on that day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tradewind.lib.calendars import WorkingCalendar, dispatch_day, next_cutoff
from tradewind.shipping.terms import Terms


@dataclass(frozen=True, slots=True)
class Leaving:
    """`on` is a day of the warehouse; an order after `holds_until` leaves later. `inputs` say why that day."""

    on: date
    holds_until: datetime
    inputs: Mapping[str, Any]


def leaving(terms: Terms, at: datetime, origin: WorkingCalendar) -> Leaving:
    """Of an order placed at this moment. Raises NoWorkingDays."""
    return Leaving(
        on=dispatch_day(at, terms.cutoff, terms.handling_days, origin),
        holds_until=next_cutoff(at, terms.cutoff, origin),
        inputs={"cutoff": terms.cutoff.isoformat("minutes"), "handling_days": terms.handling_days},
    )
