"""Quotations that came to nothing are emptied after a year, with the letters about them."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.buyers.erasing import erase_buyer
from tradewind.core.schedule import every
from tradewind.messaging.erasing import LetterOnItsWay, erase_quotation_letters
from tradewind.orders.models import Order
from tradewind.quotations.erasing import empty_quotations, old_quotations
from tradewind.quotations.models import Quotation

BATCH: Final = 100


@every(timedelta(hours=6), name="clientele.forget_quotations")
def forget_quotations(now: datetime) -> int:
    """Returns how many."""
    forgotten = 0
    for row in old_quotations(now, limit=BATCH):
        # One whose letter is stuck waits for whoever looks after that.
        with suppress(LetterOnItsWay), transaction.atomic():
            erase_quotation_letters(empty_quotations([row], at=now))
            _forget_buyer(row.buyer_id)
            forgotten += 1
    return forgotten


def _forget_buyer(buyer_id: int | None) -> None:
    """Whom we know from quotations alone, none of which is left."""
    if buyer_id is None or Order.objects.filter(buyer_id=buyer_id).exists():
        return
    if not Quotation.objects.filter(buyer_id=buyer_id, erased_at=None).exists():
        erase_buyer(buyer_id)
