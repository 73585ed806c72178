"""Counting visits: noted in memory while a page is answered, written together a few seconds later, summed when the day ends.

A visitor is a digest of address and browser with a salt that lives for one day: the same person counts once a day, is a
stranger tomorrow, and cannot be found in the figures. What a process has noted and not yet written is lost when it is killed.
"""

import hashlib
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from django.db import DatabaseError, connection, transaction

from tradewind.core.schedule import every
from tradewind.insights.models import DaySalt, Step, VisitCount, VisitorStep
from tradewind.insights.sources import DIRECT
from tradewind.markets.shop import shop_profile

log = structlog.get_logger(__name__)

# More than this within a few seconds is no crowd of buyers; what comes on top is not counted.
MOST_WAITING: Final = 20_000
# A campaign's name comes from the address, where anybody can write anything.
MOST_SOURCES_A_DAY: Final = 300
OTHER: Final = "other"
_WRITE_EVERY: Final = 5.0
_PATIENCE: Final = 1.5


@dataclass(frozen=True, slots=True)
class Seen:
    """One page that somebody was shown, or one step that somebody took."""

    at: datetime
    market: str
    address: str
    browser: str
    step: Step
    source: str


class Recorder:
    """What this process has seen since it last wrote."""

    def __init__(self) -> None:
        self._waiting: dict[Seen, None] = {}  # in the order in which it was seen
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, seen: Seen) -> None:
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting[seen] = None

    def write(self) -> int:
        """Write what waits, together. Returns how many steps there were. Raises DatabaseError with nothing lost."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        try:
            return write_steps(taken) if taken else 0
        except DatabaseError:
            with self._lock:
                self._waiting = taken | self._waiting
            raise

    def start(self) -> None:
        """Write every few seconds from now on, in a thread of this process; `stop` ends it."""
        self._thread = threading.Thread(target=self._keep_writing, name="visits", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _keep_writing(self) -> None:
        while not self._stopped.wait(_WRITE_EVERY):
            self._try_to_write()
        self._try_to_write()

    def _try_to_write(self) -> None:
        try:
            self.write()
        except DatabaseError as problem:
            log.warning("visits were not written, and will be", problem=str(problem))
        finally:
            connection.close()


recorder: Final = Recorder()


def write_steps(seen: Iterable[Seen]) -> int:
    """Write what is not known yet; the source of a visitor's day is the first one. Returns how many different steps were seen."""
    zone = ZoneInfo(shop_profile().zone)
    in_order = sorted(seen, key=lambda one: one.at)
    salts: dict[date, str] = {}
    rows: dict[tuple[date, str, str, str], VisitorStep] = {}
    with transaction.atomic():
        for one in in_order:
            day = one.at.astimezone(zone).date()
            if day not in salts:
                salts[day] = _salt(day)
            visitor = _digest(salts[day], one.address, one.browser)
            row = VisitorStep(day=day, market=one.market, visitor=visitor, step=one.step, source=one.source)
            rows.setdefault((day, one.market, visitor, one.step), row)
        VisitorStep.objects.bulk_create(rows.values(), ignore_conflicts=True, batch_size=500)
    return len(rows)


@every(timedelta(minutes=10), name="insights.close_days")
def close_days(now: datetime) -> int:
    """Sum up the days that are over and forget who was who on them. Returns how many days."""
    today = now.astimezone(ZoneInfo(shop_profile().zone)).date()
    # An hour into the day: what was seen before midnight has been written by then.
    over = (now - timedelta(hours=1)).astimezone(ZoneInfo(shop_profile().zone)).date()
    days = list(DaySalt.objects.filter(day__lt=min(today, over)).order_by("day").values_list("day", flat=True))
    for day in days:
        with transaction.atomic():
            # Whoever takes the salt away sums the day up; a second worker finds nothing.
            if DaySalt.objects.filter(day=day).delete()[0]:
                VisitCount.objects.bulk_create(
                    VisitCount(day=day, market=market, source=source, step=step, visitors=visitors)
                    for (market, source, step), visitors in counts_of(day).items()
                )
                VisitorStep.objects.filter(day=day).delete()
    return len(days)


def counts_of(day: date) -> dict[tuple[str, str, str], int]:
    """Visitors by (market, source, step) of a day that is not summed up yet. A visitor's source is that of the first visit."""
    told = VisitorStep.objects.filter(day=day, step=Step.VISIT).exclude(source="")
    came_from = dict(told.order_by("-pk").values_list("visitor", "source"))  # the earliest wins
    kept = _most_common(came_from.values())
    counts: dict[tuple[str, str, str], int] = {}
    for market, visitor, step in (
        VisitorStep.objects.filter(day=day).values_list("market", "visitor", "step").iterator()
    ):
        source = came_from.get(visitor, DIRECT)
        key = (market, source if source in kept else OTHER, step)
        counts[key] = counts.get(key, 0) + 1
    return counts


def _most_common(sources: Iterable[str]) -> set[str]:
    numbers: dict[str, int] = {DIRECT: 0}
    for source in sources:
        numbers[source] = numbers.get(source, 0) + 1
    return set(sorted(numbers, key=lambda source: (-numbers[source], source))[:MOST_SOURCES_A_DAY]) | {DIRECT}


def _salt(day: date) -> str:
    row, _ = DaySalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_hex(32)})
    return row.salt


def _digest(salt: str, address: str, browser: str) -> str:
    return hashlib.blake2b(f"{address}\0{browser}".encode(), key=salt.encode(), digest_size=8).hexdigest()
