"""Where a promise was said: in the checkout, in letters. Each place once, with the first time."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tradewind.promises.models import Promise


def note_said(*, order_id: int, where: str, at: datetime, kinds: Collection[str] | None = None) -> int:
    """What is open of an order was said there. Returns of how many that is news."""
    with transaction.atomic():
        rows = Promise.objects.select_for_update().filter(subject_kind="order", subject_id=order_id)
        fresh = [
            promise
            for promise in rows.filter(state=Promise.State.MADE).order_by("pk")
            if (kinds is None or promise.kind in kinds) and where not in {each["where"] for each in promise.told}
        ]
        for promise in fresh:
            promise.told = [*promise.told, {"where": where, "at": at.isoformat()}]
            promise.save(update_fields=["told"])
    return len(fresh)
