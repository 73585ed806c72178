"""Emptying what leads to where somebody lives. Who carried it stays."""

from tradewind.shipping.models import Handover


def erase_handover(order_id: int) -> None:
    """In the caller's transaction."""
    Handover.objects.filter(order_id=order_id).update(tracking_number="")
