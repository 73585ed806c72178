"""Deliveries: calls to the outside, each known by its key before it is made.

Planned inside the transaction of the cause; called with no transaction open; the result committed together with what
follows from it. A crash in between leaves the row running with a lost lease: it is then uncertain. A courier that can
ask the other side asks; one that cannot calls again with the same key, and the row keeps saying so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog
from django.db import connection, transaction

from tradewind.core import work
from tradewind.core.models import Delivery, WorkItem

log = structlog.get_logger(__name__)
BATCH: Final = 5
LEASE: Final = timedelta(minutes=3)


class Courier(Protocol):
    """Makes the calls of one kind. Registered once, by wiring or by the module that owns the kind."""

    kind: str

    def call(self, delivery: Delivery) -> dict[str, Any]:
        """Make the call with no transaction open and return what is worth keeping. Raises TryAgain, Refused,
        NeedsAttention, OutcomeUnknown.
        """

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:
        """What became of an uncertain call: its result, or None when it did not happen or cannot be asked."""

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        """Write what follows from the result, in the transaction that marks the delivery as done."""

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """Write what follows from a failure that will not be tried again by itself."""


_couriers: dict[str, Courier] = {}


def register(courier: Courier) -> None:
    _couriers[courier.kind] = courier


class OutcomeUnknown(work.TryAgain):
    """The connection broke after the call was made and before its answer: it is repeated under the same key, and the
    row says from then on that it may have happened twice.
    """


class NoSuchCourier(Exception):
    """The row names a kind of call that this installation does not make."""


class TransactionOpen(Exception):
    """A call to the outside inside a transaction would hold locks for as long as a stranger likes."""


def refuse_inside_transaction() -> None:
    """Raise TransactionOpen when one is open. A test case's own outer transaction does not count."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise TransactionOpen


def plan(
    kind: str, key: str, payload: dict[str, Any], *, at: datetime, subject: tuple[str, int] | None = None
) -> Delivery:
    """Commit to a call. The same key again gives the row that is already there."""
    kind_of_subject, subject_id = subject or ("", None)
    row, _ = Delivery.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": payload,
            "due_at": at,
            "created_at": at,
            "subject_kind": kind_of_subject,
            "subject_id": subject_id,
        },
    )
    return row


def run_deliveries(*, now: Callable[[], datetime]) -> int:
    """Make a batch of due calls. Returns how many were attempted."""
    rows = work.claim(Delivery, now=now(), limit=BATCH, lease=LEASE)
    for row in rows:
        attempt(row, now=now)
    return len(rows)


def run_now(delivery: Delivery, *, now: Callable[[], datetime]) -> Delivery:
    """Make this call at once, for somebody who waits. If a worker was faster, its result is what we return."""
    with transaction.atomic():
        mine = Delivery.objects.filter(pk=delivery.pk, state=WorkItem.State.WAITING, tries=0)
        word = f"now-{delivery.pk}"[:16]
        taken = mine.update(state=WorkItem.State.RUNNING, lease=word, due_at=now() + LEASE, tries=1)
    if taken:
        delivery.lease, delivery.tries, delivery.state = word, 1, WorkItem.State.WAITING
        attempt(delivery, now=now)
    return Delivery.objects.get(pk=delivery.pk)


def attempt(row: Delivery, *, now: Callable[[], datetime]) -> None:
    """Call, or first ask where an earlier call was cut off, and commit the outcome."""
    was_cut_off = row.state == WorkItem.State.RUNNING
    result = row.result
    try:
        courier = _couriers.get(row.kind)
        if courier is None:
            raise NoSuchCourier(row.kind)
        if result is None:
            result = _make_call(courier, row, was_cut_off=was_cut_off)
        with transaction.atomic():
            courier.settle(row, result, now())
            work.finish(row, now=now(), result=result)
    except work.LeaseLost:
        log.info("delivery was taken over", delivery=row.pk)
    except Exception as problem:  # noqa: BLE001  # the loop outlives any courier
        _note_failure(row, problem, now(), result)


def _make_call(courier: Courier, row: Delivery, *, was_cut_off: bool) -> dict[str, Any]:
    if was_cut_off:
        _mark_uncertain(row)
    refuse_inside_transaction()
    return (courier.ask(row) if was_cut_off else None) or courier.call(row)


def _mark_uncertain(row: Delivery) -> None:
    with transaction.atomic():
        if not Delivery.objects.filter(pk=row.pk, lease=row.lease).update(uncertain=True):
            raise work.LeaseLost
    row.uncertain = True


def _note_failure(row: Delivery, problem: BaseException, now: datetime, result: dict[str, Any] | None) -> None:
    log.warning("delivery failed", kind=row.kind, delivery=row.pk, tries=row.tries, problem=str(problem))
    try:
        with transaction.atomic():
            if isinstance(problem, OutcomeUnknown):
                _mark_uncertain(row)
            if result is not None:
                # The call was made and only writing down what follows went wrong: that alone is repeated.
                Delivery.objects.filter(pk=row.pk, lease=row.lease).update(result=result)
            work.fail(row, problem, now=now)
            row.refresh_from_db(fields=["state"])
            courier = _couriers.get(row.kind)
            if row.state == WorkItem.State.STUCK and courier is not None:
                courier.give_up(row, problem, now)
    except work.LeaseLost:
        log.info("delivery was taken over", delivery=row.pk)
