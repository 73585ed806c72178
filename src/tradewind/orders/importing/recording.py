"""Recording: which file made and changed which order, written with the batch itself.

So an import that was interrupted goes on where it stopped, and one that is done can be taken back.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import QuerySet

from tradewind.core.keeping import FILES
from tradewind.core.rows import insert_each
from tradewind.core.schedule import every
from tradewind.core.staff import COMMAND
from tradewind.lib.clock import utc_now
from tradewind.orders.import_models import FileEntry, OrderFile
from tradewind.orders.importing.building import OrderRecord
from tradewind.orders.importing.merging import contradicts
from tradewind.orders.importing.snapshots import Snapshot, digest_of_snapshot, snapshots_of
from tradewind.orders.models import Order

if TYPE_CHECKING:  # which is made of what stands here
    from tradewind.orders.importing.running import Summary

# What a file holds, and what stood before it, is kept for so long.
# A batch takes seconds: a command that has stored none for so long was killed. A worker's files come back by their lease.
QUIET_FOR: Final = timedelta(minutes=15)
State = OrderFile.State


class BrokenOff(Exception):
    """The import was quiet for so long that it was taken for broken off. Orders may have been taken back since."""

    def __init__(self) -> None:
        super().__init__("The import was taken for broken off. What was stored is there; import the file once more.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a batch is about to change: orders as they stand, and those whose state the file contradicts."""

    before: Mapping[int, Snapshot]
    contradicted: frozenset[int]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes down what one file does. Called within the transaction of each batch, which holds the account, but for
    `go_on`, which comes before it: whoever erases an order holds rows of files and waits for orders.
    """

    file_id: int
    clock: Callable[[], datetime] = utc_now

    def go_on(self) -> None:
        """Say that it is at it. Raises BrokenOff where that was given up: nothing is stored beside what is taken back."""
        with transaction.atomic():
            at_it = OrderFile.objects.filter(pk=self.file_id, state=State.APPLYING).update(stored_at=self.clock())
        if not at_it:
            raise BrokenOff

    def not_done(self, records: Sequence[OrderRecord], known: Mapping[str, Order]) -> list[OrderRecord]:
        """Without those that this very file has brought in already, before it was interrupted."""
        ids = [order.pk for order in known.values()]
        done = set(FileEntry.objects.filter(file_id=self.file_id, order__in=ids).values_list("order_id", flat=True))
        return [r for r in records if r.number not in known or known[r.number].pk not in done]

    def standing(self, changed: Sequence[OrderRecord], known: Mapping[str, Order]) -> Standing:
        pairs = [(known[record.number], record) for record in changed]
        contradicted = frozenset(order.pk for order, record in pairs if contradicts(order, record))
        return Standing(snapshots_of([order.pk for order, _ in pairs]), contradicted)

    def note(self, made: Collection[int], changed: Standing) -> None:
        after = snapshots_of([*made, *changed.before])
        rows = [
            (
                self.file_id,
                order_id,
                order_id not in changed.before,
                order_id in changed.contradicted,
                changed.before.get(order_id),
                digest_of_snapshot(snapshot),
            )
            for order_id, snapshot in sorted(after.items())
        ]
        insert_each(FileEntry, ("file", "order", "is_new", "is_contradicted", "before", "left"), rows)


@dataclass(slots=True)
class CommandRecord:
    """An import by command, in the same list as the files of the console. Nothing is taken back while it runs."""

    name: str
    at: datetime
    clock: Callable[[], datetime] = utc_now
    row: OrderFile | None = None

    def begin(self, account_id: int) -> Recorder:
        self.row = OrderFile.objects.create(
            key=token_hex(16),
            account_id=account_id,
            state=State.APPLYING,
            name=self.name[:200],
            by=COMMAND,
            decided_by=COMMAND,
            created_at=self.at,
            stored_at=self.clock(),
            kept_until=self.at + FILES(),
        )
        return Recorder(self.row.pk, self.clock)

    def finish(self, told: dict[str, Any], *, source: str, at: datetime) -> None:
        """Raises BrokenOff where it was taken for that."""
        if not self._end(State.APPLIED, outcome=told, source=source, finished_at=at):
            raise BrokenOff

    def break_off(self, *, at: datetime) -> None:
        """It ended in whatever way. Once it is finished, that stands."""
        self._end(State.FAILED, finished_at=at)

    def _end(self, state: State, **changes: object) -> bool:
        """False where it was ended already, by somebody else. One that never began has nothing to end."""
        return self.row is None or _running().filter(pk=self.row.pk).update(state=state, **changes) > 0


@every(timedelta(minutes=5), name="orders.break_off_files")
def break_off_quiet(now: datetime) -> int:
    """Commands that were killed. What they stored can be taken back. Returns how many."""
    quiet = _running().filter(stored_at__lt=now - QUIET_FOR)
    return quiet.update(state=State.FAILED, finished_at=now)


def _running() -> QuerySet[OrderFile]:
    return OrderFile.objects.filter(by=COMMAND, state=State.APPLYING)


def told_of(summary: "Summary") -> dict[str, Any]:
    """What came of an import, as its row keeps it."""
    return {
        **asdict(summary.outcome),
        "orders": summary.orders,
        "read": summary.read,
        "rejected": summary.rejected,
        "report": summary.report,
        "sums": [[money.amount, money.currency] for money in summary.sums],
        "unpriced": summary.unpriced,
        "unknown_statuses": summary.unknown_statuses,
    }
