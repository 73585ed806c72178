"""Recording: which file made and changed which order, written with the batch itself.

So an import that was interrupted goes on where it stopped, and one that is done can be taken back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from tradewind.core.rows import insert_each
from tradewind.core.staff import COMMAND
from tradewind.orders.import_models import FileEntry, OrderFile
from tradewind.orders.importing.building import OrderRecord
from tradewind.orders.importing.merging import contradicts
from tradewind.orders.importing.snapshots import Snapshot, digest_of_snapshot, snapshots_of
from tradewind.orders.models import Order

if TYPE_CHECKING:  # which is made of what stands here
    from tradewind.orders.importing.running import Summary

# What a file holds, and what stood before it, is kept for so long.
KEPT_FOR: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a batch is about to change: orders as they stand, and those whose state the file contradicts."""

    before: Mapping[int, Snapshot]
    contradicted: frozenset[int]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes down what one file does. Called within the transaction of each batch, which holds the account."""

    file_id: int

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
    """An import by command, in the same list as the files of the console. It counts as broken off until it has ended."""

    name: str
    at: datetime
    row: OrderFile | None = None

    def begin(self, account_id: int) -> Recorder:
        self.row = OrderFile.objects.create(
            key=token_hex(16),
            account_id=account_id,
            state=OrderFile.State.FAILED,
            name=self.name[:200],
            by=COMMAND,
            decided_by=COMMAND,
            created_at=self.at,
            kept_until=self.at + KEPT_FOR,
        )
        return Recorder(self.row.pk)

    def finish(self, told: dict[str, Any], *, source: str, at: datetime) -> None:
        if self.row is not None:
            changes = {"state": OrderFile.State.APPLIED, "outcome": told, "source": source, "finished_at": at}
            OrderFile.objects.filter(pk=self.row.pk).update(**changes)


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
