"""What staff said for customs follows the goods into the other order, when orders are split or merged."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tradewind.lib.money import half_up
from tradewind.orders.lines_moved import LinesMoved
from tradewind.orders.models import OrderLine
from tradewind.shipping.customs import Why
from tradewind.shipping.customs_models import OrderCustoms
from tradewind.shipping.declaring import kept_with


def follow_lines(moved: LinesMoved) -> None:
    """In the caller's transaction. A new order has all that was said of its source. One that was there before keeps what was said
    of it, and of goods that were sold and goods that were not the whole was sold.
    """
    said = OrderCustoms.objects.filter(order_id=moved.source_id).first()
    if said is None:
        return
    kept = kept_with(moved.target_id)
    if moved.is_new:
        kept.why, kept.is_tax_taken_before = said.why, said.is_tax_taken_before
    elif kept.why != said.why:
        kept.why = Why.SALE
    kept.platform_number = kept.platform_number or said.platform_number
    kept.platform_eori = kept.platform_eori or said.platform_eori
    kept.lines = _lines(moved, said.lines, kept.lines)
    kept.save()


def _lines(moved: LinesMoved, said: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """By line of the target."""
    found = dict(kept)
    units = Counter[int](
        dict(OrderLine.objects.filter(order_id=moved.target_id).order_by("pk").values_list("pk", "quantity"))
    )
    for each in moved.lines:
        units[each.became] -= each.quantity
    for each in moved.lines:
        key, came = str(each.became), said.get(str(each.line_id))
        if came:
            found[key] = _both(found.get(key, {}), units[each.became], came, each.quantity)
        units[each.became] += each.quantity
    return found


def _both(own: Mapping[str, Any], units: int, came: Mapping[str, Any], more: int) -> dict[str, Any]:
    """What was said first counts; two values are added up, each of the pieces that it stands for."""
    words = {**came, **own}
    if own.get("value") and came.get("value") and own.get("currency") == came.get("currency"):
        words |= {"value": _value(own, units) + _value(came, more), "of": units + more}
    return words


def _value(said: Mapping[str, Any], units: int) -> int:
    return half_up(int(said["value"]) * units, int(said.get("of") or units))
