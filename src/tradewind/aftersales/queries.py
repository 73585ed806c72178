"""Named reads of what happened after the sale."""

from tradewind.aftersales.models import Withdrawal
from tradewind.aftersales.withdrawing import DECLARED
from tradewind.core.models import Todo


def withdrawals_from(order_id: int) -> list[Withdrawal]:
    """What was declared about an order, oldest first."""
    return list(Withdrawal.objects.filter(order_id=order_id).order_by("declared_at", "pk"))


def has_open_withdrawal(order_id: int) -> bool:
    """Was one declared about an order on which nobody has acted yet?"""
    declared = Withdrawal.objects.filter(order_id=order_id).values_list("pk", flat=True)
    return Todo.objects.filter(
        kind=DECLARED, subject_kind="withdrawal", subject_id__in=declared, state=Todo.State.OPEN
    ).exists()


def account_of_withdrawal(withdrawal_id: int) -> int | None:
    """The shop account of the order that it is about; None where no order of ours was named."""
    found = Withdrawal.objects.filter(pk=withdrawal_id)
    return found.values_list("order__account_id", flat=True).first()
