"""Named reads of markets for the staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q

from tradewind.catalog.models import Price
from tradewind.console.markets.wording import charge_words, key_words, value_words
from tradewind.core import words
from tradewind.lib.alphabets import place_in_list
from tradewind.lib.countries import country_name
from tradewind.lib.money import Money
from tradewind.markets.models import Market, MarketRule
from tradewind.markets.queries import all_markets
from tradewind.payments.models import MethodOffer
from tradewind.payments.ports import filled_codes
from tradewind.shipping.lane_showing import KnownLane, known_lanes
from tradewind.shipping.models import DeliveryOption

_LANES_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class MarketRow:
    id: int
    code: str
    name: str
    currency: str
    languages: str
    countries: str
    shows_tax: bool
    charges: Sequence[str]
    options: int
    methods: int
    prices: int


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One version of a rule, in words."""

    id: int
    key: str
    name: str
    words: str
    valid_from: date
    valid_to: date | None
    source: str
    checked_on: date
    confidence: str


@dataclass(frozen=True, slots=True)
class OptionRow:
    id: int
    code: str
    name: str
    warehouse: str
    cost: Money
    days_min: int
    days_max: int
    is_on: bool
    is_by_weight: bool


@dataclass(frozen=True, slots=True)
class MethodRow:
    id: int
    code: str
    name: str
    provider: str
    is_reachable: bool
    hold_days: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class MarketDetail:
    row: MarketRow
    names: dict[str, str]
    in_force: Sequence[RuleRow]
    planned: Sequence[RuleRow]
    ended: Sequence[RuleRow]
    options: Sequence[OptionRow]
    methods: Sequence[MethodRow]
    known: Mapping[str, Sequence[KnownLane]]  # by option: what parcels have taught, of the countries with most of them


def market_list(*, on: date) -> list[MarketRow]:
    """All markets in the order of display, in as many statements for one as for thirty."""
    language = words.spoken()
    options = dict(_on(DeliveryOption).values_list("market_id").annotate(Count("id")))
    methods = dict(_on(MethodOffer).values_list("market_id").annotate(Count("id")))
    prices = dict(Price.objects.values_list("market_id").annotate(Count("id")).order_by())
    return [
        MarketRow(
            id=market.id,
            code=market.code,
            name=market.name(language),
            currency=market.currency,
            languages=" ".join(market.languages),
            countries=_countries(market.countries, is_fallback=market.is_fallback),
            shows_tax=market.shows_tax,
            charges=[charge_words(charge) for charge in market.charges],
            options=options.get(market.id, 0),
            methods=methods.get(market.id, 0),
            prices=prices.get(market.id, 0),
        )
        for market in all_markets(on=on)
    ]


def market_detail(market_id: int, *, on: date) -> MarketDetail | None:
    row = next((row for row in market_list(on=on) if row.id == market_id), None)
    if row is None:
        return None
    market = Market.objects.get(pk=market_id)
    rules = [_rule(rule, market) for rule in MarketRule.objects.filter(market=market).order_by("key", "valid_from")]
    return MarketDetail(
        row=row,
        names=dict(market.name),
        in_force=[rule for rule in rules if rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to)],
        planned=[rule for rule in rules if rule.valid_from > on],
        ended=[rule for rule in rules if rule.valid_to is not None and rule.valid_to <= on],
        options=_options(market_id),
        methods=_methods(market_id),
        known=_known(row.code, on),
    )


def rule_on(market: Market, key: str, *, on: date) -> MarketRule | None:
    """The version that holds on a day, else the newest."""
    versions = MarketRule.objects.filter(market=market, key=key).order_by("-valid_from")
    holding = versions.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    return holding.first() or versions.first()


def _on(model: Any) -> Any:
    return model.objects.filter(is_on=True).order_by()


def _countries(codes: frozenset[str], *, is_fallback: bool) -> str:
    language = words.spoken()
    if is_fallback:
        return words.say(language, "All that no other market names")
    named = [country_name(code, words.locale_of(language)) for code in codes]
    return ", ".join(sorted(named, key=lambda name: place_in_list(name, language)))


def _rule(rule: MarketRule, market: Market) -> RuleRow:
    return RuleRow(
        id=rule.pk,
        key=rule.key,
        name=key_words(rule.key, rule.value),
        words=value_words(rule.key, rule.value, market.currency),
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        source=rule.source,
        checked_on=rule.checked_on,
        confidence=rule.confidence,
    )


def _options(market_id: int) -> list[OptionRow]:
    rows = DeliveryOption.objects.filter(market_id=market_id).select_related("warehouse").order_by("position", "id")
    language = words.spoken()
    return [
        OptionRow(
            id=row.pk,
            code=row.code,
            name=words.pick(row.name, language),
            warehouse=words.pick(row.warehouse.name, language),
            cost=Money(row.cost, row.currency),
            days_min=row.days_min,
            days_max=row.days_max,
            is_on=row.is_on,
            is_by_weight=row.rates is not None,
        )
        for row in rows
    ]


def _known(code: str, on: date) -> dict[str, list[KnownLane]]:
    lanes = known_lanes(on=on, market=code)
    return {
        option: [lane for lane in lanes if lane.option == option][:_LANES_SHOWN]
        for option in {each.option for each in lanes}
    }


def _methods(market_id: int) -> list[MethodRow]:
    reachable = {"manual", *filled_codes()}
    return [
        MethodRow(
            id=row.pk,
            code=row.code,
            name=words.pick(row.name, words.spoken()),
            provider=row.provider,
            is_reachable=row.provider in reachable,
            hold_days=row.hold_days,
            is_on=row.is_on,
        )
        for row in MethodOffer.objects.filter(market_id=market_id).order_by("position", "id")
    ]
