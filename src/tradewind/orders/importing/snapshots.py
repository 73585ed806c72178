"""Snapshots: what files tell of an order, as it stands in the database, so that it can be compared, kept and put back.

Which of our articles a line is belongs to us and is not part of it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from tradewind.core.rows import insert_each
from tradewind.orders.importing.merging import FROM_FILE
from tradewind.orders.matching import variants_by_sku
from tradewind.orders.models import Order, OrderLine

# {"order": {column: value}, "lines": [[value, …], …]}, all of it JSON.
Snapshot: TypeAlias = dict[str, Any]
_COLUMNS: Final = tuple(each.attname for each in Order._meta.concrete_fields if each.name in FROM_FILE)
# What no file tells, and what shows that somebody was at the order.
_OURS: Final = ("paid", "gift_note", "erased_at")
_OF_LINE: Final = (
    *("kind", "position", "sku", "title", "options", "quantity", "unit", "total"),
    *("tax_rate", "tax", "discount", "dispatched"),
)
_EVERY: Final = tuple(field.attname for field in OrderLine._meta.concrete_fields if not field.primary_key)


def snapshots_of(order_ids: Collection[int]) -> dict[int, Snapshot]:
    """Of orders that there are, in two statements."""
    found: dict[int, Snapshot] = {}
    for order_id, *values in Order.objects.filter(pk__in=order_ids).values_list("pk", *_COLUMNS, *_OURS):
        told = dict(zip((*_COLUMNS, *_OURS), map(_plain, values), strict=True))
        found[order_id] = {"order": told, "lines": []}
    lines = OrderLine.objects.filter(order__in=found).order_by("order_id", "position")
    for order_id, *values in lines.values_list("order_id", *_OF_LINE):
        found[order_id]["lines"].append([_plain(value) for value in values])
    return found


def digest_of_snapshot(snapshot: Snapshot) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest()


def put_back(snapshots: Mapping[int, Snapshot]) -> None:
    """Make orders what they were, in the caller's transaction, which holds them."""
    orders = {order.pk: order for order in Order.objects.filter(pk__in=snapshots)}
    for order_id, order in orders.items():
        for name in _COLUMNS:
            setattr(order, name, _typed(name, snapshots[order_id]["order"][name]))
    Order.objects.bulk_create(
        orders.values(), update_conflicts=True, unique_fields=["id"], update_fields=list(FROM_FILE)
    )
    OrderLine.objects.filter(order__in=orders).delete()
    lines = [(pk, dict(zip(_OF_LINE, line, strict=True))) for pk in orders for line in snapshots[pk]["lines"]]
    variants = variants_by_sku(line["sku"] for _, line in lines if line["kind"] == OrderLine.Kind.GOODS)
    rows = [_line(pk, line, variants) for pk, line in lines]
    insert_each(OrderLine, _EVERY, ([getattr(row, name) for name in _EVERY] for row in rows))


def _line(order_id: int, told: dict[str, Any], variants: Mapping[str, int]) -> OrderLine:
    amounts = {name: Decimal(told[name]) for name in ("unit", "tax_rate")}
    variant_id = variants.get(told["sku"]) if told["kind"] == OrderLine.Kind.GOODS else None
    return OrderLine(order_id=order_id, variant_id=variant_id, **(told | amounts))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.normalize()) if isinstance(value, Decimal) else value


def _typed(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name == "placed_at" else value
