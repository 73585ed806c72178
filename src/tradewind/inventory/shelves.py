"""Where a variant lies in a warehouse, as the people there call the place: A-03-2."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.trail import write_audit
from tradewind.inventory.models import StockLevel, Warehouse
from tradewind.inventory.stocktaking import refuse_bundles

LONGEST: Final = 30


def put_on_shelf(*, variant_id: int, warehouse: Warehouse, shelf: str, by: str, at: datetime) -> StockLevel:
    """From now on it lies there; empty: nobody says where. Raises IsABundle."""
    with transaction.atomic():
        refuse_bundles(variant_id)
        StockLevel.objects.get_or_create(variant_id=variant_id, warehouse=warehouse)
        levels = StockLevel.objects.select_for_update(of=("self",)).select_related("warehouse")
        level = levels.get(variant_id=variant_id, warehouse=warehouse)
        if level.shelf == shelf:
            return level
        StockLevel.objects.filter(pk=level.pk).update(shelf=shelf)
        before, after = ({"warehouse": warehouse.code, "shelf": each} for each in (level.shelf, shelf))
        write_audit("stock.shelved", subject=("variant", variant_id), by=by, at=at, before=before, after=after)
        level.shelf = shelf
    return level


def shelves_in(warehouse: str, variant_ids: Iterable[int]) -> dict[int, str]:
    """By variant, of those that have a place in the warehouse of this code. One statement."""
    rows = StockLevel.objects.filter(warehouse__code=warehouse, variant_id__in=list(variant_ids)).exclude(shelf="")
    return dict(rows.values_list("variant_id", "shelf"))


def way_along(shelf: str) -> tuple[tuple[int, int, str], ...]:
    """By which places are sorted as somebody passes them: A-9 before A-10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", shelf.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
