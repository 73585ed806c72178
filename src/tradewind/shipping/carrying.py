"""How a way carries: its kind, what it refuses, what it weighs by, and what it costs the buyer and the shop."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop

from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.lib.freight import Rates, write_rates
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.shipping.freight import DIVISORS
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.offering import MOST_GRAMS

_MOST_MM: Final = 20_000
_LONGEST_TRAIT: Final = 30
_MOST_TRAITS: Final = 30
_FIELDS: Final = (
    "kind", "duty", "is_tracked", "max_weight_g", "divisor", "rounds_to_g", "longest_mm", "sides_mm", "refuses",
    "free_from", "rates", "own_rates",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carrying:
    """`rates` None: buyers pay the flat cost; `own` None: nobody knows what the carrier takes. Limits of 0 are none."""

    kind: str
    duty: str
    is_tracked: bool
    max_weight_g: int
    divisor: int
    rounds_to_g: int
    longest_mm: int
    sides_mm: int
    refuses: frozenset[str]
    free_from: Money | None
    rates: Rates | None
    own: Rates | None


class ChangedMeanwhile(Exception):
    """Somebody else has changed the way since it was looked at."""


def change_carrying(*, option_id: int, carrying: Carrying, seen: str, at: datetime, by: str) -> None:
    """Quotes say so from the next request on; orders keep what they were placed by. Raises NotValid, ChangedMeanwhile."""
    with transaction.atomic():
        option = DeliveryOption.objects.select_for_update().get(pk=option_id)
        before = _told(option)
        wanted = _told(give_carrying(DeliveryOption.objects.get(pk=option_id), carrying))
        if wanted == before:
            return
        if seen != seen_of(option):
            raise ChangedMeanwhile
        give_carrying(option, carrying)
        option.save(update_fields=list(_FIELDS))
        changed = {name for name in wanted if wanted[name] != before[name]} | {"option"}
        write_audit(
            "market.option_changed",
            subject=("market", option.market_id),
            by=by,
            at=at,
            before={name: before[name] for name in before if name in changed},
            after={name: wanted[name] for name in wanted if name in changed},
        )
        touch(option.market_id)


def give_carrying(option: DeliveryOption, carrying: Carrying) -> DeliveryOption:
    """To the value in memory; nothing is stored. Raises NotValid."""
    _check(option, carrying)
    option.kind, option.duty, option.is_tracked = carrying.kind, carrying.duty, carrying.is_tracked
    option.max_weight_g, option.divisor, option.rounds_to_g = (
        carrying.max_weight_g, carrying.divisor, carrying.rounds_to_g,
    )  # fmt: skip
    option.longest_mm, option.sides_mm = carrying.longest_mm, carrying.sides_mm
    option.refuses = sorted(carrying.refuses)
    option.free_from = None if carrying.free_from is None else carrying.free_from.amount
    option.rates = None if carrying.rates is None else write_rates(carrying.rates)
    option.own_rates = None if carrying.own is None else write_rates(carrying.own)
    return option


def read_traits(typed: str) -> frozenset[str]:
    """Of a list with commas. Raises NotValid."""
    traits = frozenset(filter(None, (each.strip().lower() for each in typed.replace("，", ",").split(","))))
    if len(traits) > _MOST_TRAITS or any(len(each) > _LONGEST_TRAIT for each in traits):
        raise NotValid("refuses", gettext_noop("Short words with commas between them, please: battery, magnet"))
    return traits


def seen_of(option: DeliveryOption) -> str:
    """Changes when any of it changes."""
    return hashlib.sha256(json.dumps(_told(option), sort_keys=True).encode()).hexdigest()[:32]


def _check(option: DeliveryOption, carrying: Carrying) -> None:
    _require(carrying.kind in DeliveryOption.Kind.values, "kind", gettext_noop("Please choose one of them."))
    _require(carrying.duty in DeliveryOption.Duty.values, "duty", gettext_noop("Please choose one of them."))
    _require(carrying.divisor in DIVISORS, "divisor", gettext_noop("Please choose one of them."))
    weight = gettext_noop("The weight is above zero and below a ton.")
    _require(0 < carrying.max_weight_g <= MOST_GRAMS, "max_weight_g", weight)
    _require(0 < carrying.rounds_to_g <= MOST_GRAMS, "rounds_to_g", weight)
    measure = gettext_noop("Millimetres, up to 20 metres; 0 where there is no limit.")
    _require(0 <= carrying.longest_mm <= _MOST_MM, "longest_mm", measure)
    _require(0 <= carrying.sides_mm <= _MOST_MM, "sides_mm", measure)
    if carrying.rates is not None and carrying.rates.currency != option.currency:
        raise NotValid("rates", gettext_noop("What buyers pay is in the currency of the market."))


def _require(is_so: bool, name: str, words: str) -> None:  # noqa: FBT001  # it is the whole question
    if not is_so:
        raise NotValid(name, words)


def _told(option: DeliveryOption) -> dict[str, Any]:
    return {"option": option.code, **{name: getattr(option, name) for name in _FIELDS}}
