"""What buyers want to hear of: kept by order, and obeyed for all orders of a buyer until another one says otherwise.

What follows from the contract is told whatever somebody wishes: paid, changed, cancelled, late, lost, money back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.links import make_link
from tradewind.core.rows import hold_all
from tradewind.messaging.models import LetterWish
from tradewind.messaging.on_the_way import Moment
from tradewind.orders.models import Order

Way: Final = LetterWish.Way
STOP_REQUESTS: Final = "letters.no_requests"
# The buyer has to be there, to answer, or to go and get it.
NEEDED: Final = frozenset({Moment.ASKED, Moment.OUT_FOR_DELIVERY, Moment.NOT_HANDED_OVER, Moment.TO_COLLECT})


@dataclass(frozen=True, slots=True)
class Wish:
    """`way`: a code of LetterWish.Way."""

    way: str = Way.ALL
    wants_requests: bool = True


class BadWish(ValueError):
    """Not a choice that was offered."""


def wish_of(order: Order) -> Wish:
    """The order's own, else the newest of its buyer, else all."""
    row = LetterWish.objects.filter(order=order).first()
    if row is None and order.buyer_id is not None:
        row = LetterWish.objects.filter(buyer_id=order.buyer_id).order_by("-at", "-pk").first()
    return Wish(row.way, row.wants_requests) if row is not None else Wish()


def wants(order: Order, moment: Moment) -> bool:
    return moment in NEEDED or wish_of(order).way == Way.ALL


def wants_requests(order: Order) -> bool:
    return wish_of(order).wants_requests


def set_wish(*, order_id: int, wish: Wish, at: datetime) -> None:
    """The newest counts. Raises BadWish."""
    if wish.way not in Way.values:
        raise BadWish(wish.way)
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        values = {"buyer_id": order.buyer_id, "way": wish.way, "wants_requests": wish.wants_requests, "at": at}
        LetterWish.objects.update_or_create(order=order, defaults=values)


def stop_requests(*, order_id: int, at: datetime) -> None:
    """One click in a mail ends such requests for this buyer: of every order that has said something, and of those to come."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        if order.buyer_id is not None:
            hold_all(LetterWish, LetterWish.objects.filter(buyer_id=order.buyer_id).values_list("pk", flat=True))
            LetterWish.objects.filter(buyer_id=order.buyer_id).update(wants_requests=False)
        set_wish(order_id=order_id, wish=Wish(wish_of(order).way, wants_requests=False), at=at)


def stop_token(order: Order, *, at: datetime) -> str:
    """Of the link that ends requests. In the transaction that plans the mail."""
    return make_link(STOP_REQUESTS, subject=("order", order.pk), at=at)
