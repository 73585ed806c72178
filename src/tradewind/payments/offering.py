"""Changing how a payment method is offered: on or off, and how long goods wait for the money."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop

from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.markets.changing import touch
from tradewind.payments.models import MethodOffer

_MOST_DAYS: Final = 60


def change_offer(*, offer_id: int, is_on: bool, hold_days: int, at: datetime, by: str) -> None:
    """Checkouts say so from the next request on; payments that were begun go on. Raises NotValid."""
    if not 1 <= hold_days <= _MOST_DAYS:
        raise NotValid("hold_days", gettext_noop("Goods wait from 1 to 60 days."))
    with transaction.atomic():
        offer = MethodOffer.objects.select_for_update().get(pk=offer_id)
        before = _told(offer)
        offer.is_on, offer.hold_days = is_on, hold_days
        if _told(offer) == before:
            return
        offer.save(update_fields=["is_on", "hold_days"])
        write_audit(
            "market.method_changed",
            subject=("market", offer.market_id),
            by=by,
            at=at,
            before=before,
            after=_told(offer),
        )
        touch(offer.market_id)


def _told(offer: MethodOffer) -> dict[str, Any]:
    return {"method": offer.code, "is_on": offer.is_on, "hold_days": offer.hold_days}
