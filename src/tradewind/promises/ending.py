"""How promises end: kept, in time or late; released; or replaced. Whatever has ended stays as it is."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.facts import SYSTEM, record_many
from tradewind.core.rows import update_each
from tradewind.promises.events import PromiseBroken, PromiseKept, PromiseNotKnown, PromiseReleased, PromiseRenewed
from tradewind.promises.models import Promise
from tradewind.promises.risking import end_risks

# Its time has passed, and it may still be owed.
PASSED: Final = frozenset({Promise.State.BROKEN, Promise.State.UNKNOWN})


def keep(
    kind: Promise.Kind, *, order_id: int, at: datetime, by: str = SYSTEM, subject_kind: str = "order"
) -> Promise | None:
    """A fact has kept the promise of this kind, or has come too late for it. None when nothing was owed."""
    kept = keep_all(kind, order_ids=[order_id], at=at, by=by, subject_kind=subject_kind)
    return kept[-1] if kept else None


def keep_all(
    kind: Promise.Kind, *, order_ids: Sequence[int], at: datetime, by: str = SYSTEM, subject_kind: str = "order"
) -> list[Promise]:
    """The same for many subjects, orders or others, in a few statements. Returns those that were owed.

    One that broke before stays broken, and then says when it was fulfilled after all; but where it is heard only now that it
    happened in time, it was kept.
    """
    with transaction.atomic():
        promises = [each for each in owed_of(order_ids, subject_kind=subject_kind) if each.kind == kind]
        for promise in promises:
            if at < promise.due_at:
                promise.state, promise.settled_at = Promise.State.KEPT, at
            elif promise.state != Promise.State.BROKEN:
                promise.state, promise.settled_at = Promise.State.BROKEN, at
            promise.fulfilled_at, promise.is_owed = at, False
        names = ("state", "settled_at", "fulfilled_at", "is_owed")
        end_risks(promises, at=at)
        update_each(Promise, names, ((row.state, row.settled_at, at, False, row.pk) for row in promises))
        if any(promise.replaces_id for promise in promises):
            _fulfil_replaced(kind, subject_kind, [promise.subject_id for promise in promises], at)
        facts = (PromiseKept(row.pk, row.order_id, row.kind, row.state == Promise.State.KEPT) for row in promises)
        record_many(facts, by=by, at=at)
    return promises


def release(*, order_id: int, at: datetime, by: str = SYSTEM, subject_kind: str = "order") -> int:
    """The promises about an order, or another subject, no longer apply. Returns how many were open."""
    with transaction.atomic():
        return let_go(owed_of([order_id], subject_kind=subject_kind), at=at, by=by)


def let_go(promises: Sequence[Promise], *, at: datetime, by: str) -> int:
    """In the caller's transaction, of rows that are locked. One whose time has passed stays as it is, and nobody waits for it any more."""
    ended = [promise for promise in promises if promise.state == Promise.State.MADE]
    _end(ended, Promise.State.RELEASED, at)
    _owe_no_more(promise.pk for promise in promises if promise.state in PASSED)
    record_many((PromiseReleased(each.pk, each.order_id, each.kind) for each in ended), by=by, at=at)
    return len(ended)


def lose_sight(kind: Promise.Kind, *, order_id: int, due_by: datetime, at: datetime, by: str) -> None:
    """In the caller's transaction: it has happened, and nobody can say whether in time. Those that were due by then are owed no more,
    also where they were taken for broken.
    """
    unseen = [each for each in owed_of([order_id]) if each.kind == kind and each.due_at <= due_by]
    _end(unseen, Promise.State.UNKNOWN, at)
    record_many((PromiseNotKnown(each.pk, each.order_id, each.kind) for each in unseen), by=by, at=at)


def break_unseen(kind: Promise.Kind, *, order_id: int, at: datetime) -> None:
    """In the caller's transaction: of what was not known it is seen now that it had not happened in time. It is broken after all."""
    rows = [each for each in owed_of([order_id]) if each.kind == kind and each.state == Promise.State.UNKNOWN]
    Promise.objects.filter(pk__in=[each.pk for each in rows]).update(state=Promise.State.BROKEN, settled_at=at)
    record_many((PromiseBroken(each.pk, each.order_id, each.buyer_id, each.kind) for each in rows), by=SYSTEM, at=at)


def settle_again(kind: Promise.Kind, *, order_id: int, at: datetime) -> None:
    """In the caller's transaction: what had been said to have happened did so at another time, and is judged by that."""
    rows = Promise.objects.select_for_update().filter(kind=kind, subject_kind="order", subject_id=order_id)
    # With those that were replaced: they were fulfilled by the same.
    promises = [each for each in rows.filter(fulfilled_at__isnull=False).order_by("pk") if each.fulfilled_at != at]
    for promise in promises:
        promise.state = Promise.State.KEPT if at < promise.due_at else Promise.State.BROKEN
    update_each(Promise, ("state", "fulfilled_at"), ((each.state, at, each.pk) for each in promises))
    settled = (
        PromiseKept(each.pk, each.order_id, each.kind, each.state == Promise.State.KEPT) for each in promises[-1:]
    )
    record_many(settled, by=SYSTEM, at=at)


def settle_replaced(promises: Sequence[Promise], *, at: datetime, by: str) -> None:
    """In the caller's transaction, of rows that are locked: told anew in time is renewed; after it, the old one is broken."""
    in_time = [each for each in promises if each.state == Promise.State.MADE and at < each.due_at]
    late = [each for each in promises if each.state == Promise.State.MADE and at >= each.due_at]
    before = [each.pk for each in promises if each.state in PASSED]
    _end(in_time, Promise.State.RENEWED, at)
    _end(late, Promise.State.BROKEN, at)
    _owe_no_more(before)
    record_many((PromiseRenewed(each.pk, each.order_id, each.kind) for each in in_time), by=by, at=at)
    broken = (PromiseBroken(each.pk, each.order_id, each.buyer_id, each.kind) for each in late)
    record_many(broken, by=by, at=at)


def owed_of(subject_ids: Sequence[int], *, subject_kind: str = "order") -> list[Promise]:
    """What is owed about these subjects, locked, so that of two who end it the second finds it ended. In a transaction."""
    rows = Promise.objects.select_for_update().filter(subject_kind=subject_kind, subject_id__in=subject_ids)
    return list(rows.filter(is_owed=True).order_by("pk"))


def _fulfil_replaced(kind: Promise.Kind, subject_kind: str, subject_ids: Sequence[int], at: datetime) -> None:
    """Those that had been broken before the buyer was told a new time: now it is known how late it came, or that it
    came in time.
    """
    of_kind = Promise.objects.filter(kind=kind, subject_kind=subject_kind, subject_id__in=subject_ids)
    passed = of_kind.filter(state__in=PASSED, fulfilled_at=None)
    passed.filter(due_at__gt=at).update(state=Promise.State.KEPT, fulfilled_at=at)
    passed.filter(due_at__lte=at).update(state=Promise.State.BROKEN, fulfilled_at=at)


def _end(promises: Sequence[Promise], state: Promise.State, at: datetime) -> None:
    if not promises:
        return
    end_risks(promises, at=at)
    Promise.objects.filter(pk__in=[each.pk for each in promises]).update(state=state, settled_at=at, is_owed=False)
    for promise in promises:
        promise.state, promise.settled_at, promise.is_owed = state, at, False


def _owe_no_more(keys: Iterable[int]) -> None:
    if found := list(keys):
        Promise.objects.filter(pk__in=found).update(is_owed=False)
