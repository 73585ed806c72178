"""Why goods cannot be brought to a country, in the buyer's words."""

from tradewind.core.words import locale_of, say
from tradewind.lib.countries import COUNTRIES, country_name
from tradewind.shipping.costing import Hindrance
from tradewind.shipping.refusing import Refused
from tradewind.shipping.trait_words import traits_words


def refused_words(refused: Refused | None, country: str, language: str) -> str:
    """A sentence; empty where it lies with nothing that the goods are."""
    if refused is None or country not in COUNTRIES:
        return ""
    name = country_name(country, locale_of(language))
    if refused.by is Hindrance.TRAIT:
        traits = traits_words(refused.traits, language)
        return say(
            language,
            "We cannot bring this to {country}: it has {traits}, and no carrier that we work with takes that there.",
            country=name,
            traits=traits,
        )
    if refused.by is Hindrance.WEIGHT:
        return say(
            language, "We cannot bring this to {country}: it is too heavy for every carrier there.", country=name
        )
    if refused.by is Hindrance.MEASURES:
        return say(
            language, "We cannot bring this to {country}: it is too large for every carrier there.", country=name
        )
    return ""
