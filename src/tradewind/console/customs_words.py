"""What is missing for customs, in words for staff."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import colon, locale_of, say
from tradewind.lib.countries import country_name
from tradewind.shipping.customs import Gap, Missing
from tradewind.shipping.customs_words import number_name, scheme_name

_MISSING: Final[Mapping[Missing, str]] = {
    Missing.ARTICLE: gettext_noop("belongs to no article of the catalogue"),
    Missing.HS_CODE: gettext_noop("HS code of 6 to 10 digits"),
    Missing.ORIGIN: gettext_noop("country of origin"),
    Missing.NAME_EN: gettext_noop("declared name in English"),
    Missing.NAME_ZH: gettext_noop("declared name in Chinese"),
    Missing.WEIGHT: gettext_noop("weight"),
    Missing.VALUE: gettext_noop("value above zero"),
}


def missing_words(what: Missing, language: str) -> str:
    """What an article lacks."""
    return say(language, _MISSING[what])


def gap_words(gap: Gap, language: str) -> str:
    """ "Mug · small: declared name in English"."""
    if gap.what in _MISSING:
        return f"{gap.about}{colon(language)}{missing_words(gap.what, language)}"
    if gap.what is Missing.OWN_NUMBER:
        return say(
            language, "Your {number}: the tax was taken at the checkout", number=scheme_name(gap.about, language)
        )
    if gap.what is Missing.PLATFORM_NUMBER:
        return say(language, "The {number} of the marketplace", number=scheme_name(gap.about, language))
    if gap.what is Missing.RATE:
        return say(
            language,
            "An exchange rate of {currency}: the limit of the destination is in another currency",
            currency=gap.about,
        )
    if gap.what is Missing.EORI:
        return say(
            language, "Your EORI number: goods leave {country}", country=country_name(gap.about, locale_of(language))
        )
    return say(language, "{number} of the recipient", number=number_name(gap.about, language))
