"""Numbers of the seller in registers: which of them buyers may read, and what they are called."""

from collections.abc import Collection
from typing import Final

from tradewind.core.words import say

_OF_CUSTOMS: Final = frozenset({"ioss", "eori", "voec", "arn", "gst"})


def is_public(key: str, countries: Collection[str]) -> bool:
    """Customs numbers go to carriers and customs only: strangers clear their own parcels with one that they have read.
    A number of a country says nothing to buyers elsewhere.
    """
    kind, _, country = key.partition("_")
    return kind not in _OF_CUSTOMS and (not country or country.upper() in countries)


def register_words(key: str, language: str) -> str:
    """ "VAT number (DE)"."""
    kind, _, country = key.partition("_")
    names = {
        "vat": say(language, "VAT number"),
        "packaging": say(language, "Packaging register"),
        "electrical": say(language, "Register of electrical goods"),
    }
    name = names.get(kind, kind)
    return f"{name} ({country.upper()})" if country else name
