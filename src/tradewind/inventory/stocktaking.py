"""Stock that comes in, and counts that differ from the books."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from tradewind.catalog.models import BundlePart
from tradewind.core.trail import write_audit
from tradewind.inventory.models import StockLevel, StockMovement, Warehouse
from tradewind.inventory.reserving import refresh_shown


class ReservedIsMore(Exception):
    """The count would leave fewer units than orders already hold. Cancel or move one of them first."""

    def __init__(self, reserved: int, counted: int) -> None:
        super().__init__(f"{reserved} units are reserved, {counted} would be left")
        self.reserved = reserved
        self.counted = counted


class IsABundle(Exception):
    """A bundle has no stock of its own: receive or count its parts."""


class NotAQuantity(Exception):
    """A receipt has at least one unit, a count is not negative, and no shelf holds more than can be counted."""


MOST: Final = 10**9
# The reason that the ledger keeps; pages put it into words.
LEFT_AFTER_ALL: Final = "left_after_all"


def receive(
    *, variant_id: int, warehouse: Warehouse, quantity: int, by: str, at: datetime, reason: str = ""
) -> StockLevel:
    """Goods arrived. Raises NotAQuantity, IsABundle."""
    if quantity <= 0:
        raise NotAQuantity(quantity)
    with transaction.atomic():
        refuse_bundles(variant_id)
        level, _ = StockLevel.objects.get_or_create(variant_id=variant_id, warehouse=warehouse)
        StockLevel.objects.filter(pk=level.pk).update(on_hand=F("on_hand") + quantity)
        StockMovement.objects.create(
            level=level, kind=StockMovement.Kind.RECEIVED, quantity=quantity, reason=reason, by=by, at=at
        )
        refresh_shown([variant_id], at=at)
    level.refresh_from_db()
    return level


def change_by(*, variant_id: int, warehouse: Warehouse, units: int, reason: str, by: str, at: datetime) -> StockLevel:
    """So many came in, or went where `units` is below zero, whatever lies there at this moment. Raises NotAQuantity,
    IsABundle, or ReservedIsMore.
    """
    if not units:
        raise NotAQuantity(units)
    with transaction.atomic():
        refuse_bundles(variant_id)
        level, _ = StockLevel.objects.get_or_create(variant_id=variant_id, warehouse=warehouse)
        on_hand = StockLevel.objects.select_for_update().values_list("on_hand", flat=True).get(pk=level.pk)
        if on_hand + units > MOST:
            raise NotAQuantity(on_hand + units)
        if units > 0:
            return receive(variant_id=variant_id, warehouse=warehouse, quantity=units, by=by, at=at, reason=reason)
        counted = on_hand + units
        return adjust(variant_id=variant_id, warehouse=warehouse, counted=counted, reason=reason, by=by, at=at)


def adjust(*, variant_id: int, warehouse: Warehouse, counted: int, reason: str, by: str, at: datetime) -> StockLevel:
    """A person counted: the books follow, with the reason. Raises NotAQuantity, IsABundle, or ReservedIsMore."""
    return _count(variant_id, warehouse, _Count(counted, reason), by, at)


def count_short(
    *, variant_id: int, warehouse: Warehouse, counted: int, reason: str, by: str, at: datetime
) -> StockLevel:
    """The same where fewer lie there than orders hold: they keep what they hold, nothing more is sold, and whoever watches
    for it finds those that cannot be served (shipping.shortages). Raises NotAQuantity, IsABundle.
    """
    return _count(variant_id, warehouse, _Count(counted, reason, may_be_short=True), by, at)


def count_what_left(level_ids: Collection[int], *, by: str, at: datetime) -> None:
    """More left than lay there by a count that was short: it did lie there, and the books go back up to nothing."""
    for level_id in sorted(level_ids):
        with transaction.atomic():
            level = StockLevel.objects.select_for_update(of=("self",)).select_related("warehouse").get(pk=level_id)
            # Looked at again under the lock: something may have come meanwhile.
            if level.on_hand < 0:
                _write_count(level, level.warehouse, _Count(0, LEFT_AFTER_ALL, may_be_short=True), by, at)
                refresh_shown([level.variant_id], at=at)


def enough_again(level_ids: Collection[int]) -> None:
    """Of these nothing is short any more, as far as enough lie there at this moment: a count may have come meanwhile."""
    if level_ids:
        enough = StockLevel.objects.filter(pk__in=level_ids, on_hand__gte=F("reserved"))
        with transaction.atomic():
            enough.update(short=0, short_since=None)


@dataclass(frozen=True, slots=True)
class _Count:
    units: int
    reason: str
    may_be_short: bool = False


def _count(variant_id: int, warehouse: Warehouse, count: _Count, by: str, at: datetime) -> StockLevel:
    if count.units < 0:
        raise NotAQuantity(count.units)
    with transaction.atomic():
        refuse_bundles(variant_id)
        level, _ = StockLevel.objects.get_or_create(variant_id=variant_id, warehouse=warehouse)
        level = StockLevel.objects.select_for_update().get(pk=level.pk)
        if level.reserved > count.units and not count.may_be_short:
            raise ReservedIsMore(level.reserved, count.units)
        if count.units != level.on_hand:
            _write_count(level, warehouse, count, by, at)
            refresh_shown([variant_id], at=at)
    level.refresh_from_db()
    return level


def _write_count(level: StockLevel, warehouse: Warehouse, count: _Count, by: str, at: datetime) -> None:
    difference, missing = count.units - level.on_hand, max(level.reserved - count.units, 0)
    # Who looks for shortages sets it back, after it has ended the cases.
    short = max(level.short, missing)
    since = (level.short_since or at) if short else None
    StockLevel.objects.filter(pk=level.pk).update(on_hand=F("on_hand") + difference, short=short, short_since=since)
    kind = StockMovement.Kind.ADJUSTED
    StockMovement.objects.create(level=level, kind=kind, quantity=difference, reason=count.reason, by=by, at=at)
    write_audit(
        "stock.adjusted",
        subject=("variant", level.variant_id),
        by=by,
        at=at,
        before={"on_hand": level.on_hand, "warehouse": warehouse.code},
        after={"on_hand": count.units, "warehouse": warehouse.code, "reason": count.reason},
    )


def refuse_bundles(variant_id: int) -> None:
    """Raises IsABundle."""
    if BundlePart.objects.filter(bundle=variant_id).exists():
        raise IsABundle(variant_id)
