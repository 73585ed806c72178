"""Emptying what buyers declared after the sale. That they did, and when, stays."""

from tradewind.aftersales.models import Withdrawal


def erase_withdrawals(order_id: int) -> list[int]:
    """In the caller's transaction. The numbers of the declarations about the order."""
    rows = Withdrawal.objects.filter(order_id=order_id)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(name="", email="", goods="")
    return ids
