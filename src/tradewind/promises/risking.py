"""At risk: what we know says that a promise will break. It stays open, and can be safe again.

Each reason is a record of its own, with where it comes from, and ends by itself. The promise names the worst of them: what
concerns it alone before what a notice does to many, and the earliest of those.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db import transaction

from tradewind.core.facts import SYSTEM, record_many
from tradewind.core.rows import insert_each, update_each
from tradewind.promises.events import PromiseAtRisk, PromiseSafeAgain
from tradewind.promises.models import Promise, PromiseRisk

# Kind and number of what a risk comes from.
Source = tuple[str, int]
NOBODY: Final = ("", 0)
NOTICE: Final = "notice"
# A case is about one order, and ends: who keeps the cases says of each new promise what they mean for it (shipping.trouble_judging).
CASE: Final = "trouble"
_LONGEST: Final = 200
_SUM: Final = ("at_risk_since", "risk", "risk_note", "is_feared_alone")
_RECORD: Final = ("promise", "cause", "source_kind", "source_id", "note", "since", "until")


def put_at_risk(
    *, promise_id: int, risk: str, at: datetime, note: str = "", by: str = SYSTEM, source: Source = NOBODY
) -> bool:
    """`risk` is a code, `note` for staff and without personal data. False where it has ended, or this stands already."""
    with transaction.atomic():
        promise = _open(promise_id)
        return promise is not None and put_all([promise], risk=risk, source=source, at=at, note=note, by=by) == 1


def clear_source(source: Source, *, at: datetime, by: str = SYSTEM) -> int:
    """What comes from there is over, for whichever open promises it endangers. Returns how many they are."""
    with transaction.atomic():
        stand = PromiseRisk.objects.filter(source_kind=source[0], source_id=source[1], until=None)
        rows = Promise.objects.select_for_update().filter(pk__in=list(stand.values_list("promise_id", flat=True)))
        promises = list(rows.filter(state=Promise.State.MADE).order_by("pk"))
        return clear_all(promises, source=source, at=at, by=by)


def put_all(
    promises: Sequence[Promise], *, risk: str, source: Source, at: datetime, note: str = "", by: str = SYSTEM
) -> int:
    """In the caller's transaction, of rows that are locked. Of how many it is news."""
    open_ones = [each for each in promises if each.state == Promise.State.MADE]
    same = PromiseRisk.objects.filter(cause=risk, source_kind=source[0], source_id=source[1], until=None)
    stand = set(same.filter(promise__in=[each.pk for each in open_ones]).values_list("promise_id", flat=True))
    news = [each for each in open_ones if each.pk not in stand]
    rows = ((each.pk, risk, *source, note[:_LONGEST], at, None) for each in news)
    insert_each(PromiseRisk, _RECORD, rows)
    _sum_up(news)
    facts = (PromiseAtRisk(each.pk, each.order_id, each.buyer_id, each.kind, risk) for each in news)
    record_many(facts, by=by, at=at)
    return len(news)


def clear_all(promises: Sequence[Promise], *, source: Source, at: datetime, by: str = SYSTEM) -> int:
    """In the caller's transaction, of rows that are locked. How many lost a risk; only where none is left it is safe again."""
    open_ones = {each.pk: each for each in promises if each.state == Promise.State.MADE}
    stand = PromiseRisk.objects.filter(
        promise__in=list(open_ones), source_kind=source[0], source_id=source[1], until=None
    )
    ended = dict(stand.values_list("pk", "promise_id"))
    if not ended:
        return 0
    PromiseRisk.objects.filter(pk__in=list(ended)).update(until=at)
    touched = [open_ones[pk] for pk in sorted(set(ended.values()))]
    _sum_up(touched)
    safe = [each for each in touched if each.at_risk_since is None]
    record_many((PromiseSafeAgain(each.pk, each.order_id, each.kind) for each in safe), by=by, at=at)
    return len(touched)


def end_risks(promises: Iterable[Promise], *, at: datetime) -> None:
    """Their promises have ended, and keep what they said of it. No statement where nothing was feared."""
    if keys := [each.pk for each in promises if each.at_risk_since is not None]:
        PromiseRisk.objects.filter(promise__in=keys, until=None).update(until=at)


def pass_on(
    successors: Mapping[int, Promise], feared: Mapping[int, Sequence[PromiseRisk]], *, but_for: Source | None = None
) -> None:
    """What endangers a promise, but for cases, endangers the one that takes its place, or is the same for another order: by the
    old one's key. `feared` is what stood against the old ones (`risks_of`) before they ended; `but_for` what the new ones have
    been told for.
    """
    fear(
        (successors[pk], risk)
        for pk, risks in feared.items()
        for risk in risks
        if risk.source_kind != CASE and (risk.source_kind, risk.source_id) != but_for
    )


def fear(known: Iterable[tuple[Promise, PromiseRisk]]) -> None:
    """What is known already endangers these promises too, since it began: no fact says so again, and what stands stands once.
    In the caller's transaction, of rows that are locked.
    """
    pairs = list(known)
    if not pairs:
        return
    promises = {promise.pk: promise for promise, _ in pairs}
    stand = {(pk, *_named(risk)) for pk, risks in _standing(list(promises)).items() for risk in risks}
    rows = [
        (promise.pk, *_named(risk), risk.note[:_LONGEST], risk.since, None)
        for promise, risk in pairs
        if (promise.pk, *_named(risk)) not in stand
    ]
    insert_each(PromiseRisk, _RECORD, rows)
    _sum_up(list(promises.values()))


def risks_of(promises: Iterable[Promise]) -> dict[int, list[PromiseRisk]]:
    """What stands against each open promise, the worst first. No statement where nothing is feared."""
    return _standing([each.pk for each in promises if each.is_at_risk])


def _named(risk: PromiseRisk) -> tuple[str, str, int]:
    return risk.cause, risk.source_kind, risk.source_id


def _standing(promise_ids: Sequence[int]) -> dict[int, list[PromiseRisk]]:
    if not promise_ids:
        return {}
    rows = PromiseRisk.objects.filter(promise__in=promise_ids, until=None)
    ordered = sorted(rows, key=lambda row: (row.promise_id, row.source_kind == NOTICE, row.since, row.pk))
    return {pk: list(some) for pk, some in groupby(ordered, key=lambda row: row.promise_id)}


def _sum_up(promises: Sequence[Promise]) -> None:
    """Keep what the promises say themselves in step with their risks."""
    standing = _standing([each.pk for each in promises])
    for promise in promises:
        risks = standing.get(promise.pk, [])
        promise.at_risk_since = min((risk.since for risk in risks), default=None)
        promise.risk, promise.risk_note = (risks[0].cause, risks[0].note) if risks else ("", "")
        # The worst comes first, and what a notice does is never worse than what concerns it alone.
        promise.is_feared_alone = bool(risks) and risks[0].source_kind != NOTICE
    update_each(Promise, _SUM, ((*(getattr(each, name) for name in _SUM), each.pk) for each in promises))


def _open(promise_id: int) -> Promise | None:
    """Locked, so that of two who say the same one is heard."""
    return Promise.objects.select_for_update().filter(pk=promise_id, state=Promise.State.MADE).first()
