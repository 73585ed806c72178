"""The states of an order and the one table of allowed moves."""

from typing import Final

from django.db import models


class OrderState(models.TextChoices):
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    MERGED = "merged"  # all that it was is part of another order, and nothing is left to count here


MOVES: Final[dict[OrderState, frozenset[OrderState]]] = {
    OrderState.AWAITING_PAYMENT: frozenset({OrderState.PAID, OrderState.CANCELLED}),
    OrderState.PAID: frozenset({OrderState.DISPATCHED, OrderState.CANCELLED, OrderState.MERGED}),
    OrderState.DISPATCHED: frozenset({OrderState.DELIVERED}),
    OrderState.DELIVERED: frozenset({OrderState.COMPLETED}),
    OrderState.COMPLETED: frozenset(),
    OrderState.CANCELLED: frozenset(),
    OrderState.MERGED: frozenset(),
}


class MoveNotAllowed(Exception):
    """The order is not in a state from which it can go there."""

    def __init__(self, order_id: int, found: str, wanted: str) -> None:
        super().__init__(f"order {order_id} is {found} and cannot become {wanted}")
        self.order_id = order_id
        self.found = found
        self.wanted = wanted
