"""Stating: how far an order is, by its status where that says it, else by the moments that the file gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradewind.orders.importing.marketplaces.reports import Cells, Report
from tradewind.orders.states import OrderState

_LONGEST: Final = 80
# The furthest first.
_BY_MOMENT: Final = (
    ("delivered_at", OrderState.DELIVERED),
    ("dispatched_at", OrderState.DISPATCHED),
    ("cancelled_at", OrderState.CANCELLED),
    ("paid_at", OrderState.PAID),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """`is_sure`: the status says it. `is_known`: the channel's table of statuses has it."""

    status: str
    state: OrderState
    is_sure: bool
    is_known: bool


def stated(report: Report, head: Cells, moments: Mapping[str, datetime]) -> Stated:
    status = report.status(head).strip()
    key = status.casefold()
    state = report.states.get(key)
    if state is not None:
        return Stated(status[:_LONGEST], state, is_sure=True, is_known=True)
    reached = next((state for moment, state in _BY_MOMENT if moment in moments), OrderState.AWAITING_PAYMENT)
    return Stated(status[:_LONGEST], reached, is_sure=False, is_known=key in report.states)
