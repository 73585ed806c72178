"""Making promises, of any kind and from quotes. Each subject has at most one open promise of a kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.core.facts import SYSTEM, record, record_many
from tradewind.promises.ending import keep, keep_all, let_go, owed_of, release, settle_replaced
from tradewind.promises.events import PromiseBroken, PromiseMade
from tradewind.promises.models import Promise
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.risking import pass_on, risks_of

__all__ = ["Told", "keep", "keep_all", "make", "promise_delivery", "release", "renew_delivery", "share", "unite"]

# What two orders that are promised the same have in common.
_SAME: Final = (
    "kind",
    "state",
    "settled_at",
    "buyer_id",
    "account_id",
    "made_at",
    "window_start",
    "due_at",
    "first_day",
    "last_day",
    "zone",
    "share",
    "inputs",
    "digest",
    "told",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is promised. `since` opens a window; `until` is the first moment at which it is broken, meant in `zone`.

    `inputs` say why this date, and where the subject is something of an order, its "order_id".
    """

    until: datetime
    zone: str
    since: datetime | None = None
    buyer_id: int | None = None
    account_id: int | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""
    share: float | None = None


def make(kind: Promise.Kind, told: Told, *, subject: tuple[str, int], at: datetime, by: str = SYSTEM) -> Promise:
    """Promise it, or return what is promised already: an open one of this kind about this subject stands."""
    with transaction.atomic():
        promise, is_new = Promise.objects.get_or_create(
            kind=kind,
            subject_kind=subject[0],
            subject_id=subject[1],
            state=Promise.State.MADE,
            defaults=_columns(told, at),
        )
        if is_new:
            record(PromiseMade(promise.pk, promise.order_id, promise.buyer_id, promise.kind), by=by, at=at)
    return promise


def make_all(
    kind: Promise.Kind, told: Mapping[int, Told], *, subject_kind: str, at: datetime, by: str = SYSTEM
) -> list[Promise]:
    """The same for many subjects by id, in a few statements. Returns what was made."""
    with transaction.atomic():
        taken = Promise.objects.filter(kind=kind, subject_kind=subject_kind, state=Promise.State.MADE)
        stand = set(taken.filter(subject_id__in=list(told)).values_list("subject_id", flat=True))
        fresh = [
            Promise(kind=kind, subject_kind=subject_kind, subject_id=pk, **_columns(each, at))
            for pk, each in told.items()
            if pk not in stand
        ]
        made = Promise.objects.bulk_create(fresh)
        _record_made(made, by, at)
    return made


def renew(*, promise_id: int, told: Told, at: datetime, by: str = SYSTEM, heeds_notices: bool = False) -> Promise:
    """Another time takes the place of the one that was told; the old one is renewed, or broken if its time has passed.

    `heeds_notices`: it was counted with the special notices that there are, and they endanger it no more.
    Again with the same promise, it returns the successor. Raises NotOwed for one that was kept or released.
    """
    with transaction.atomic():
        old = Promise.objects.select_for_update().get(pk=promise_id)
        successor = Promise.objects.filter(replaces_id=old.pk, subject_kind=old.subject_kind, subject_id=old.subject_id)
        if (made := successor.first()) is not None:
            return made
        if not old.is_owed:
            raise NotOwed(promise_id)
        feared = {} if heeds_notices else risks_of([old])
        settle_replaced([old], at=at, by=by)
        new = make(Promise.Kind(old.kind), told, subject=(old.subject_kind, old.subject_id), at=at, by=by)
        new.replaces_id = old.pk
        new.save(update_fields=["replaces_id"])
        pass_on({old.pk: new}, feared)
    return new


class NotOwed(Exception):
    """What was promised has happened, or no longer applies: there is nothing to renew."""


def promise_delivery(  # noqa: PLR0913  # each is a column, and all are named where it is called
    quote: DeliveryQuote,
    *,
    buyer_id: int,
    order_id: int,
    at: datetime,
    by: str = SYSTEM,
    account_id: int | None = None,
    where: str = "",
    replaced: Mapping[str, int] | None = None,
) -> list[Promise]:
    """Write the two promises of a quote, dispatch and delivery, for an order. One transaction with its cause.

    `where` is the place in which the buyer read the dates. `replaced`: kind -> the promise whose place it takes.
    """
    with transaction.atomic():
        drafts = [
            _promise(kind, quote, buyer_id=buyer_id, order_id=order_id, at=at)
            for kind in (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY)
        ]
        for draft in drafts:
            draft.account_id, draft.told = account_id, _said(where, at)
            draft.replaces_id = (replaced or {}).get(draft.kind)
        made = Promise.objects.bulk_create(drafts)
        record_many((PromiseMade(promise.pk, order_id, buyer_id, promise.kind) for promise in made), by=by, at=at)
    return made


