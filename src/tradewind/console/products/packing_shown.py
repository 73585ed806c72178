"""What a product's page shows of how it is packed."""

from typing import Any

from tradewind.catalog.packing import PARTS, packing_of
from tradewind.console.warehouse.words import PART_NAMES
from tradewind.core import words
from tradewind.core.reach import Reach
from tradewind.lib.clock import utc_now
from tradewind.shipping.damage import PERIOD, damage_by_product


def packing_part(product_id: int, reach: Reach) -> dict[str, Any]:
    """Values for the page's template. Two statements, and two more where something arrived damaged."""
    parts = [(part, words.say(words.spoken(), PART_NAMES[part])) for part in PARTS]
    damaged = damage_by_product(reach, since=utc_now() - PERIOD, product_id=product_id)
    return {"packing": packing_of(product_id), "check_parts": parts, "damaged": next(iter(damaged), None)}
