"""Goods that are missing though orders hold them: which orders cannot be served, kept as cases until enough lie there again.

Whoever was promised the earliest day keeps the goods. Looked for by the levels that were counted short, of which there are few;
killed anywhere, a round leaves what the next one puts right, for a level stays marked until its last case has ended.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from tradewind.catalog.models import Variant
from tradewind.core.schedule import every
from tradewind.inventory.models import Reservation, StockLevel
from tradewind.promises.models import Promise
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_orders import clear_orders, note_orders
from tradewind.shipping.trouble_rules import Cause

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
    """Open what is new, close what can be served again. Returns how many goods are missing somewhere."""
    rows = StockLevel.objects.filter(short__gt=0).order_by("variant_id", "pk")
    levels: dict[int, list[StockLevel]] = defaultdict(list)
    for level in rows[:_BATCH]:
        levels[level.variant_id].append(level)
    skus = dict(Variant.objects.filter(pk__in=levels).values_list("pk", "sku"))
    for variant_id, some in levels.items():
        _settle(skus.get(variant_id, str(variant_id)), some, now)
    return len(levels)


def _settle(sku: str, levels: Sequence[StockLevel], now: datetime) -> None:
    missed = {order_id for level in levels for order_id in unserved(_claims(level), level.on_hand)}
    open_ones = Trouble.objects.filter(cause=Cause.NO_STOCK, parcel=None, closed_at=None, group__notice=sku[:80])
    known = set(open_ones.values_list("order_id", flat=True))
    clear_orders(Cause.NO_STOCK, at=now, order_ids=known - missed, notice=sku)
    note_orders(Cause.NO_STOCK, missed - known, at=now, notice=sku)
    # Only where enough lie there, at this moment: a count may have come meanwhile.
    enough = StockLevel.objects.filter(pk__in=[level.pk for level in levels], on_hand__gte=F("reserved"))
    with transaction.atomic():
        enough.filter(pk__in=[level.pk for level in levels if level.on_hand >= level.reserved]).update(short=0)


def _claims(level: StockLevel) -> list[Claim]:
    """Two statements for each level that is short."""
    if level.on_hand >= level.reserved:
        return []
    held = Reservation.objects.filter(level=level, subject_kind="order", state=Reservation.State.HELD)
    units: dict[int, int] = defaultdict(int)
    for order_id, quantity in held.values_list("subject_id", "quantity"):
        units[order_id] += quantity
    due = _due(held)
    # Of what nobody has promised a day: the last.
    return [Claim(order_id, count, due.get(order_id, _NEVER)) for order_id, count in units.items()]


def _due(held: QuerySet[Reservation]) -> Mapping[int, datetime]:
    owed = Promise.objects.filter(subject_kind="order", kind=Promise.Kind.DISPATCH, is_owed=True)
    rows = owed.filter(subject_id__in=held.values("subject_id")).values_list("subject_id", "due_at")
    return dict(rows.order_by("pk"))
