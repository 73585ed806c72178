"""Deliveries: calls to the outside, each known by its key before it is made.

Planned inside the transaction of the cause; called with no transaction open; the result committed together with what
follows from it. A call that may have been made without our learning how it ended (a crash in between, an answer that
never came, an error that nobody expected) is uncertain: before it is repeated, a courier that can ask the other side
asks; one that cannot calls again with the same key, and the row keeps saying so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex
from time import monotonic
from typing import Any, Final, Protocol, runtime_checkable

import structlog
from django.db import connection, transaction

from tradewind.core import work
from tradewind.core.beating import show_life
from tradewind.core.models import Delivery, WorkItem
from tradewind.core.models.staff import Staff
from tradewind.core.setting_rows import read_once

log = structlog.get_logger(__name__)
BATCH: Final = 20
# Other work waits while we wait for strangers: after this many seconds it has its turn.
LONGEST_TURN: Final = 5.0
# Longer than any call takes: who takes a row over must be able to believe that its call has ended.
LEASE: Final = timedelta(minutes=3)
# A call that takes minutes says so; see `still_at_it`.
RENEWED_AFTER: Final = timedelta(seconds=30)


class Courier(Protocol):
    """Makes the calls of one kind. Registered once, by wiring or by the module that owns the kind."""

    kind: str

    def call(self, delivery: Delivery) -> dict[str, Any]:
        """Make the call with no transaction open and return what is worth keeping. Raises TryAgain, Refused,
        NeedsAttention, OutcomeUnknown.
        """

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:
        """What became of an uncertain call: its result, or None when it did not happen or cannot be asked. Called with
        no transaction open, like `call`.
        """

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        """Write what follows from the result, in the transaction that marks the delivery as done."""

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """Write what follows from a call that failed and will not be tried again by itself.

        Not asked for when the call went well and only `settle` fails: what happened outside has then happened. Where staff drop
        such a row, it is asked after all, with Dropped.
        """


@runtime_checkable
class Dropping(Courier, Protocol):
    """A courier of calls after which something would wait for ever when staff drop a stuck one: `give_up` left it open, because
    somebody might have had it tried again. Of a dropped one nobody can.
    """

    def drop(self, delivery: Delivery, problem: "Dropped", now: datetime) -> None:
        """Write what follows, in the transaction that drops it. Raises HappenedOutside where it must not be dropped."""


_couriers: dict[str, Courier] = {}


def register(courier: Courier) -> None:
    _couriers[courier.kind] = courier


class OutcomeUnknown(work.TryAgain):
    """The connection broke after the call was made and before its answer: it is repeated under the same key, and the
    row says from then on that it may have happened twice.
    """


class Dropped(Exception):
    """Staff have given the call up; the message is their reason."""


class HappenedOutside(Exception):
    """It has been done outside, and only has to be written down: dropped, nobody would know of it."""


class NoSuchCourier(Exception):
    """The row names a kind of call that this installation does not make."""


class TransactionOpen(Exception):
    """A call to the outside inside a transaction would hold locks for as long as a stranger likes."""


def refuse_inside_transaction() -> None:
    """Raise TransactionOpen when one is open. A test case's own outer transaction does not count."""
    if _is_in_transaction():
        raise TransactionOpen


def still_at_it(row: Delivery, *, now: datetime) -> None:
    """For couriers whose call takes minutes, as often as they like: the worker counts as alive, and the lease ends after the
    call. Nothing inside a transaction, whose rows nobody would see. Raises LeaseLost where another worker has the row.
    """
    if _is_in_transaction():
        return
    show_life()
    if row.due_at - now > LEASE - RENEWED_AFTER:
        return
    with transaction.atomic():
        held = Delivery.objects.filter(pk=row.pk, lease=row.lease, state=WorkItem.State.RUNNING)
        if not held.update(due_at=now + LEASE):
            raise work.LeaseLost
    row.due_at = now + LEASE


def taken_at(row: Delivery) -> datetime:
    """When the row at hand was taken, for couriers that ask what time it is: before any `still_at_it`."""
    return row.due_at - LEASE


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
    """Make some of the due calls. Returns how many were attempted. Raises TransactionOpen."""
    refuse_inside_transaction()
    begun = monotonic()
    made = 0

    def goes_on() -> bool:
        return made < BATCH and monotonic() - begun < LONGEST_TURN

    row = _claim(now)
    while row is not None:
        made += 1
        row = attempt(row, now=now, goes_on=goes_on)
    return made


