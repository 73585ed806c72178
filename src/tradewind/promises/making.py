"""Making promises from quotes, and what can become of them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.core.facts import SYSTEM, record, record_many
from tradewind.core.rows import update_each
from tradewind.promises.events import PromiseKept, PromiseMade, PromiseReleased, PromiseRenewed
from tradewind.promises.models import Promise
from tradewind.promises.quote import DeliveryQuote

# What two orders that are promised the same have in common.
_SAME: Final = (
    "kind",
    "buyer_id",
    "made_at",
    "window_start",
    "due_at",
    "first_day",
    "last_day",
    "zone",
    "share",
    "inputs",
    "digest",
)


def promise_delivery(
    quote: DeliveryQuote, *, buyer_id: int, order_id: int, at: datetime, by: str = SYSTEM
) -> list[Promise]:
    """Write the two promises of a quote, dispatch and delivery, for an order. One transaction with its cause."""
    with transaction.atomic():
        made = Promise.objects.bulk_create(
            _promise(kind, quote, buyer_id=buyer_id, order_id=order_id, at=at)
            for kind in (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY)
        )
        record_many((PromiseMade(promise.pk, order_id, buyer_id, promise.kind) for promise in made), by=by, at=at)
    return made


def renew_delivery(quote: DeliveryQuote, *, buyer_id: int, order_id: int, at: datetime) -> list[Promise]:
    """Replace the open promises of an order by those of a new quote. The old ones stay on record as renewed."""
    with transaction.atomic():
        for promise in _open(order_id):
            _settle(promise, Promise.State.RENEWED, at)
            record(PromiseRenewed(promise.pk, order_id, promise.kind), by=SYSTEM, at=at)
        return promise_delivery(quote, buyer_id=buyer_id, order_id=order_id, at=at)


def release(*, order_id: int, at: datetime, by: str = SYSTEM) -> int:
    """The promises of an order no longer apply. Returns how many were open."""
    with transaction.atomic():
        promises = list(_open(order_id))
        for promise in promises:
            _let_go(promise, at, by)
    return len(promises)


def share(*, order_id: int, with_order: int, at: datetime, by: str) -> list[Promise]:
    """Another order of the same buyer is promised what is open of this one, to the same day."""
    with transaction.atomic():
        made = Promise.objects.bulk_create(_again(promise, with_order) for promise in _open(order_id))
        record_many((PromiseMade(new.pk, with_order, new.buyer_id, new.kind) for new in made), by=by, at=at)
    return made


def unite(*, order_id: int, gone: int, at: datetime, by: str) -> None:
    """Of the open promises of two orders that become one, the earlier of each kind stands; `gone` has none any more."""
    with transaction.atomic():
        here = {promise.kind: promise for promise in _open(order_id)}
        for promise in _open(gone):
            own = here.get(promise.kind)
            _let_go(promise, at, by)
            if own is not None and own.due_at <= promise.due_at:
                continue
            if own is not None:
                _let_go(own, at, by)
            new = Promise.objects.bulk_create([_again(promise, order_id)])[0]
            record(PromiseMade(new.pk, order_id, new.buyer_id, new.kind), by=by, at=at)


def keep(kind: Promise.Kind, *, order_id: int, at: datetime, by: str = SYSTEM) -> Promise | None:
    """A fact has kept the promise of this kind, or has come too late for it. None when none was open."""
    return next(iter(keep_all(kind, order_ids=[order_id], at=at, by=by)), None)


def keep_all(kind: Promise.Kind, *, order_ids: Sequence[int], at: datetime, by: str = SYSTEM) -> list[Promise]:
    """The same for many orders, in a few statements. Returns those that were open."""
    with transaction.atomic():
        made = Promise.objects.filter(
            kind=kind, subject_kind="order", subject_id__in=order_ids, state=Promise.State.MADE
        )
        promises = list(made.order_by("pk"))
        for promise in promises:
            promise.state = Promise.State.KEPT if at < promise.due_at else Promise.State.BROKEN
            promise.settled_at = at
        update_each(Promise, ("state", "settled_at"), ((row.state, at, row.pk) for row in promises))
        facts = (PromiseKept(row.pk, row.subject_id, row.kind, row.state == Promise.State.KEPT) for row in promises)
        record_many(facts, by=by, at=at)
    return promises


def _promise(kind: Promise.Kind, quote: DeliveryQuote, *, buyer_id: int, order_id: int, at: datetime) -> Promise:
    is_dispatch = kind is Promise.Kind.DISPATCH
    first = quote.leaves_on if is_dispatch else quote.arrives_first
    last = quote.leaves_on if is_dispatch else quote.arrives_last
    zone = quote.leaves_zone if is_dispatch else quote.arrives_zone
    return Promise(
        kind=kind,
        buyer_id=buyer_id,
        subject_kind="order",
        subject_id=order_id,
        made_at=at,
        window_start=None if is_dispatch else _start_of(first, zone),
        due_at=_start_of(last + timedelta(days=1), zone),
        first_day=first,
        last_day=last,
        zone=zone,
        inputs={**quote.inputs, "holds_until": quote.holds_until.isoformat()},
        digest=quote.digest,
    )


def _start_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _open(order_id: int) -> list[Promise]:
    found = Promise.objects.filter(subject_kind="order", subject_id=order_id, state=Promise.State.MADE)
    return list(found.order_by("pk"))


def _again(promise: Promise, order_id: int) -> Promise:
    """The same for another order, open."""
    same = {name: getattr(promise, name) for name in _SAME}
    return Promise(state=Promise.State.MADE, subject_kind="order", subject_id=order_id, **same)


def _let_go(promise: Promise, at: datetime, by: str) -> None:
    _settle(promise, Promise.State.RELEASED, at)
    record(PromiseReleased(promise.pk, promise.subject_id, promise.kind), by=by, at=at)


def _settle(promise: Promise, state: Promise.State, at: datetime) -> None:
    promise.state, promise.settled_at = state, at
    promise.save(update_fields=["state", "settled_at"])
