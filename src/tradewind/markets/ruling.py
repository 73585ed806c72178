"""Changing a market's rules: a new version begins on a day, the one before it ends there. The past is never edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop

from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.lib.charging import Charge, Collected, Sort
from tradewind.lib.unit_pricing import UnreadableContent, pricing_of
from tradewind.markets.changing import touch
from tradewind.markets.charges import LEGACY_TAX, PREFIX, BadCharge, charges_of, is_collected_tax, read_charge
from tradewind.markets.models import Market, MarketRule
from tradewind.markets.rounding import RATE, ROUNDING, BadRounding, bands_of, rate_of

CONFIDENCES: Final = ("V", "C", "S", "M", "R")
RETURN_DAYS: Final = "return_days"
# After so many days from delivery a buyer is asked how it was, and after so many more reminded; 0 reminds nobody.
FEEDBACK_DAYS: Final = "feedback_days"
FEEDBACK_REMINDER: Final = "feedback_reminder_days"
IN_DAYS: Final = frozenset({RETURN_DAYS, FEEDBACK_DAYS, FEEDBACK_REMINDER})
# Who pays the way back of goods that are as they should be. Where no rule says it, the buyer does.
RETURN_POSTAGE: Final = "return_postage"
RETURN_PAYERS: Final = ("buyer", "seller")
# What one litre, kilogram, metre or square metre costs is shown: {"per": ["1 kg", "1 l"], "least": "10"}, `least` in g and ml.
UNIT_PRICE: Final = "unit_price"
DUTIES_NOTE: Final = "duties_note"
_MOST_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule. `valid_to` is the first day on which it no longer holds."""

    key: str
    value: Any
    valid_from: date
    source: str
    checked_on: date
    confidence: str
    valid_to: date | None = None


def begin_rule(*, market: Market, version: RuleVersion, at: datetime, by: str) -> MarketRule:
    """Let a version begin, today or later. What holds until then ends there; what is planned for later stays.

    Raises NotValid with the field that cannot be used.
    """
    if version.valid_from < at.date():
        raise NotValid("valid_from", gettext_noop("The past is not changed: begin today or later."))
    return _begin(market, version, at=at, by=by)


def record_rule(*, market: Market, version: RuleVersion, at: datetime, by: str) -> MarketRule:
    """The first version of a rule, which may have begun long ago, for a market that is being set up."""
    if MarketRule.objects.filter(market=market, key=version.key).exists():
        raise NotValid("valid_from", gettext_noop("This rule has versions already: let a new one begin."))
    return _begin(market, version, at=at, by=by)


def check_rule(market: Market, version: RuleVersion) -> None:
    """Can this be computed with? Raises NotValid."""
    if version.valid_to is not None and version.valid_to <= version.valid_from:
        raise NotValid("valid_to", gettext_noop("The end comes after the beginning."))
    if not version.source.strip():
        raise NotValid("source", gettext_noop("Say where this can be read: a law, a page, a letter."))
    if version.confidence not in CONFIDENCES:
        raise NotValid("confidence", gettext_noop("Choose how sure you are."))
    _check_value(market, version.key, version.value)


def _begin(market: Market, version: RuleVersion, *, at: datetime, by: str) -> MarketRule:
    check_rule(market, version)
    with transaction.atomic():
        Market.objects.select_for_update().get(pk=market.pk)
        same = MarketRule.objects.filter(market=market, key=version.key)
        if same.filter(valid_from=version.valid_from).exists():
            raise NotValid("valid_from", gettext_noop("A version begins on this day already: choose another day."))
        later = same.filter(valid_from__gt=version.valid_from).order_by("valid_from").first()
        ends = [day for day in (version.valid_to, later.valid_from if later else None) if day is not None]
        before = [rule for rule in same.filter(valid_from__lt=version.valid_from) if _reaches(rule, version.valid_from)]
        for rule in before:
            rule.valid_to = version.valid_from
            rule.save(update_fields=["valid_to"])
        begun = MarketRule.objects.create(
            market=market,
            key=version.key,
            value=version.value,
            valid_from=version.valid_from,
            valid_to=min(ends, default=None),
            source=version.source.strip(),
            checked_on=version.checked_on,
            confidence=version.confidence,
        )
        _check_together(market, version.valid_from)
        write_audit(
            "market.rule_begun",
            subject=("market", market.pk),
            by=by,
            at=at,
            before=[_told(rule) for rule in before] or None,
            after=_told(begun),
        )
        touch(market.pk)
    return begun