def run_now(delivery: Delivery, *, now: Callable[[], datetime]) -> Delivery:
    """Make this call at once, for somebody who waits, unless somebody is or was at it already.

    Returns the row as it is then: still open where a worker was faster and is not done yet. Raises TransactionOpen.
    """
    refuse_inside_transaction()
    word = token_hex(8)
    with transaction.atomic():
        untouched = Delivery.objects.filter(WorkItem.IS_OPEN, pk=delivery.pk, state=WorkItem.State.WAITING, tries=0)
        is_mine = untouched.update(state=WorkItem.State.RUNNING, lease=word, due_at=now() + LEASE, tries=1)
    row = Delivery.objects.get(pk=delivery.pk)
    if not is_mine:
        return row
    row.state = WorkItem.State.WAITING
    attempt(row, now=now)
    return Delivery.objects.get(pk=delivery.pk)


def drop(pk: int, *, reason: str, by: Staff, at: datetime) -> bool:
    """Give a stuck call up for good, with all that follows for what waits for it. False when it is no longer stuck. Raises
    HappenedOutside.
    """
    with transaction.atomic():
        if not work.drop(Delivery, pk, reason=reason, by=by, at=at):
            return False
        row, problem = Delivery.objects.get(pk=pk), Dropped(reason)
        courier = _couriers.get(row.kind)
        if isinstance(courier, Dropping):
            courier.drop(row, problem, at)
        elif courier is not None and row.result is not None:
            courier.give_up(row, problem, at)
    return True


def attempt(
    row: Delivery, *, now: Callable[[], datetime], goes_on: Callable[[], bool] = lambda: False
) -> Delivery | None:
    """Call, or first ask where an earlier call may have happened, and commit the outcome; where it goes on, together with taking the
    next row, which comes back: one commit for each call. One row at a time: the lease of a row that waits behind slow calls could end
    before its own call begins, and after a crash nobody would know whether it had begun.
    """
    result = row.result
    row.uncertain = row.uncertain or (result is None and work.was_cut_off(row))
    try:
        work.refuse_killers(row)
        courier = _couriers.get(row.kind)
        if courier is None:
            raise NoSuchCourier(row.kind)
        if result is None:
            with read_once():
                result = _make_call(courier, row)
        with transaction.atomic():
            courier.settle(row, result, now())
            work.finish(row, now=now(), result=result)
            return _only(work.take(Delivery, now=now(), limit=1, lease=LEASE)) if goes_on() else None
    except work.LeaseLost:
        log.info("delivery was taken over", delivery=row.pk)
    except Exception as problem:  # noqa: BLE001  # the loop outlives any courier
        _note_failure(row, problem, now(), result)
    return _claim(now) if goes_on() else None


def _claim(now: Callable[[], datetime]) -> Delivery | None:
    return _only(work.claim(Delivery, now=now(), limit=1, lease=LEASE))


def _only(rows: list[Delivery]) -> Delivery | None:
    return rows[0] if rows else None


def _is_in_transaction() -> bool:
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _make_call(courier: Courier, row: Delivery) -> dict[str, Any]:
    refuse_inside_transaction()
    if row.uncertain:
        _mark_uncertain(row)
        told = courier.ask(row)
        if told is not None:
            return told
    try:
        return courier.call(row)
    except OutcomeUnknown:
        row.uncertain = True
        raise
    except (work.TryAgain, work.Refused, work.NeedsAttention, TransactionOpen):
        raise
    except Exception:
        # Nobody expected this, so nobody knows whether it came before or after the call.
        row.uncertain = True
        raise


def _mark_uncertain(row: Delivery) -> None:
    with transaction.atomic():
        if not Delivery.objects.filter(pk=row.pk, lease=row.lease).update(uncertain=True):
            raise work.LeaseLost


def _note_failure(row: Delivery, problem: BaseException, now: datetime, result: dict[str, Any] | None) -> None:
    is_trouble = not isinstance(problem, work.PutOff)
    level = log.warning if is_trouble else log.debug
    level("delivery failed", kind=row.kind, delivery=row.pk, tries=row.tries, problem=str(problem))
    try:
        with transaction.atomic():
            held = Delivery.objects.filter(pk=row.pk, lease=row.lease)
            # With a result, the call was made and only writing down what follows went wrong: that alone is repeated.
            held.update(uncertain=row.uncertain, result=result)
            work.fail(row, problem, now=now)
            row.refresh_from_db(fields=["state"])
            if row.state == WorkItem.State.STUCK and result is None:
                _give_up(row, problem, now)
    except work.LeaseLost:
        log.info("delivery was taken over", delivery=row.pk)


def _give_up(row: Delivery, problem: BaseException, now: datetime) -> None:
    courier = _couriers.get(row.kind)
    if courier is None:
        return
    try:
        with transaction.atomic():
            courier.give_up(row, problem, now)
    except Exception as second:  # noqa: BLE001  # the row stands as stuck in any case, and says both
        log.warning("giving up failed", kind=row.kind, delivery=row.pk, problem=str(second))
        both = f"{work.describe(problem)}; giving up: {work.describe(second)}"
        Delivery.objects.filter(pk=row.pk).update(error=both)
