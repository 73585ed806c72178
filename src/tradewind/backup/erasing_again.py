"""After a restore: erase once more what had been erased since the backup."""

from collections.abc import Iterable
from datetime import datetime

from tradewind.backup.erasures import ErasedAgain, Erasure
from tradewind.clientele.erasing import erase_order
from tradewind.messaging.erasing import LetterOnItsWay
from tradewind.orders.erasing import StillNeeded, ask_for_erasure
from tradewind.orders.models import Order


def erase_again(erasures: Iterable[Erasure], *, at: datetime) -> ErasedAgain:
    """Orders that the backup does not know were placed after it, and have nothing left to erase."""
    erased, left = [], []
    for erasure in erasures:
        order = Order.objects.filter(pk=erasure.order_id, ref=erasure.ref).first()
        if order is None:
            continue
        try:
            erase_order(order.pk, keeps_address=erasure.keeps_address, by=None, at=at)
            erased.append(erasure.ref)
        except (StillNeeded, LetterOnItsWay):
            ask_for_erasure(order_id=order.pk, at=at)
            left.append(erasure.ref)
    return ErasedAgain(tuple(erased), tuple(left))
