"""Merging: what a file may change of an order that is known.

A file with a mapping replaces what it told before. A sales channel's file is one of many about the same orders, some
fetched earlier than others, some without prices, some without addresses: it adds what it knows, moves the order forward
along the table of moves, and never takes back what another told.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Final

from tradewind.orders.importing.building import OrderRecord
from tradewind.orders.importing.telling import Told
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import MOVES, OrderState


class Compared(Enum):
    """A file's record beside the order that is known by its number."""

    NEW = "new"
    SAME = "same"
    OLDER = "older"  # what is known is newer: nothing is changed
    CHANGED = "changed"


def compare_with(order: Order | None, record: OrderRecord) -> Compared:
    if order is None:
        return Compared.NEW
    if order.erased_at is not None:  # no file brings back whom somebody asked us to forget
        return Compared.SAME
    told = record.told
    if told is None:
        return Compared.SAME if order.source_digest == record.digest else Compared.CHANGED
    if order.source.get("reports", {}).get(told.report) == record.digest:
        return Compared.SAME
    return Compared.OLDER if _is_older(order, told) else Compared.CHANGED


def _is_older(order: Order, told: Told) -> bool:
    """By when the channel last changed the order, where both files say so; else by the state, which only moves forward."""
    known = order.source.get("updated_at")
    if known and told.updated_at:
        return told.updated_at < datetime.fromisoformat(known)
    return told.is_sure and order.state != told.state and OrderState(order.state) in reachable(told.state)


@cache
def reachable(state: OrderState) -> frozenset[OrderState]:
    """The states that follow, at once or through others: a file may have missed the steps between."""
    found: set[OrderState] = set()
    following = set(MOVES[state])
    while following:
        found |= following
        following = {later for each in following for later in MOVES[each]} - found
    return frozenset(found)


def state_after(order: Order, told: Told) -> OrderState:
    """The state that the file tells, if the order can come there; else its own."""
    now = OrderState(order.state)
    return told.state if told.state in reachable(now) else now


def contradicts(order: Order, record: OrderRecord) -> bool:
    """Whether the file tells a state to which the order cannot come."""
    return record.told is not None and record.told.is_sure and state_after(order, record.told) != record.told.state


def source_after(before: Mapping[str, object], record: OrderRecord, told: Told) -> dict[str, object]:
    """Order.source with what this file tells."""
    moments = {key: moment.isoformat() for key, moment in told.moments.items()}
    after: dict[str, object] = {
        "status": told.status,
        "moments": {**_part(before, "moments"), **moments},
        "others": {**_part(before, "others"), **told.others},
        "reports": {**_part(before, "reports"), told.report: record.digest},
    }
    updated = told.updated_at.isoformat() if told.updated_at else before.get("updated_at")
    if updated:
        after["updated_at"] = updated
    if not told.is_status_known:
        after["is_status_unknown"] = True
    return after


def keeps_money(order: Order, told: Told) -> bool:
    """Whether the lines and the amounts that are known stay: this file tells none."""
    return order.pk is not None and order.is_priced and not told.is_priced


def with_dispatched(lines: Iterable[OrderLine], before: Mapping[str, int]) -> None:
    """What left once has left, whatever a later file says of it. `before` is what was dispatched by article."""
    left = dict(before)
    for line in lines:
        if line.kind == OrderLine.Kind.GOODS and left.get(line.sku):
            gone = min(left[line.sku], line.quantity)
            left[line.sku] -= gone
            line.dispatched = max(line.dispatched, gone)


def _part(source: Mapping[str, object], key: str) -> dict[str, object]:
    found = source.get(key)
    return dict(found) if isinstance(found, dict) else {}


FROM_FILE: Final = (
    "kind",
    "state",
    "buyer",
    "email",
    "ship_to",
    "country",
    "currency",
    "goods",
    "delivery",
    "discount",
    "tax",
    "tax_included",
    "total",
    "is_priced",
    "placed_at",
    "source_digest",
    "source",
)
