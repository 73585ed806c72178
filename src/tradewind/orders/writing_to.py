"""Whose buyer gets letters of ours: channels write to theirs themselves, or forbid it."""

from tradewind.core.models import ShopAccount
from tradewind.orders.models import Order


def is_written_to(order: Order) -> bool:
    """An order of the own shop, with an address that was not erased. Its account is loaded."""
    is_own = order.account.channel == ShopAccount.Channel.OWN and not order.external_id
    return is_own and bool(order.email) and order.erased_at is None
