"""The port of tracking over AfterShip."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tradewind.connectors.aftership import client, mapping, webhooks
from tradewind.connectors.aftership.connection import KEY
from tradewind.core import panels
from tradewind.core.panels import Values
from tradewind.core.work import NeedsAttention, Refused
from tradewind.shipping.ports import Enrolled, ParcelTold, TrackingNotice, Watched

# Of one call to `watch`: each is a request of its own, and all must fit into the lease of a delivery.
BATCH = 20


def _saved() -> Values:
    return panels.read(KEY)


@dataclass(frozen=True, slots=True)
class AfterShip:
    """As it is set up now: a change on its page holds from the next call on."""

    base: str = client.BASE
    values: Callable[[], Values] = field(default=_saved)
    code: str = KEY
    batch: int = BATCH

    def is_set(self) -> bool:
        return bool(self.values().get("key"))

    def watch(self, parcels: Sequence[Watched]) -> list[Enrolled]:
        return [self._watch_one(parcel) for parcel in parcels]

    def look(self, parcels: Sequence[Watched]) -> list[ParcelTold]:
        numbers = sorted({parcel.number for parcel in parcels})
        return [mapping.parcel_told(each) for each in client.listed(numbers, key=self._key(), base=self.base)]

    def stop(self, parcels: Sequence[Watched]) -> None:
        key, numbers = self._key(), sorted({parcel.number for parcel in parcels})
        for tracking in list(client.listed(numbers, key=key, base=self.base)):
            client.delete(str(tracking["id"]), key=key, base=self.base)

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> TrackingNotice:
        return webhooks.read_notice(body, headers, secret=self.values().get("webhook_secret", ""))

    def _watch_one(self, parcel: Watched) -> Enrolled:
        try:
            client.create(parcel.number, slug=parcel.carrier, ref=parcel.ref, key=self._key(), base=self.base)
        except Refused as problem:
            return Enrolled(parcel.number, is_watched=False, code=problem.code, words=problem.words[:200])
        return Enrolled(parcel.number, is_watched=True)

    def _key(self) -> str:
        key = self.values().get("key", "")
        if not key:
            raise NeedsAttention("AfterShip is not set up: type its key in the console under Connections.")
        return key
