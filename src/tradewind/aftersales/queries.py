"""Named reads of what happened after the sale."""

from tradewind.aftersales.models import Withdrawal


def withdrawals_from(order_id: int) -> list[Withdrawal]:
    """What was declared about an order, oldest first."""
    return list(Withdrawal.objects.filter(order_id=order_id).order_by("declared_at", "pk"))
