"""Moving an order from state to state: one table says which moves exist, and a conditional UPDATE makes them."""

from django.db import connection

from tradewind.orders.models import Order
from tradewind.orders.states import MOVES, MoveNotAllowed, OrderState


class MovedOutsideTransaction(Exception):
    """A move without the transaction of its cause could survive a cause that did not happen."""


def move(order: Order, to: OrderState) -> None:
    """Move, in the caller's transaction. Raises MoveNotAllowed, also when somebody else was faster."""
    if not connection.in_atomic_block:
        raise MovedOutsideTransaction
    came_from = [state for state, targets in MOVES.items() if to in targets]
    if not Order.objects.filter(pk=order.pk, state__in=came_from).update(state=to):
        found = Order.objects.values_list("state", flat=True).get(pk=order.pk)
        raise MoveNotAllowed(order.pk, found, to)
    order.state = to
