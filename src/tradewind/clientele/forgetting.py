"""Quotations that came to nothing are emptied after a year, with the letters about them."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.schedule import every
from tradewind.messaging.erasing import LetterOnItsWay, erase_quotation_letters
from tradewind.quotations.erasing import empty_quotations, old_quotations

BATCH: Final = 100


@every(timedelta(hours=6), name="clientele.forget_quotations")
def forget_quotations(now: datetime) -> int:
    """Returns how many."""
    forgotten = 0
    for row in old_quotations(now, limit=BATCH):
        # One whose letter is stuck waits for whoever looks after that.
        with suppress(LetterOnItsWay), transaction.atomic():
            erase_quotation_letters(empty_quotations([row], at=now))
            forgotten += 1
    return forgotten
