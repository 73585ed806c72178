"""How long nothing is heard of parcels that arrive in the end, learnt by country and carrier.

Of each parcel the longest silence counts, not all of them: with ten silences to a parcel, one of twenty of all would be one of nearly
every second parcel. Nineteen of twenty stay within what is learnt (the smallest n for that is nineteen); until there are so many,
the country's figure holds, then that of all, then what the shop states.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Final

from django.db import transaction

from tradewind.core.schedule import every
from tradewind.shipping.models import LaneSilence, Parcel
from tradewind.shipping.tracking_states import Event, ParcelState

SHARE: Final = 0.95
LEAST: Final = 19
# What is older says little of today's lanes; of more than so many the newest say enough.
_YOUNGEST: Final = timedelta(days=180)
_MOST: Final = 200_000
# A weekend is silent everywhere.
_SHORTEST_HOURS: Final = 72
_HOUR: Final = 3600

Lane = tuple[str, str]  # country, carrier


def longest_silence(events: Iterable[Event], state: ParcelState) -> int | None:
    """Hours, of a parcel that has arrived as its carrier says; from its first scan on. None of others."""
    first, last = state.first_scan_at, state.delivered_at
    if first is None or last is None or state.arrival_told_by:
        return None
    moments = sorted({event.at for event in events if first <= event.at <= last} | {first, last})
    return int(max((b - a for a, b in pairwise(moments)), default=timedelta()).total_seconds() // _HOUR)


def within(hours: Sequence[int]) -> int | None:
    """What nineteen of twenty stay within, None of too few."""
    if len(hours) < LEAST:
        return None
    return sorted(hours)[min(ceil((len(hours) + 1) * SHARE), len(hours)) - 1]


@every(timedelta(hours=24), name="shipping.learn_silences")
def learn_silences(now: datetime) -> int:
    """From the parcels that arrived lately. Returns of how many lanes something is known."""
    known = Parcel.objects.filter(delivered_at__gt=now - _YOUNGEST, longest_silence__isnull=False)
    rows = known.order_by("-delivered_at").values_list("country", "carrier", "longest_silence")[:_MOST]
    heard: dict[Lane, list[int]] = defaultdict(list)
    for country, carrier, hours in rows:
        for lane in {(country, carrier), (country, ""), ("", "")}:
            heard[lane].append(hours or 0)
    learnt = {lane: (limit, len(hours)) for lane, hours in heard.items() if (limit := within(hours)) is not None}
    with transaction.atomic():
        LaneSilence.objects.all().delete()
        LaneSilence.objects.bulk_create(
            LaneSilence(country=country, carrier=carrier, hours=hours, parcels=parcels)
            for (country, carrier), (hours, parcels) in sorted(learnt.items())
        )
    return len(learnt)


def silences() -> dict[Lane, int]:
    """All that was learnt, in hours. One statement."""
    return {(row.country, row.carrier): row.hours for row in LaneSilence.objects.all()}


def silence_of(lane: Lane, learnt: Mapping[Lane, int], stated: timedelta) -> timedelta:
    """After how long nothing heard is unusual on this lane."""
    for each in (lane, (lane[0], ""), ("", "")):
        if each in learnt:
            return timedelta(hours=max(learnt[each], _SHORTEST_HOURS))
    return stated
