"""How long papers are kept. Whoever erases a buyer cannot erase their invoices: the law has them kept.

Regulation (EU) 2016/679 (GDPR), art. 17(3)(b). Ten years after the end of the year cover § 14b UStG (eight since 2025), the ten
years for the one-stop shop (Regulation (EU) No 282/2011, art. 63c), and what most others ask. Until then they lie sealed: staff of the accounts open them, nobody else.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.files import forget_private
from tradewind.core.schedule import every
from tradewind.papers.models import IssuedPaper

KEPT_FOR_YEARS: Final = 10
_AT_ONCE: Final = 200


def seal_papers(*, order_id: int, at: datetime) -> int:
    """The buyer's data are erased: their papers are no longer handed to whoever holds a link. Returns how many were open."""
    with transaction.atomic():
        return IssuedPaper.objects.filter(order_id=order_id, sealed_at=None).update(sealed_at=at)


@every(timedelta(hours=12), name="papers.forget_sealed")
def forget_sealed(now: datetime) -> int:
    """Empty sealed papers whose time is over. Number, total and day stay, so that the series shows no gap. Returns how many."""
    until = datetime(now.year - KEPT_FOR_YEARS, 1, 1, tzinfo=UTC)
    over = IssuedPaper.objects.filter(sealed_at__isnull=False, forgotten_at=None, issued_at__lt=until)
    rows = list(over.order_by("pk").values_list("pk", "file_id")[:_AT_ONCE])
    for pk, file_id in rows:
        with transaction.atomic():
            IssuedPaper.objects.filter(pk=pk).update(content={}, items=[], file=None, forgotten_at=now)
        if file_id is not None:
            forget_private(file_id, now=now)
    return len(rows)
