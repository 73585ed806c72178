"""The simulated tracker: a parcel that it is told about is scanned every so often until it arrives, or gets into trouble.

What happens to a parcel follows from its number, so that it can be chosen: one that ends in 9 is lost, one in 8 comes back.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from tradewind.connectors.simulator import signing
from tradewind.connectors.simulator.choosing import whole_seconds
from tradewind.core import deliveries, http, preferences
from tradewind.core.inbox import BadSignature, UnreadableNotice
from tradewind.core.models import Delivery
from tradewind.lib.clock import NaiveMoment, UnreadableMoment, format_moment, parse_moment, utc_now
from tradewind.shipping.ports import Enrolled, ParcelTold, Told, TrackingNotice, Watched
from tradewind.shipping.tracking_states import Reason, Status, means

CODE: Final = "simulator"
SCAN: Final = "simulator.scan"
Scan = tuple[Status, Reason, str, str]
_WAY: Final[tuple[Scan, ...]] = (
    (Status.LABEL_CREATED, Reason.NONE, "", "Shipment information received"),
    (Status.PICKED_UP, Reason.NONE, "Shenzhen", "Accepted"),
    (Status.IN_TRANSIT, Reason.NONE, "Guangzhou", "Departed from origin country"),
    (Status.CUSTOMS, Reason.PROCESSING, "Frankfurt", "Presented to customs"),
    (Status.CUSTOMS, Reason.RELEASED, "Frankfurt", "Released by customs"),
)
_ENDS: Final[dict[str, tuple[Scan, ...]]] = {
    "9": ((Status.EXCEPTION, Reason.LOST, "Frankfurt", "Item cannot be found"),),
    "8": (
        (Status.ATTEMPT_FAILED, Reason.NOBODY_HOME, "Hamburg", "Addressee not available"),
        (Status.RETURNING, Reason.NONE, "Hamburg", "Return to sender"),
    ),
}
_ARRIVES: Final[tuple[Scan, ...]] = (
    (Status.OUT_FOR_DELIVERY, Reason.NONE, "Hamburg", "Out for delivery"),
    (Status.DELIVERED, Reason.NONE, "Hamburg", "Delivered"),
)
EVERY: Final = preferences.Setting(
    "simulator.scan_seconds", default=60, parse=whole_seconds, words="How often the simulator's carrier scans a parcel"
)


def scans_of(number: str) -> tuple[Scan, ...]:
    return _WAY + _ENDS.get(number[-1:], _ARRIVES)


@dataclass(frozen=True, slots=True)
class SimulatedTracker:
    """Like any outside company it has a clock of its own."""

    clock: Callable[[], datetime] = utc_now
    code: str = CODE
    batch: int = 40

    def is_set(self) -> bool:
        return True

    def watch(self, parcels: Sequence[Watched]) -> list[Enrolled]:
        now, pause = self.clock(), EVERY.read()
        with transaction.atomic():
            for parcel in parcels:
                told = {"number": parcel.number, "ref": parcel.ref, "start": format_moment(now), "every": pause}
                for step, _ in enumerate(scans_of(parcel.number), start=1):
                    due_at = now + timedelta(seconds=step * pause)
                    deliveries.plan(SCAN, f"{SCAN}:{parcel.number}:{step}", {**told, "step": step}, at=due_at)
        return [Enrolled(parcel.number, is_watched=True) for parcel in parcels]

    def look(self, parcels: Sequence[Watched]) -> list[ParcelTold]:
        """It keeps no books: its notices say all, and there is nothing new."""
        return [ParcelTold(parcel.number) for parcel in parcels]

    def stop(self, parcels: Sequence[Watched]) -> None:
        """It goes on scanning; whoever does not listen is not told."""

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> TrackingNotice:
        if not signing.is_signed(body, headers):
            raise BadSignature
        try:
            told = json.loads(body)
            events = tuple(
                Told(parse_moment(at), means(Status(status), Reason(reason)), status, place, words, "Simulator", 0)
                for at, status, reason, place, words in told["events"]
            )
            return TrackingNotice(str(told["id"]), (ParcelTold(str(told["number"]), events, str(told["ref"])),))
        except (ValueError, TypeError, KeyError, NaiveMoment, UnreadableMoment) as problem:
            raise UnreadableNotice(f"{type(problem).__name__}: {problem}") from problem


def notice_of(payload: Mapping[str, Any]) -> bytes:
    """All scans up to this step."""
    start, pause = parse_moment(payload["start"]), timedelta(seconds=payload["every"])
    events = [
        [format_moment(start + (number + 1) * pause), status, reason, place, words]
        for number, (status, reason, place, words) in enumerate(scans_of(payload["number"])[: payload["step"]])
    ]
    told = {"id": f"{payload['number']}:{payload['step']}", "number": payload["number"], "ref": payload["ref"]}
    return json.dumps(told | {"events": events}).encode()


class ScanCourier:
    """Posts what was scanned."""

    kind = SCAN

    def call(self, delivery: Delivery) -> dict[str, Any]:
        body = notice_of(delivery.payload)
        headers = {"Content-Type": "application/json", signing.HEADER: signing.sign(body)}
        answer = http.send("POST", f"{settings.BASE_URL}/hooks/tracking/{CODE}", content=body, headers=headers)
        return {"answer": answer.status_code}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # the shop cannot be asked
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        """Nothing follows on the carrier's side."""

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """The next scan says it all again."""
