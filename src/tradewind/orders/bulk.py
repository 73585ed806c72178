"""Deciding on one act for many orders: chosen, looked at, begun or left, undone. The worker does the rest (`bulk_work.py`).

What was shown is what is done: a run keeps the orders that were chosen, and each is judged again under its lock.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tradewind.core import deliveries
from tradewind.core.keeping import FILES
from tradewind.core.models import Delivery
from tradewind.core.reach import Reach
from tradewind.core.rows import insert_each
from tradewind.core.schedule import every
from tradewind.core.trail import write_audit
from tradewind.lib.batches import in_batches
from tradewind.orders.bulk_acts import act_of
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.models import BulkItem, BulkRun, Order
from tradewind.orders.queries import ids_matching
from tradewind.orders.tagging import tag_named

KIND: Final = "orders.bulk"
MOST: Final = 10_000
_DRAFTS_KEPT_FOR: Final = timedelta(days=1)
_READ_AT_ONCE: Final = 2_000
Act: Final = BulkRun.Act
State: Final = BulkRun.State
OPPOSITE: Final = {Act.TAG: Act.UNTAG, Act.UNTAG: Act.TAG, Act.HOLD: Act.RELEASE, Act.RELEASE: Act.HOLD}


class NothingChosen(Exception):
    """No order was ticked, or none is found any more."""


class TooMany(Exception):
    """More than MOST orders."""


class NotAsSeen(Exception):
    """The run no longer waits for this decision: begun, left or undone by a second click or by somebody else."""


@dataclass(frozen=True, slots=True)
class Split:
    """Who can and who cannot, as things stand. `cannot` holds (order, why), in the order in which they were chosen."""

    can: Sequence[int]
    cannot: Sequence[tuple[int, str]]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """(code, number), the most frequent first."""
        return Counter(why for _, why in self.cannot).most_common()


def choose(*, act: BulkRun.Act, order_ids: Sequence[int], reach: Reach, by: str, at: datetime) -> BulkRun:
    """Keep which of these orders an act is meant for; those out of reach are left out. Raises NothingChosen, TooMany."""
    if len(order_ids) > MOST:
        raise TooMany(len(order_ids))
    known = set(reach.of(Order.objects.filter(pk__in=order_ids)).values_list("pk", flat=True))
    return _choose(act, [pk for pk in dict.fromkeys(order_ids) if pk in known], by, at)


def choose_found(*, act: BulkRun.Act, filters: OrderFilters, reach: Reach, by: str, at: datetime) -> BulkRun:
    """Keep all orders that the filters find now. Raises NothingChosen, TooMany."""
    found = ids_matching(filters, reach, limit=MOST + 1)
    if len(found) > MOST:
        raise TooMany(len(found))
    return _choose(act, found, by, at)


def choose_tag(*, run_id: int, name: str, at: datetime) -> None:
    """Say which tag a run that is looked at gives or takes. Raises NotAsSeen."""
    with transaction.atomic():
        if not _shown(run_id).filter(act__in=(Act.TAG, Act.UNTAG)).update(tag=tag_named(name, at=at)):
            raise NotAsSeen(run_id)


def split(run: BulkRun) -> Split:
    """Nothing is written."""
    ids = list(run.items.order_by("pk").values_list("order_id", flat=True))
    why: dict[int, str] = {}
    for some in in_batches(ids, _READ_AT_ONCE):
        why |= act_of(run.act).why_not(run, list(Order.objects.filter(pk__in=some)))
    return Split([pk for pk in ids if pk not in why], [(pk, why[pk]) for pk in ids if pk in why])


def begin(*, run_id: int, by: str, at: datetime, reason: str = "", words: str = "") -> None:
    """Have it done. A hold names its reason. Raises NotAsSeen."""
    with transaction.atomic():
        if not _shown(run_id).update(state=State.RUNNING, reason=reason, words=words):
            raise NotAsSeen(run_id)
        _start(BulkRun.objects.select_related("tag").get(pk=run_id), by, at)


def leave(*, run_id: int, at: datetime) -> None:
    """Decide against it. Raises NotAsSeen."""
    with transaction.atomic():
        if not _shown(run_id).update(state=State.LEFT, finished_at=at):
            raise NotAsSeen(run_id)


def undo(*, run_id: int, by: str, at: datetime) -> BulkRun:
    """Put back as they were the orders of a run that is done, as far as nobody else has changed them since. Raises NotAsSeen."""
    try:
        with transaction.atomic():
            undone = BulkRun.objects.get(pk=run_id, state=State.DONE, act__in=OPPOSITE, undoes=None)
            ids = undone.items.filter(state=BulkItem.State.DONE).order_by("pk").values_list("order_id", flat=True)
            run = _keep(
                BulkRun(act=OPPOSITE[Act(undone.act)], tag=undone.tag, by=by, made_at=at, undoes=undone), list(ids)
            )
            BulkRun.objects.filter(pk=run.pk).update(state=State.RUNNING)
            _start(run, by, at)
            return run
    except (BulkRun.DoesNotExist, IntegrityError, NothingChosen) as problem:
        raise NotAsSeen(run_id) from problem


def plan_batch(run: BulkRun, at: datetime) -> None:
    """Order the next batch, in the caller's transaction."""
    deliveries.plan(KIND, f"{KIND}:{run.pk}:{run.step}", {"run": run.pk}, at=at, subject=("bulk", run.pk))


def is_stuck(run: BulkRun) -> bool:
    """Has the worker given up, so that a person has to look at the page of work?"""
    return Delivery.objects.filter(subject_kind="bulk", subject_id=run.pk, state=Delivery.State.STUCK).exists()


@every(timedelta(hours=6), name="orders.forget_bulk_runs")
def forget_bulk_runs(now: datetime) -> int:
    """Also those that nobody ever decided on. Returns how many went."""
    with transaction.atomic():
        old = BulkRun.objects.filter(finished_at__lt=now - FILES())
        drafts = BulkRun.objects.filter(state=State.SHOWN, made_at__lt=now - _DRAFTS_KEPT_FOR)
        gone = list(old.values_list("pk", flat=True)) + list(drafts.values_list("pk", flat=True))
        BulkRun.objects.filter(pk__in=gone).delete()
    return len(gone)


def _shown(run_id: int) -> QuerySet[BulkRun]:
    return BulkRun.objects.filter(pk=run_id, state=State.SHOWN)


def _choose(act: BulkRun.Act, ids: Sequence[int], by: str, at: datetime) -> BulkRun:
    with transaction.atomic():
        return _keep(BulkRun(act=act, by=by, made_at=at), ids)


def _keep(run: BulkRun, ids: Sequence[int]) -> BulkRun:
    if not ids:
        raise NothingChosen
    run.total = len(ids)
    run.save()
    rows = ((run.pk, order_id, BulkItem.State.WAITING, "") for order_id in ids)
    insert_each(BulkItem, ("run", "order", "state", "why"), rows)
    return run


def _start(run: BulkRun, by: str, at: datetime) -> None:
    told = {"act": run.act, "orders": run.total, "tag": run.tag.name if run.tag else None, "reason": run.reason or None}
    after = {name: value for name, value in told.items() if value is not None}
    write_audit("orders.bulk_begun", subject=("bulk", run.pk), by=by, at=at, after=after)
    plan_batch(run, at)
