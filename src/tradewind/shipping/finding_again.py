"""Orders from before they could be found by the number of each parcel and label: indexed anew after an upgrade, a few at a time.

The migration 0064 plans the first batch. A batch and the plan of the next one are one transaction, so that whoever dies leaves all of
it or nothing.
"""

from datetime import datetime
from typing import Any, Final

from django.db.models import F

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.rows import hold_all
from tradewind.orders.models import Order
from tradewind.orders.searching import find_all_again
from tradewind.shipping.models import Parcel

KIND: Final = "shipping.find_again"
# On SQLite the whole shop waits for a batch: about a tenth of a second.
BATCH: Final = 50


class FindingCourier:
    """Reads which orders are next while nobody has to wait, then indexes them."""

    kind = KIND

    def __init__(self, *, at_once: int = BATCH) -> None:
        self._at_once = at_once

    def call(self, delivery: Delivery) -> dict[str, Any]:
        return {"orders": _next_orders(delivery.payload["after"], self._at_once)}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # the port's shape
        """Nobody else did it: it is simply done again."""
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:  # noqa: ARG002  # as above
        ids = result["orders"]
        hold_all(Order, ids)
        find_all_again(list(Order.objects.filter(pk__in=ids, erased_at=None).order_by("pk")))
        if ids:
            plan(after=ids[-1], at=now)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """The row stands among the work until somebody has it tried again."""


def register_courier() -> None:
    deliveries.register(FindingCourier())


def plan(*, after: int, at: datetime) -> None:
    """The orders after this one, in the caller's transaction."""
    deliveries.plan(KIND, f"{KIND}:{after}", {"after": after}, at=at)


def _next_orders(after: int, most: int) -> list[int]:
    """Those with a parcel under another number than the one that orders carry, which is all that they were found by."""
    other = Parcel.objects.exclude(tracking_number="").exclude(tracking_number=F("order__tracking"))
    rows = other.filter(order__gt=after).order_by("order").values_list("order", flat=True).distinct()
    return list(rows[:most])
