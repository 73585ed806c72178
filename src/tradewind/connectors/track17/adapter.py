"""The port of tracking over 17TRACK."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from tradewind.connectors.track17 import client, mapping, webhooks
from tradewind.connectors.track17.connection import KEY
from tradewind.core import panels
from tradewind.core.work import NeedsAttention, Refused
from tradewind.shipping.ports import Enrolled, ParcelTold, TrackingNotice, Watched

log = structlog.get_logger(__name__)


def _saved_key() -> str:
    return panels.read(KEY).get("key", "")


@dataclass(frozen=True, slots=True)
class Track17:
    """As it is set up now: a change on its page holds from the next call on."""

    base: str = client.BASE
    key: Callable[[], str] = field(default=_saved_key)
    code: str = KEY
    batch: int = client.BATCH

    def is_set(self) -> bool:
        return bool(self.key())

    def watch(self, parcels: Sequence[Watched]) -> list[Enrolled]:
        asked = [_item(parcel) | ({"tag": parcel.ref} if parcel.ref else {}) for parcel in parcels]
        answer = self._ask("register", asked)
        known = mapping.known_already(answer)
        return mapping.enrolled(answer, self._taken_up(known) if known else {})

    def look(self, parcels: Sequence[Watched]) -> list[ParcelTold]:
        return mapping.told(self._ask("gettrackinfo", [_item(parcel) for parcel in parcels]))

    def stop(self, parcels: Sequence[Watched]) -> None:
        self._ask("stoptrack", [_item(parcel) for parcel in parcels])

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> TrackingNotice:
        return webhooks.read_notice(body, headers, key=self.key())

    def _taken_up(self, numbers: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Those that we had stopped are followed again, which 17TRACK does once for each number. Why not, by number, of those that
        stay stopped.
        """
        try:
            stopped = mapping.stopped(self._ask("gettracklist", {"number": ",".join(numbers)}))
            again = self._ask("retrack", [{"number": number} for number in stopped]) if stopped else {}
        except Refused as problem:
            # What is known there counts as followed while nobody says otherwise; the rest of the batch is registered already.
            log.warning("17TRACK does not say what it follows", problem=str(problem))
            return {}
        return mapping.problems(again)

    def _ask(self, call: str, body: client.Body) -> dict[str, object]:
        key = self.key()
        if not key:
            raise NeedsAttention("17TRACK is not set up: type its key in the console under Connections.")
        return client.ask(call, body, key=key, base=self.base)


def _item(parcel: Watched) -> dict[str, object]:
    """Without a carrier 17TRACK finds out whose number it is."""
    return {"number": parcel.number} | ({"carrier": int(parcel.carrier)} if parcel.carrier.isdecimal() else {})
