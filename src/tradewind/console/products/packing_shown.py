"""What a product's page shows of how it is packed."""

from typing import Any

from tradewind.catalog.packing import PARTS, packing_of
from tradewind.console.warehouse.words import PART_NAMES
from tradewind.core import words


def packing_part(product_id: int) -> dict[str, Any]:
    """Values for the page's template. One statement."""
    parts = [(part, words.say(words.spoken(), PART_NAMES[part])) for part in PARTS]
    return {"packing": packing_of(product_id), "check_parts": parts}
