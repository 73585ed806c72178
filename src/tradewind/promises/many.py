"""Many promises at once, of one cause: put at risk, safe again, told anew. A few statements, however many they are.

In the caller's transaction, of rows that it holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tradewind.core.facts import SYSTEM, record_many
from tradewind.promises.ending import settle_replaced
from tradewind.promises.events import PromiseAtRisk, PromiseMade, PromiseSafeAgain
from tradewind.promises.making import start_of
from tradewind.promises.models import Promise

# What a promise that takes the place of another keeps of it.
_KEPT = ("kind", "subject_kind", "subject_id", "buyer_id", "account_id", "zone", "share")


@dataclass(frozen=True, slots=True)
class Anew:
    """Other days for a promise, and what has to be added to what they are counted from."""

    promise: Promise
    first: date
    last: date
    inputs: Mapping[str, Any]


def put_all_at_risk(promises: Sequence[Promise], *, risk: str, at: datetime) -> int:
    """Those that are open and of which nothing else is feared. Returns how many."""
    fresh = [each for each in promises if each.state == Promise.State.MADE and each.at_risk_since is None]
    if fresh:
        rows = Promise.objects.filter(pk__in=[each.pk for each in fresh])
        rows.update(at_risk_since=at, risk=risk, risk_note="")
    facts = (PromiseAtRisk(each.pk, each.order_id, each.buyer_id, each.kind, risk) for each in fresh)
    record_many(facts, by=SYSTEM, at=at)
    return len(fresh)


def clear_all_of(promises: Sequence[Promise], *, risk: str, at: datetime) -> int:
    """Those of which just this was feared. Returns how many."""
    safe = [each for each in promises if each.state == Promise.State.MADE and each.risk == risk]
    if safe:
        Promise.objects.filter(pk__in=[each.pk for each in safe]).update(at_risk_since=None, risk="", risk_note="")
    record_many((PromiseSafeAgain(each.pk, each.order_id, each.kind) for each in safe), by=SYSTEM, at=at)
    return len(safe)


def renew_all(changes: Sequence[Anew], *, where: str, at: datetime, by: str) -> list[Promise]:
    """The new ones, which the buyers read there. Each takes the place of its promise: renewed in time, or broken."""
    settle_replaced([each.promise for each in changes], at=at, by=by)
    made = Promise.objects.bulk_create(_new(each, where, at) for each in changes)
    facts = (PromiseMade(each.pk, each.order_id, each.buyer_id, each.kind) for each in made)
    record_many(facts, by=by, at=at)
    return made


def _new(change: Anew, where: str, at: datetime) -> Promise:
    old = change.promise
    return Promise(
        **{name: getattr(old, name) for name in _KEPT},
        made_at=at,
        window_start=None if old.window_start is None else start_of(change.first, old.zone),
        due_at=start_of(change.last + timedelta(days=1), old.zone),
        first_day=change.first,
        last_day=change.last,
        inputs={**old.inputs, **change.inputs},
        digest="",
        replaces_id=old.pk,
        told=[{"where": where, "at": at.isoformat()}],
    )
