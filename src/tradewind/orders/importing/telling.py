"""What a sales channel's file tells of an order beyond its lines and its money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tradewind.orders.states import OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`status` stands as the channel writes it, `state` is ours. Where the status says nothing of how far the order is,
    `state` rests on the moments in the file, and `is_sure` is False. `updated_at` is None where the file does not say it.
    """

    report: str  # code of the kind of file
    status: str
    state: OrderState
    is_sure: bool
    is_status_known: bool
    is_priced: bool  # False: the file does not tell what was paid
    updated_at: datetime | None
    moments: Mapping[str, datetime]  # paid_at, dispatched_at, delivered_at, cancelled_at, ship_by
    ship_to: Mapping[str, str]  # keys as Order.ship_to, without empty ones
    email: str
    others: Mapping[str, str]  # refunded, tracking, service, fulfilled_by, sales_channel, as they stand in the file

    def as_data(self) -> list[object]:
        moments = {key: moment.isoformat() for key, moment in self.moments.items()}
        updated = self.updated_at.isoformat() if self.updated_at else ""
        said: list[object] = [self.report, self.status, self.state.value, self.is_priced, updated, self.email]
        return [*said, moments, dict(self.ship_to), dict(self.others)]
