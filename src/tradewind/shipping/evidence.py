"""Photos and films of packing and of checks: private files, seen by staff alone, gone with the order's personal data."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.catalog.media_checking import MediaRefused
from tradewind.core.files import came_in_just_now, forget_private, keep_private
from tradewind.core.schedule import every
from tradewind.orders.models import Order
from tradewind.shipping.evidence_cleaning import Cleaned, clean
from tradewind.shipping.models import Evidence, QualityCheck

MOST: Final = 30
_FORGOTTEN_AT_ONCE: Final = 500


def add_evidence(
    *, order_id: int, content: bytes, found: QualityCheck | None = None, by: str, at: datetime
) -> Evidence:
    """The same file twice for the same is one. Not to be called in a transaction: setting a picture takes its time.

    Raises MediaRefused, also where the order's personal data were erased.
    """
    return add_cleaned(order_id=order_id, cleaned=clean(content), found=found, by=by, at=at)


def add_cleaned(
    *, order_id: int, cleaned: Cleaned, found: QualityCheck | None = None, by: str, at: datetime
) -> Evidence:
    """The same of what has been cleaned. Raises MediaRefused."""
    file = keep_private("evidence", cleaned.content, content_type=cleaned.content_type, at=at)
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        if order.erased_at is not None:
            raise MediaRefused("erased")
        known = Evidence.objects.filter(order=order, file=file, found=found).first()
        if known is not None:
            return known
        if Evidence.objects.filter(order=order).count() >= MOST:
            raise MediaRefused("too_many", most=MOST)
        return Evidence.objects.create(order=order, found=found, file=file, is_film=cleaned.is_film, by=by, at=at)


def evidence_of(order_id: int) -> list[Evidence]:
    """What staff may see of an order, the oldest first."""
    return list(Evidence.objects.filter(order_id=order_id, erased_at=None).select_related("file").order_by("pk"))


@every(timedelta(hours=1), name="shipping.forget_evidence")
def forget_erased(now: datetime) -> int:
    """The files of what was erased. One that has just come in stays on the disk for a while: at a later turn."""
    rows = Evidence.objects.filter(erased_at__isnull=False).select_related("file").order_by("pk")
    gone = [row for row in rows[:_FORGOTTEN_AT_ONCE] if not came_in_just_now(row.file, now=now)]
    for row in gone:
        row.delete()
        forget_private(row.file_id, now=now)
    return len(gone)
