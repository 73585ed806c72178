"""Named reads of what happened after the sale."""

from tradewind.aftersales.models import Withdrawal


def withdrawals_from(order_id: int) -> list[Withdrawal]:
    """What was declared about an order, oldest first."""
    return list(Withdrawal.objects.filter(order_id=order_id).order_by("declared_at", "pk"))


def account_of_withdrawal(withdrawal_id: int) -> int | None:
    """The shop account of the order that it is about; None where no order of ours was named."""
    found = Withdrawal.objects.filter(pk=withdrawal_id)
    return found.values_list("order__account_id", flat=True).first()
