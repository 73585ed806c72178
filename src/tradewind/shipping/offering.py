"""Changing how a delivery option is offered: on or off, its cost, its days."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.shipping.models import DeliveryOption


@dataclass(frozen=True, slots=True)
class OptionTerms:
    """Days are working days of the destination after dispatch."""

    is_on: bool
    cost: Money
    days_min: int
    days_max: int


def change_option(*, option_id: int, terms: OptionTerms, at: datetime, by: str) -> None:
    """Quotes say so from the next request on; promises that were made stand. Raises NotValid."""
    if not 0 < terms.days_min <= terms.days_max:
        raise NotValid("days_max", gettext_noop("The longest time is not below the shortest, and both are above zero."))
    with transaction.atomic():
        option = DeliveryOption.objects.select_for_update().get(pk=option_id)
        before = _told(option)
        option.is_on = terms.is_on
        option.cost = terms.cost.amount
        option.days_min, option.days_max = terms.days_min, terms.days_max
        if _told(option) == before:
            return
        option.save(update_fields=["is_on", "cost", "days_min", "days_max"])
        write_audit(
            "market.option_changed",
            subject=("market", option.market_id),
            by=by,
            at=at,
            before=before,
            after=_told(option),
        )
        touch(option.market_id)


def _told(option: DeliveryOption) -> dict[str, Any]:
    return {
        "option": option.code,
        "is_on": option.is_on,
        "cost": option.cost,
        "days": [option.days_min, option.days_max],
    }