def renew_delivery(
    quote: DeliveryQuote,
    *,
    buyer_id: int,
    order_id: int,
    at: datetime,
    account_id: int | None = None,
    where: str = "",
) -> list[Promise]:
    """Replace what an order is owed by the promises of a new quote. The old ones stay on record: renewed, or broken
    where their time had passed. A quote has the special notices in it.
    """
    with transaction.atomic():
        old = [promise for promise in owed_of([order_id]) if promise.kind in _OF_QUOTES]
        settle_replaced(old, at=at, by=SYSTEM)
        replaced = {promise.kind: promise.pk for promise in old}
        known = next((promise.account_id for promise in old), None)
        return promise_delivery(
            quote,
            buyer_id=buyer_id,
            order_id=order_id,
            at=at,
            account_id=known if account_id is None else account_id,
            where=where,
            replaced=replaced,
        )


def note_inputs(*, order_id: int, inputs: Mapping[str, Any]) -> None:
    """In the caller's transaction: the open promises of an order were given for this as well. Their days stand."""
    for promise in _open(order_id):
        promise.inputs = {**promise.inputs, **inputs}
        promise.save(update_fields=["inputs"])


def share(*, order_id: int, with_order: int, at: datetime, by: str) -> list[Promise]:
    """Another order of the same buyer is promised what this one is owed, to the same day; what is late of it is late there as well."""
    with transaction.atomic():
        return _repeat(owed_of([order_id]), with_order, by, at)


def unite(*, order_id: int, gone: int, at: datetime, by: str) -> None:
    """Of what two orders are owed that become one, the earlier of each kind stands, also where it is late; `gone` is owed nothing."""
    with transaction.atomic():
        here = {promise.kind: promise for promise in owed_of([order_id])}
        for promise in owed_of([gone]):
            own = here.get(promise.kind)
            if own is not None and own.due_at <= promise.due_at:
                let_go([promise], at=at, by=by)
                continue
            replaced = [own] if own is not None else []
            feared = risks_of(replaced)
            let_go(replaced, at=at, by=by)
            [new] = _repeat([promise], order_id, by, at)
            # A notice that endangered the goods that were there before still does.
            pass_on({each.pk: new for each in replaced}, feared)
            let_go([promise], at=at, by=by)


_OF_QUOTES: Final = frozenset({Promise.Kind.DISPATCH, Promise.Kind.DELIVERY})


def _repeat(promises: Sequence[Promise], order_id: int, by: str, at: datetime) -> list[Promise]:
    """The same for another order, endangered by the same notices."""
    made = Promise.objects.bulk_create(_again(promise, order_id) for promise in promises)
    pass_on({old.pk: new for old, new in zip(promises, made, strict=True)}, risks_of(promises))
    _record_made(made, by, at)
    # Those who hear of late orders hear of this one as well.
    late = [new for new in made if new.state == Promise.State.BROKEN]
    broken = (PromiseBroken(new.pk, new.order_id, new.buyer_id, new.kind) for new in late)
    record_many(broken, by=by, at=at)
    return made


def _record_made(made: Iterable[Promise], by: str, at: datetime) -> None:
    facts = (PromiseMade(new.pk, new.order_id, new.buyer_id, new.kind) for new in made)
    record_many(facts, by=by, at=at)


def _columns(told: Told, at: datetime) -> dict[str, Any]:
    zone = ZoneInfo(told.zone)
    # The day on which the last moment lies that still keeps it.
    last = (told.until - timedelta(microseconds=1)).astimezone(zone).date()
    return {
        "buyer_id": told.buyer_id,
        "account_id": told.account_id,
        "made_at": at,
        "window_start": told.since,
        "due_at": told.until,
        "first_day": told.since.astimezone(zone).date() if told.since else last,
        "last_day": last,
        "zone": told.zone,
        "share": _share(told.share),
        "inputs": dict(told.inputs),
        "digest": "",
        "told": _said(told.where, at),
    }


def _share(share: float | None) -> Decimal | None:
    return None if share is None else round(Decimal(share), 2)


def _said(where: str, at: datetime) -> list[dict[str, str]]:
    return [{"where": where, "at": at.isoformat()}] if where else []


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
        window_start=None if is_dispatch else start_of(first, zone),
        due_at=start_of(last + timedelta(days=1), zone),
        first_day=first,
        last_day=last,
        zone=zone,
        share=None if is_dispatch else _share(quote.share),
        inputs={**quote.inputs, "holds_until": quote.holds_until.isoformat()},
        digest=quote.digest,
    )


def start_of(day: date, zone: str) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _open(order_id: int) -> list[Promise]:
    return [promise for promise in owed_of([order_id]) if promise.state == Promise.State.MADE]


def _again(promise: Promise, order_id: int) -> Promise:
    """The same for another order, as owed as it is."""
    return Promise(subject_kind="order", subject_id=order_id, **{name: getattr(promise, name) for name in _SAME})
