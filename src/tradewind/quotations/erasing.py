"""Emptying quotations of what is personal. That there was one, when, over how much and what became of it stays."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from tradewind.core import search
from tradewind.core.links import revoke_links
from tradewind.quotations.drafting import KIND
from tradewind.quotations.models import Quotation, QuotationVersion

# How long one that came to nothing is kept with what it says: somebody may come back to it.
KEPT_FOR: Final = timedelta(days=365)


def quotations_of(order_id: int, buyer_id: int | None, email: str) -> list[Quotation]:
    """The one that became this order, and all of the buyer or the address that became none."""
    theirs = Q(pk__in=[])
    if buyer_id is not None:
        theirs |= Q(buyer_id=buyer_id)
    if email:
        theirs |= Q(email__iexact=email)
    return list(Quotation.objects.filter(Q(order_id=order_id) | (Q(order=None) & theirs)).order_by("pk"))


def old_quotations(now: datetime, *, limit: int) -> list[Quotation]:
    """Those that became no order and were made long ago, the oldest first."""
    kept = Quotation.objects.filter(made_at__lt=now - KEPT_FOR, order=None, erased_at=None)
    return list(kept.order_by("made_at", "pk")[:limit])


def empty_quotations(rows: Iterable[Quotation], *, at: datetime) -> list[int]:
    """In the caller's transaction. Links to them open nothing any more. Returns their versions, about which letters were sent."""
    versions = []
    for row in rows:
        row.email, row.ship_to, row.note, row.internal_note, row.words = "", _country(row.ship_to), "", "", ""
        row.agreed = {}
        row.erased_at = row.erased_at or at
        row.revision = F("revision") + 1  # who is working on it is told
        row.save()
        search.forget([KIND], row.pk)
        row.lines.update(title="")
        for version in row.versions.order_by("number"):
            _empty_version(version)
            versions.append(version.pk)
        revoke_links(subject=("quotation", row.pk), at=at)
    return versions


def _empty_version(version: QuotationVersion) -> None:
    version.email, version.ship_to, version.note = "", _country(version.ship_to), ""
    content = version.content
    content["lines"] = [line if line["variant_id"] else {**line, "title": ""} for line in content["lines"]]
    content["delivery_option"] = {**content["delivery_option"], "name": {}}
    version.save()


def _country(ship_to: dict[str, str]) -> dict[str, str]:
    return {part: value for part, value in ship_to.items() if part == "country"}
