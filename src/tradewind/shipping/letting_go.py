"""Letting parcels go: a tracker is told to follow a number no longer, whose label was replaced or whose buyer was erased.

Who pays by the number of parcels pays for it no longer, and nothing that leads to a buyer stays with a company that has no use for it.
"""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from tradewind.core import deliveries
from tradewind.core.deliveries import Dropped
from tradewind.core.models import Delivery
from tradewind.core.rows import hold_all
from tradewind.core.work import Refused
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
    deliveries.plan(STOP, f"{STOP}:{parcel.pk}", _payload(parcel), at=due_at)


class StopCourier:
    """Leaves alone what another parcel travels under: orders that share one, and a number that came back."""

    kind = STOP

    def call(self, delivery: Delivery) -> dict[str, Any]:
        named = _named(delivery)
        number = named.get("number", "")
        tracker = tracker_with_account(named["tracker"]) if number else None
        if tracker is None or _travelling(number).exists():
            return {"is_stopped": False}
        tracker.stop([Watched(number, named["carrier"])])
        return {"is_stopped": True}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # stopping twice is stopping
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:  # noqa: ARG002  # as the port says
        if result["is_stopped"]:
            # Whoever came by this number meanwhile was told of before it was stopped.
            told = _travelling(_named(delivery)["number"]).filter(watch__in=[Parcel.Watch.ASKED, Parcel.Watch.WATCHED])
            hold_all(Parcel, told.values_list("pk", flat=True))
            told.update(watch=Parcel.Watch.WANTED)
        _forget(delivery)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:  # noqa: ARG002  # as the port says
        """Its notices move nothing, followed or not. What is refused for good would be refused again; for all else somebody may press
        Retry, and the number is what is stopped then.
        """
        if isinstance(problem, Refused):
            _forget(delivery)

    def drop(self, delivery: Delivery, problem: Dropped, now: datetime) -> None:  # noqa: ARG002  # as the port says
        _forget(delivery)


def _named(delivery: Delivery) -> dict[str, str]:
    """Tracker, number and carrier; without a number where it is forgotten. Calls of earlier versions name their parcel alone."""
    payload: dict[str, str] = delivery.payload
    return _payload(Parcel.objects.get(pk=payload["parcel"])) if "parcel" in payload else payload


def _payload(parcel: Parcel) -> dict[str, str]:
    carrier = tracker_code_of(parcel.carrier, parcel.tracker)
    return {"tracker": parcel.tracker, "number": parcel.number_key, "carrier": carrier}


def _forget(delivery: Delivery) -> None:
    """The number leads to where somebody lives."""
    Delivery.objects.filter(pk=delivery.pk).update(payload={})


def _travelling(number: str) -> QuerySet[Parcel]:
    return Parcel.objects.filter(number_key=number, replaced_at=None).exclude(watch=Parcel.Watch.NONE)