def end_rule(*, rule: MarketRule, on: date, at: datetime, by: str) -> None:
    """Let a rule end without a successor, today or later. Raises NotValid, also where prices contain its tax."""
    if on < at.date() or on <= rule.valid_from:
        raise NotValid("valid_to", gettext_noop("A rule ends today or later, and after it began."))
    with transaction.atomic():
        before = _told(rule)
        rule.valid_to = on
        rule.save(update_fields=["valid_to"])
        if rule.market.shows_tax and _is_tax(rule) and not _taxes_on(rule.market, on):
            raise NotValid(
                "valid_to",
                gettext_noop("Prices are shown with tax here: let a new version begin instead of ending it."),
            )
        write_audit(
            "market.rule_ended", subject=("market", rule.market_id), by=by, at=at, before=before, after=_told(rule)
        )
        touch(rule.market_id)


def _reaches(rule: MarketRule, day: date) -> bool:
    return rule.valid_to is None or rule.valid_to > day


def _is_tax(rule: MarketRule) -> bool:
    charges = charges_of({rule.key: rule.value}, currency=rule.market.currency, shows_tax=rule.market.shows_tax)
    return any(is_collected_tax(charge) for charge in charges)


def _check_value(market: Market, key: str, value: Any) -> None:
    try:
        if key.startswith(PREFIX):
            _check_charge(read_charge(key.removeprefix(PREFIX), value, market.currency), market)
        elif key == LEGACY_TAX:
            charges_of({key: value}, currency=market.currency, shows_tax=market.shows_tax)
        elif key == ROUNDING:
            bands_of(value, market.currency)
        elif key == RATE:
            rate_of(value)
        else:
            _check_term(key, value)
    except BadCharge as bad:
        raise NotValid("value" if key == LEGACY_TAX else bad.field, bad.words) from bad
    except BadRounding as bad:
        raise NotValid("value", bad.words) from bad


def _check_term(key: str, value: Any) -> None:
    """What a market promises beside its prices."""
    if key in IN_DAYS and (not isinstance(value, int) or not 0 <= value <= _MOST_DAYS):
        raise NotValid("value", gettext_noop("Days are a whole number from 0 to 365."))
    if key == RETURN_POSTAGE and value not in RETURN_PAYERS:
        raise NotValid("value", gettext_noop("Choose who pays the way back."))
    if key == UNIT_PRICE:
        _check_unit_price(value)
    if key == DUTIES_NOTE and not (isinstance(value, Mapping) and value.get("en")):
        raise NotValid("value", gettext_noop("Write the note in English at least."))


def _check_unit_price(value: Any) -> None:
    try:
        pricing_of(value["per"], value["least"])
    except UnreadableContent as bad:
        raise NotValid(
            "value",
            gettext_noop(
                "Write one unit of each kind, like 1 kg, 1 l, 1 m, 1 m², and from how many grams or millilitres on."
            ),
        ) from bad


def _check_charge(charge: Charge, market: Market) -> None:
    if charge.sort is not Sort.TAX:
        return
    if charge.collected is Collected.IN_PRICE and not market.shows_tax:
        raise NotValid(
            "collected", gettext_noop("This market shows prices without tax: let it be added at the checkout.")
        )
    if charge.collected is Collected.AT_CHECKOUT and market.shows_tax:
        raise NotValid("collected", gettext_noop("This market shows prices with tax: let it be part of the price."))


def _check_together(market: Market, day: date) -> None:
    """Of taxes that the shop collects, one at most may hold for a country: two would be taken from one price."""
    taxes = _taxes_on(market, day)
    for number, charge in enumerate(taxes):
        for other in taxes[:number]:
            if not charge.countries or not other.countries or charge.countries & other.countries:
                raise NotValid("key", gettext_noop("Another tax holds for the same countries: end it first."))


def _taxes_on(market: Market, day: date) -> list[Charge]:
    rules = {rule.key: rule.value for rule in MarketRule.objects.filter(market=market) if _holds(rule, day)}
    charges = charges_of(rules, currency=market.currency, shows_tax=market.shows_tax)
    return [charge for charge in charges if is_collected_tax(charge)]


def _holds(rule: MarketRule, day: date) -> bool:
    return rule.valid_from <= day and _reaches(rule, day)


def _told(rule: MarketRule) -> dict[str, Any]:
    return {
        "key": rule.key,
        "value": rule.value,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "source": rule.source,
        "confidence": rule.confidence,
    }
