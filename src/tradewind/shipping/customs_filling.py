"""Filling the gaps of one order by hand: why it travels, the platform's number, what no catalogue knows of a line, and the
recipient's tax number.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tradewind.core.trail import write_audit
from tradewind.lib.recipient_numbers import read_number
from tradewind.orders.models import Order
from tradewind.shipping.customs import Why
from tradewind.shipping.customs_models import OrderCustoms


class NoSuchNumber(Exception):
    """The country gives no such number to anybody."""


class CustomsOutdated(Exception):
    """Somebody else has filled it in since it was looked at."""


class Erased(Exception):
    """The buyer asked us to forget them: nothing personal comes back."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed. `lines`: line id -> value (minor units), hs_code, origin, en, zh, weight_g, as far as there is something.

    An empty `tax_number` leaves the known one.
    """

    why: Why = Why.SALE
    platform_number: str = ""
    platform_eori: str = ""
    lines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tax_number: str = ""


def seen_of(row: OrderCustoms) -> str:
    """Names this state of what was filled in."""
    said = json.dumps([row.why, row.platform_number, row.platform_eori, row.lines], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def fill_customs(*, order_id: int, filled: Filled, seen: str, by: str, at: datetime) -> None:
    """The same again changes nothing. `seen` is what was looked at.

    Raises Order.DoesNotExist, CustomsOutdated, NoSuchNumber, Erased.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        parts = [
            part
            for part, changed in (("papers", _fill(order, filled, seen)), ("number", _number(order, filled)))
            if changed
        ]
        if parts:
            write_audit("order.customs_filled", subject=("order", order.pk), by=by, at=at, after={"parts": parts})


def _fill(order: Order, filled: Filled, seen: str) -> bool:
    row = OrderCustoms.objects.filter(order=order).first() or OrderCustoms(order=order)
    after = (filled.why.value, filled.platform_number, filled.platform_eori, _of_pieces(order, filled.lines))
    if (row.why, row.platform_number, row.platform_eori, row.lines) == after:
        return False
    if seen_of(row) != seen:
        raise CustomsOutdated
    row.why, row.platform_number, row.platform_eori, row.lines = after
    row.save()
    return True


def _of_pieces(order: Order, lines: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """A value is that of the pieces that there were when it was typed."""
    pieces = {str(pk): quantity for pk, quantity in order.lines.values_list("pk", "quantity")}
    return {
        key: {**said, "of": pieces[key]} if said.get("value") and key in pieces else dict(said)
        for key, said in lines.items()
        if said
    }


def _number(order: Order, filled: Filled) -> bool:
    """The number itself stands in no trail."""
    if not filled.tax_number:
        return False
    if order.erased_at is not None:
        raise Erased
    number = read_number(order.country, filled.tax_number)
    if not number:
        raise NoSuchNumber
    if order.ship_to.get("tax_id") == number:
        return False
    order.ship_to = {**order.ship_to, "tax_id": number}
    order.save(update_fields=["ship_to"])
    return True
