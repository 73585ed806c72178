"""Goods that are missing though orders hold them: which orders cannot be served, kept as cases until enough lie there again.

Whoever was promised the earliest day keeps the goods. Looked for by the levels that were counted short, of which there are few;
where there are many, round by round, a variant always with all of its levels. Killed anywhere, a round leaves what the next one puts
right, for a level stays marked until its last case has ended. Where nothing changes, nothing is written.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from tradewind.catalog.models import Variant
from tradewind.core.facts import SYSTEM
from tradewind.core.schedule import every
from tradewind.inventory.models import Reservation, StockLevel
from tradewind.inventory.stocktaking import count_what_left, enough_again
from tradewind.promises.models import Promise
from tradewind.shipping.models import ShortageRound, Trouble
from tradewind.shipping.trouble_orders import clear_orders, note_orders
from tradewind.shipping.trouble_rules import Cause

# Variants of one round.
_BATCH: Final = 50
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """An order that holds so many units. `due_at`: when its dispatch is owed, the furthest where nothing is."""

    order_id: int
    units: int
    due_at: datetime


def unserved(claims: Iterable[Claim], lying: int) -> set[int]:
    """The orders that go without: those promised earliest are served first, of one day those that came first."""
    left, without = max(lying, 0), set()
    for claim in sorted(claims, key=lambda each: (each.due_at, each.order_id)):
        if claim.units <= left:
            left -= claim.units
        else:
            without.add(claim.order_id)
    return without


@every(timedelta(minutes=1), name="shipping.look_for_shortages")
def look_for_shortages(now: datetime) -> int:
    """Open what is new, close what can be served again. Returns of how many goods some were missing somewhere."""
    variants = _whose_turn_it_is()
    levels = list(StockLevel.objects.filter(short__gt=0, variant_id__in=variants).order_by("pk"))
    if more_left := [level.pk for level in levels if level.on_hand < 0]:
        count_what_left(more_left, by=SYSTEM, at=now)
        levels = list(StockLevel.objects.filter(pk__in=[level.pk for level in levels]).order_by("pk"))
    if levels:
        _settle(levels, now)
    return len(variants)


def _whose_turn_it_is() -> list[int]:
    """Variants, after those of the last round, and round again. The place is kept before they are looked at, so that one that
    cannot be looked at keeps nobody else waiting.
    """
    after = ShortageRound.objects.values_list("after", flat=True).first() or 0
    short = (
        StockLevel.objects.filter(short__gt=0).order_by("variant_id").values_list("variant_id", flat=True).distinct()
    )
    found = list(short.filter(variant_id__gt=after)[:_BATCH])
    if len(found) < _BATCH and after:
        found += short.filter(variant_id__lte=after)[: _BATCH - len(found)]
    if len(found) == _BATCH and found[-1] != after:
        with transaction.atomic():
            ShortageRound.objects.update_or_create(pk=1, defaults={"after": found[-1]})
    return found


# By what the goods are called: since when each order goes without.
_Without = Mapping[str, Mapping[int, datetime]]


def _settle(levels: Sequence[StockLevel], now: datetime) -> None:
    without = _without(levels)
    cases = Trouble.objects.filter(cause=Cause.NO_STOCK, parcel=None, group__notice__in=without)
    known: dict[str, set[int]] = defaultdict(set)
    for name, order_id in cases.filter(closed_at=None).values_list("group__notice", "order_id"):
        known[name].add(order_id)
    for name, missed in without.items():
        if served := known[name] - set(missed):
            clear_orders(Cause.NO_STOCK, at=now, order_ids=served, notice=name)
    for name, since, order_ids in _news(without, known):
        note_orders(Cause.NO_STOCK, order_ids, at=now, notice=name, since=since)
    enough_again([level.pk for level in levels if level.on_hand >= level.reserved])


def _news(without: _Without, known: Mapping[str, set[int]]) -> list[tuple[str, datetime, list[int]]]:
    """(name, since, orders) of which nobody has a case, nor has dismissed one of this shortage. A statement where any is."""
    fresh = {
        (name, since, order_id)
        for name, missed in without.items()
        for order_id, since in missed.items()
        if order_id not in known[name]
    }
    if not fresh:
        return []
    dismissed = Trouble.objects.filter(cause=Cause.NO_STOCK, parcel=None, state=Trouble.State.DISMISSED)
    rows = dismissed.filter(order_id__in={order_id for _, _, order_id in fresh})
    fresh -= set(rows.values_list("group__notice", "since", "order_id"))
    grouped: dict[tuple[str, datetime], list[int]] = defaultdict(list)
    for name, since, order_id in sorted(fresh):
        grouped[name, since].append(order_id)
    return [(*key, order_ids) for key, order_ids in grouped.items()]


def _without(levels: Sequence[StockLevel]) -> _Without:
    """Three statements for all levels."""
    skus = dict(Variant.objects.filter(pk__in={level.variant_id for level in levels}).values_list("pk", "sku"))
    claims = _claims([level for level in levels if level.on_hand < level.reserved])
    found: dict[str, dict[int, datetime]] = defaultdict(dict)
    for level in levels:
        missed = found[skus.get(level.variant_id, str(level.variant_id))]
        since = level.short_since or _NEVER
        for order_id in unserved(claims.get(level.pk, ()), level.on_hand):
            missed[order_id] = min(since, missed.get(order_id, _NEVER))
    return found


def _claims(levels: Sequence[StockLevel]) -> Mapping[int, list[Claim]]:
    """By level."""
    if not levels:
        return {}
    held = Reservation.objects.filter(
        level__in=[level.pk for level in levels], subject_kind="order", state=Reservation.State.HELD
    )
    units: Counter[tuple[int, int]] = Counter()
    for level_id, order_id, quantity in held.values_list("level_id", "subject_id", "quantity"):
        units[level_id, order_id] += quantity
    due = _due(held)
    claims: dict[int, list[Claim]] = defaultdict(list)
    for (level_id, order_id), count in units.items():
        # Of what nobody has promised a day: the last.
        claims[level_id].append(Claim(order_id, count, due.get(order_id, _NEVER)))
    return claims


def _due(held: QuerySet[Reservation]) -> Mapping[int, datetime]:
    owed = Promise.objects.filter(subject_kind="order", kind=Promise.Kind.DISPATCH, is_owed=True)
    rows = owed.filter(subject_id__in=held.values("subject_id")).values_list("subject_id", "due_at")
    return dict(rows.order_by("pk"))
