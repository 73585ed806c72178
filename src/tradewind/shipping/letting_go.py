"""Letting parcels go: a tracker is told to follow a number no longer, whose label was replaced or whose buyer was erased.

Who pays by the number of parcels pays for it no longer, and nothing that leads to a buyer stays with a company that has no use for it.
"""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.shipping.carriers import tracker_code_of
from tradewind.shipping.models import Parcel
from tradewind.shipping.ports import Watched, tracker_with_account

STOP: Final = "tracking.stop"


def plan_stop(parcel: Parcel, *, at: datetime) -> None:
    """In the caller's transaction, while the parcel still has its number. Nothing where no tracker was ever told about it."""
    if not parcel.tracker or not parcel.number_key:
        return
    # A call that tells about it may be under way: it has ended by then.
    due_at = at + deliveries.LEASE if parcel.watch == Parcel.Watch.ASKED else at
    carrier = tracker_code_of(parcel.carrier, parcel.tracker)
    payload = {"tracker": parcel.tracker, "number": parcel.number_key, "carrier": carrier}
    deliveries.plan(STOP, f"{STOP}:{parcel.pk}", payload, at=due_at)


class StopCourier:
    """Leaves alone what another parcel travels under: orders that share one, and a number that came back."""

    kind = STOP

    def call(self, delivery: Delivery) -> dict[str, Any]:
        number = delivery.payload.get("number", "")
        tracker = tracker_with_account(delivery.payload["tracker"]) if number else None
        if tracker is None or _travelling(number).exists():
            return {"is_stopped": False}
        tracker.stop([Watched(number, delivery.payload["carrier"])])
        return {"is_stopped": True}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # stopping twice is stopping
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:  # noqa: ARG002  # as the port says
        if result["is_stopped"]:
            # Whoever came by this number meanwhile was told of before it was stopped.
            told = _travelling(delivery.payload["number"]).filter(watch__in=[Parcel.Watch.ASKED, Parcel.Watch.WATCHED])
            told.update(watch=Parcel.Watch.WANTED)
        # The number leads to where somebody lives.
        Delivery.objects.filter(pk=delivery.pk).update(payload={})

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """Its notices move nothing, followed or not."""


def _travelling(number: str) -> QuerySet[Parcel]:
    return Parcel.objects.filter(number_key=number, replaced_at=None).exclude(watch=Parcel.Watch.NONE)
