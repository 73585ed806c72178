"""Rules in the words of the staff: what is taken, from when on, on what, up to which value."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.console.labels import tag
from tradewind.core.words import listed, locale_of, pick, say, spoken
from tradewind.lib.charging import Base, Charge, Collected, Kind
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.lib.unit_pricing import content_words, read_content
from tradewind.markets.charges import PREFIX, BadCharge, read_charge
from tradewind.markets.rounding import RATE, ROUNDING
from tradewind.markets.ruling import (
    DUTIES_NOTE,
    FEEDBACK_DAYS,
    FEEDBACK_REMINDER,
    RETURN_DAYS,
    RETURN_POSTAGE,
    UNIT_PRICE,
)
from tradewind.markets.wording import percent_words

KEYS: Final = {
    RETURN_DAYS: gettext_noop("Return days"),
    FEEDBACK_DAYS: gettext_noop("Days until the question how it was"),
    FEEDBACK_REMINDER: gettext_noop("Days until it is asked once more (0: not)"),
    RETURN_POSTAGE: gettext_noop("Who pays the way back"),
    DUTIES_NOTE: gettext_noop("What buyers read about duties"),
    ROUNDING: gettext_noop("How proposed prices end"),
    RATE: gettext_noop("Exchange rate for proposals"),
    UNIT_PRICE: gettext_noop("Price of a litre, kilogram or metre"),
    "tax_rate": gettext_noop("Tax rate"),
}
_COLLECTED: Final = {
    Collected.IN_PRICE: gettext_noop("{what} in the price"),
    Collected.AT_CHECKOUT: gettext_noop("{what} at the checkout"),
    Collected.AT_IMPORT: gettext_noop("{what} at the door"),
}


def key_words(key: str, value: Any) -> str:
    """What a rule is called."""
    if key.startswith(PREFIX) and isinstance(value, dict):
        return pick(value.get("name", {}), spoken()) or key
    return say(spoken(), KEYS[key]) if key in KEYS else key


def charge_words(charge: Charge) -> str:
    """ "VAT: 20 % in the price, up to £135.00"."""
    return f"{pick(charge.name, spoken())}: {charge_value(charge)}"


def charge_value(charge: Charge) -> str:
    language = spoken()
    if charge.kind is Kind.PER_HEADING and charge.amount is not None:
        what = say(language, "{amount} for each kind of goods", amount=_money(charge.amount))
    else:
        what = f"{percent_words(charge.percent, language)} %"
    parts = [say(language, _COLLECTED[charge.collected], what=what)]
    if charge.base is Base.GOODS_AND_DELIVERY:
        parts.append(say(language, "on goods and delivery"))
    if charge.less is not None:
        parts.append(say(language, "less {amount}", amount=_money(charge.less)))
    if charge.above is not None:
        parts.append(say(language, "above {amount}", amount=_money(charge.above)))
    if charge.up_to is not None:
        parts.append(say(language, "up to {amount}", amount=_money(charge.up_to)))
    if charge.is_taxable:
        parts.append(say(language, "taxed itself"))
    if charge.countries:
        parts.append(", ".join(sorted(charge.countries)))
    return ", ".join(parts)


def value_words(key: str, value: Any, currency: str) -> str:
    """What a rule says."""
    if key.startswith(PREFIX):
        try:
            return charge_value(read_charge(key.removeprefix(PREFIX), value, currency))
        except BadCharge as bad:
            return say(spoken(), bad.words)
    if key == RATE:
        return say(
            spoken(),
            "1 {common} = {rate} {currency}",
            common=value.get("from", ""),
            rate=value.get("rate", ""),
            currency=currency,
        )
    wording = _WORDING.get(key)
    return wording(value) if wording else str(value)


def _unit_price(value: Any) -> str:
    units = listed(spoken(), [content_words(read_content(unit), locale_of(spoken())) for unit in value["per"]])
    return say(spoken(), "for {units}, from {least} g or ml on", units=units, least=value["least"])


def rounding_lines(value: Any) -> list[str]:
    """As they are typed: lower limit, multiple, endings."""
    return [" ".join([band.get("from", "0"), band["multiple"], *band["endings"]]) for band in value]


_WORDING: Final[Mapping[str, Callable[[Any], str]]] = {
    ROUNDING: lambda value: "; ".join(rounding_lines(value)),
    UNIT_PRICE: _unit_price,
    DUTIES_NOTE: lambda value: pick(value, spoken()),
    RETURN_POSTAGE: lambda value: tag("payer", str(value)).words,
}


def _money(amount: Money) -> str:
    return format_money(amount, locale_of(spoken()))
