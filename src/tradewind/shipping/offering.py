"""Offering ways to deliver: a new one, and on or off, cost and days of those that there are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from tradewind.core.facts import record
from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.shipping.events import OptionSwitched
from tradewind.shipping.models import DeliveryOption

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,29}")
_MOST_DAYS: Final = 200
MOST_GRAMS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class OptionTerms:
    """Days are working days of the destination after dispatch."""

    is_on: bool
    cost: Money
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class NewOption:
    """A way from a warehouse to a market."""

    code: str
    name: Mapping[str, str]
    warehouse_id: int
    terms: OptionTerms
    is_tracked: bool
    max_weight_g: int


def add_option(*, market_id: int, option: NewOption, at: datetime, by: str) -> DeliveryOption:
    """Comes after those that there are. Raises NotValid."""
    with transaction.atomic():
        added = new_option(market_id, option)
        added.save()
        write_audit("market.option_added", subject=("market", market_id), by=by, at=at, after=_told(added))
        touch(market_id)
    return added


def new_option(market_id: int, option: NewOption) -> DeliveryOption:
    """As it would be; nothing is stored. Raises NotValid."""
    _check(option.terms)
    if not _CODE.fullmatch(option.code):
        raise NotValid("code", gettext_noop("Write small letters, digits or hyphens, say “nl-air”."))
    if not option.name.get("en"):
        raise NotValid("name", gettext_noop("Give it a name in English at least."))
    if not 0 < option.max_weight_g <= MOST_GRAMS:
        raise NotValid("max_weight_g", gettext_noop("The weight is above zero and below a ton."))
    same = DeliveryOption.objects.filter(market_id=market_id)
    if same.filter(code=option.code).exists():
        raise NotValid("code", gettext_noop("This market has a way with this code already."))
    last = same.aggregate(last=Max("position"))["last"]
    return DeliveryOption(
        market_id=market_id,
        warehouse_id=option.warehouse_id,
        code=option.code,
        name=dict(option.name),
        cost=option.terms.cost.amount,
        currency=option.terms.cost.currency,
        days_min=option.terms.days_min,
        days_max=option.terms.days_max,
        is_tracked=option.is_tracked,
        max_weight_g=option.max_weight_g,
        source="The shop's own range for this lane",
        position=0 if last is None else last + 1,
        is_on=option.terms.is_on,
    )


def change_option(*, option_id: int, terms: OptionTerms, at: datetime, by: str) -> None:
    """Quotes say so from the next request on; promises that were made stand. Raises NotValid."""
    with transaction.atomic():
        option = DeliveryOption.objects.select_for_update().get(pk=option_id)
        before = _told(option)
        give_terms(option, terms)
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
        if before["is_on"] != option.is_on:
            record(OptionSwitched(option.market_id, option.code, option.is_on), by=by, at=at)
        touch(option.market_id)


def give_terms(option: DeliveryOption, terms: OptionTerms) -> None:
    """To the value in memory; nothing is stored. Raises NotValid."""
    _check(terms)
    option.is_on = terms.is_on
    option.cost = terms.cost.amount
    option.days_min, option.days_max = terms.days_min, terms.days_max


def _check(terms: OptionTerms) -> None:
    if not 0 < terms.days_min <= terms.days_max <= _MOST_DAYS:
        raise NotValid("days_max", gettext_noop("The longest time is not below the shortest, and both are above zero."))


def _told(option: DeliveryOption) -> dict[str, Any]:
    return {
        "option": option.code,
        "is_on": option.is_on,
        "cost": option.cost,
        "days": [option.days_min, option.days_max],
    }
