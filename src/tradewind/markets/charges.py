"""The charges of a market as its dated rules say: reading what is stored, refusing what cannot be meant.

Each charge is a rule of its own, `charge.<key>`, because each has its own law, dates and certainty. Amounts are in the
market's currency, in major units. A market whose rules name no tax to collect has that of
its `tax_rate`, if there is one.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar

from django.utils.translation import gettext_noop

from tradewind.lib.charging import Base, Charge, Collected, Kind, Sort
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.money import Money, TooManyDigits, UnreadableAmount

PREFIX: Final = "charge."
LEGACY_TAX: Final = "tax_rate"
_TAX_NAME: Final = {"en": "VAT", "de": "MwSt.", "zh": "增值税", "fr": "TVA", "es": "IVA", "pt": "IVA", "ja": "消費税"}
_MOST_PERCENT: Final = 1000

Code = TypeVar("Code", bound=StrEnum)


class BadCharge(ValueError):
    """A charge that cannot be computed; `field` is the part that is wrong, the words say what would do."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(f"{field}: {words}")
        self.field = field
        self.words = words


def charges_of(rules: Mapping[str, Any], *, currency: str, shows_tax: bool) -> tuple[Charge, ...]:
    """The charges in these rules, by key. Raises BadCharge."""
    keys = sorted(key for key in rules if key.startswith(PREFIX))
    charges = [read_charge(key.removeprefix(PREFIX), rules[key], currency) for key in keys]
    rate = _percent(rules.get(LEGACY_TAX, "0"))
    if rate and not any(is_collected_tax(charge) for charge in charges):
        collected = Collected.IN_PRICE if shows_tax else Collected.AT_CHECKOUT
        base = Base.GOODS_AND_DELIVERY
        charges.append(Charge("tax", _TAX_NAME, Sort.TAX, Kind.PERCENT, collected, rate=rate, base=base))
    return tuple(charges)


def is_collected_tax(charge: Charge) -> bool:
    """A tax that the shop takes itself, in the price or on top of it."""
    return charge.sort is Sort.TAX and charge.collected is not Collected.AT_IMPORT


def read_charge(key: str, value: Mapping[str, Any], currency: str) -> Charge:
    """Raises BadCharge."""
    kind = _code(value, "kind", Kind)
    charge = Charge(
        key=key,
        name={str(language): str(text) for language, text in dict(value.get("name", {})).items()},
        sort=_code(value, "sort", Sort),
        kind=kind,
        collected=_code(value, "collected", Collected),
        rate=_percent(value.get("rate", "")) if kind is Kind.PERCENT else Decimal(0),
        amount=_money(value, "amount", currency) if kind is Kind.PER_HEADING else None,
        less=_money(value, "less", currency),
        base=_code({"base": Base.GOODS, **value}, "base", Base),
        up_to=_money(value, "up_to", currency),
        above=_money(value, "above", currency),
        is_taxable=bool(value.get("is_taxable")),
        imports_only=bool(value.get("imports_only")),
        countries=frozenset(value.get("countries", ())),
        shown_rate=str(value.get("shown_rate", "")),
    )
    _refuse_nonsense(charge)
    return charge


def _refuse_nonsense(charge: Charge) -> None:
    if not charge.name.get("en"):
        raise BadCharge("name", gettext_noop("Give it a name in English at least."))
    if charge.kind is Kind.PER_HEADING and charge.amount is None:
        raise BadCharge("amount", gettext_noop("Give the amount for each kind of goods."))
    if charge.sort is Sort.TAX and charge.kind is not Kind.PERCENT:
        raise BadCharge("kind", gettext_noop("A tax is a percentage."))
    if charge.sort is Sort.DUTY and charge.collected is Collected.IN_PRICE:
        raise BadCharge(
            "collected", gettext_noop("A duty is no part of the price: let it be paid at the checkout or at import.")
        )
    if charge.up_to is not None and charge.above is not None and charge.up_to <= charge.above:
        raise BadCharge("up_to", gettext_noop("The upper limit must be more than the lower one."))
    unknown = sorted(charge.countries - COUNTRIES)
    if unknown:
        raise BadCharge("countries", gettext_noop("Write codes of two letters, say DE AT; one of these is no country."))
    if charge.shown_rate:
        _percent(charge.shown_rate, "shown_rate")


def _percent(text: object, field: str = "rate") -> Decimal:
    try:
        rate = Decimal(str(text).strip())
    except InvalidOperation:
        raise BadCharge(field, gettext_noop("Give the percentage as a number, say 19 or 7.5.")) from None
    if not rate.is_finite() or rate < 0 or rate > _MOST_PERCENT:
        raise BadCharge(field, gettext_noop("A percentage lies between 0 and 1000."))
    return rate


def _money(value: Mapping[str, Any], field: str, currency: str) -> Money | None:
    text = str(value.get(field, "") or "").strip()
    if not text:
        return None
    try:
        money = Money.of(text, currency)
    except (UnreadableAmount, TooManyDigits):
        raise BadCharge(
            field, gettext_noop("Give an amount like 12.90, with no more digits than the currency has.")
        ) from None
    if money.amount < 0:
        raise BadCharge(field, gettext_noop("An amount is not below zero."))
    return money


def _code(value: Mapping[str, Any], field: str, codes: type[Code]) -> Code:
    try:
        return codes(str(value.get(field, "")))
    except ValueError:
        raise BadCharge(field, gettext_noop("Choose one of the list.")) from None
