"""Offering payment methods: a new one, on or off, and how long goods wait for the money."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.markets.changing import touch
from tradewind.payments.models import MANUAL, MethodOffer
from tradewind.payments.ports import filled_codes

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,29}")
_MOST_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class NewOffer:
    """A method as one market offers it. The money of a transfer takes days, that of a provider is here at once."""

    code: str
    provider: str
    name: Mapping[str, str]
    hold_days: int


def add_offer(*, market_id: int, offer: NewOffer, at: datetime, by: str) -> MethodOffer:
    """Comes after those that there are. Raises NotValid."""
    with transaction.atomic():
        added = new_offer(market_id, offer)
        added.save()
        write_audit("market.method_added", subject=("market", market_id), by=by, at=at, after=_told(added))
        touch(market_id)
    return added


def new_offer(market_id: int, offer: NewOffer) -> MethodOffer:
    """As it would be; nothing is stored. Raises NotValid."""
    _check(offer.hold_days)
    if not _CODE.fullmatch(offer.code):
        raise NotValid("code", gettext_noop("Write small letters, digits or underscores, say “card”."))
    if not offer.name.get("en"):
        raise NotValid("name", gettext_noop("Give it a name in English at least."))
    if offer.provider not in {MANUAL, *filled_codes()}:
        raise NotValid("provider", gettext_noop("This installation cannot reach that provider."))
    same = MethodOffer.objects.filter(market_id=market_id)
    if same.filter(code=offer.code).exists():
        raise NotValid("code", gettext_noop("This market has a method with this code already."))
    last = same.aggregate(last=Max("position"))["last"]
    return MethodOffer(
        market_id=market_id,
        code=offer.code,
        provider=offer.provider,
        name=dict(offer.name),
        is_instant=offer.provider != MANUAL,
        hold_days=offer.hold_days,
        position=0 if last is None else last + 1,
    )


def change_offer(*, offer_id: int, is_on: bool, hold_days: int, at: datetime, by: str) -> None:
    """Checkouts say so from the next request on; payments that were begun go on. Raises NotValid."""
    with transaction.atomic():
        offer = MethodOffer.objects.select_for_update().get(pk=offer_id)
        before = _told(offer)
        give_offer(offer, is_on=is_on, hold_days=hold_days)
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


def give_offer(offer: MethodOffer, *, is_on: bool, hold_days: int) -> None:
    """To the value in memory; nothing is stored. Raises NotValid."""
    _check(hold_days)
    offer.is_on, offer.hold_days = is_on, hold_days


def _check(hold_days: int) -> None:
    if not 1 <= hold_days <= _MOST_DAYS:
        raise NotValid("hold_days", gettext_noop("Goods wait from 1 to 60 days."))


def _told(offer: MethodOffer) -> dict[str, Any]:
    return {"method": offer.code, "is_on": offer.is_on, "hold_days": offer.hold_days}
