"""Why a delivery costs what it costs: the weight that counted, the zone and the step of the table, as kept with quote and promise."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from babel.numbers import format_decimal
from django.utils.translation import gettext_noop

from tradewind.core.words import locale_of, say
from tradewind.lib.freight import KILOGRAM
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money

_BY_VOLUME: Final = gettext_noop(
    "The goods weigh {real} kg, and {volume} kg by their volume. The volume counts: {counted} kg."
)
_BY_WEIGHT: Final = gettext_noop(
    "The goods weigh {real} kg, and {volume} kg by their volume. The weight counts: {counted} kg."
)
_NO_VOLUME: Final = gettext_noop("The goods weigh {real} kg, and no volume counts: {counted} kg.")
# Of promises that are older than these figures.
_OLD_BY_VOLUME: Final = gettext_noop("The volume counts: {counted} kg.")
_OLD_BY_WEIGHT: Final = gettext_noop("The weight counts: {counted} kg.")
_FREE: Final = gettext_noop("Nothing is asked for it: the goods are worth {amount} or more.")
_STEP: Final = gettext_noop("The rate is that of the zone {zone}, up to {most} kg.")
_ZONE: Final = gettext_noop("The rate is that of the zone {zone}.")


def weighed_words(inputs: Mapping[str, Any], language: str) -> list[str]:
    """Sentences about the cost; none where a flat amount was asked, or nothing was kept."""
    weighed = inputs.get("weighed") or {}
    if "free_from" in weighed:
        amount, currency = weighed["free_from"].split()
        return [say(language, _FREE, amount=format_money(Money.of(amount, currency), locale_of(language)))]
    if "counted_g" not in weighed:
        return []
    names = {"real": "weight_g", "volume": "volumetric_g", "counted": "counted_g", "most": "up_to_g"}
    values = {name: _kilograms(weighed.get(key, 0), language) for name, key in names.items()}
    sentences = [say(language, _weight(weighed), **values)]
    if weighed.get("zone"):
        message = _STEP if weighed.get("up_to_g") else _ZONE
        sentences.append(say(language, message, zone=weighed["zone"], most=values["most"]))
    return sentences


def step_words(inputs: Mapping[str, Any], language: str) -> str:
    """In short, for lists: the zone, and up to which weight its rate goes."""
    weighed = inputs.get("weighed") or {}
    if not weighed.get("zone"):
        return ""
    most = _kilograms(weighed.get("up_to_g", 0), language)
    return say(language, "{zone}, up to {most} kg", zone=weighed["zone"], most=most)


def _weight(weighed: Mapping[str, Any]) -> str:
    if "weight_g" not in weighed:
        return _OLD_BY_VOLUME if weighed.get("is_by_volume") else _OLD_BY_WEIGHT
    if not weighed.get("volumetric_g"):
        return _NO_VOLUME
    return _BY_VOLUME if weighed.get("is_by_volume") else _BY_WEIGHT


def _kilograms(grams: int, language: str) -> str:
    return format_decimal(Decimal(grams) / KILOGRAM, format="#,##0.###", locale=locale_of(language))
