"""Warehouses switched off and on. What lies in one that is off is not sold; what orders hold there stays held."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tradewind.core.trail import write_audit
from tradewind.inventory.models import Reservation, StockLevel, Warehouse
from tradewind.inventory.reserving import refresh_shown
from tradewind.markets.changing import touch_all


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody who holds units in a warehouse."""

    subject_kind: str
    subject_id: int
    units: int


def switch_warehouse(*, warehouse_id: int, is_on: bool, by: str, at: datetime) -> list[Held]:
    """Let its stock be sold, or not, from the next request on. Returns who holds units there: after switching off nobody
    joins them. The same again changes nothing.
    """
    with transaction.atomic():
        warehouse = Warehouse.objects.select_for_update().get(pk=warehouse_id)
        # Whoever is reserving there comes first, and is counted; whoever comes later sees that it is off.
        levels = StockLevel.objects.select_for_update().filter(warehouse=warehouse).order_by("pk")
        variant_ids = [level.variant_id for level in levels]
        if warehouse.is_on != is_on:
            Warehouse.objects.filter(pk=warehouse.pk).update(is_on=is_on)
            refresh_shown(variant_ids, at=at)
            write_audit(
                "warehouse.switched",
                subject=("warehouse", warehouse.pk),
                by=by,
                at=at,
                before={"is_on": not is_on},
                after={"is_on": is_on},
            )
            touch_all()
        return held_in(warehouse.pk)


def held_in(warehouse_id: int) -> list[Held]:
    """Who holds units in a warehouse, oldest first. One statement."""
    rows = Reservation.objects.filter(level__warehouse_id=warehouse_id, state=Reservation.State.HELD)
    units: dict[tuple[str, int], int] = {}
    for kind, subject_id, quantity in rows.order_by("pk").values_list("subject_kind", "subject_id", "quantity"):
        units[kind, subject_id] = units.get((kind, subject_id), 0) + quantity
    return [Held(kind, subject_id, count) for (kind, subject_id), count in units.items()]
