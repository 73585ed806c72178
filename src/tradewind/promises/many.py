"""Many promises told anew at once. A few statements, however many they are.

In the caller's transaction, of rows that it holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tradewind.core.facts import record_many
from tradewind.promises.ending import settle_replaced
from tradewind.promises.events import PromiseMade
from tradewind.promises.making import start_of
from tradewind.promises.models import Promise
from tradewind.promises.risking import Source, pass_on, risks_of

# What a promise that takes the place of another keeps of it.
_KEPT = ("kind", "subject_kind", "subject_id", "buyer_id", "account_id", "zone", "share")


@dataclass(frozen=True, slots=True)
class Anew:
    """Other days for a promise, and what has to be added to what they are counted from."""

    promise: Promise
    first: date
    last: date
    inputs: Mapping[str, Any]


def renew_all(changes: Sequence[Anew], *, where: str, because: Source, at: datetime, by: str) -> list[Promise]:
    """The new ones, which the buyers read there. Each takes the place of its promise: renewed in time, or broken. Other notices
    than the one that it was told anew for endanger the new one as they did the old one.
    """
    feared = risks_of(each.promise for each in changes)
    settle_replaced([each.promise for each in changes], at=at, by=by)
    made = Promise.objects.bulk_create(_new(each, where, at) for each in changes)
    pass_on({each.replaces_id: each for each in made if each.replaces_id}, feared, but_for=because)
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
