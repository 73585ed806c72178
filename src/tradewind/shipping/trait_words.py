"""What goods have that not every way carries, in words: for buyers, who are told why, and for the owner."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import listed, say

TRAITS: Final = {
    "battery": gettext_noop("a battery"),
    "magnet": gettext_noop("a magnet"),
    "liquid": gettext_noop("a liquid"),
    "powder": gettext_noop("a powder"),
    "blade": gettext_noop("a blade"),
    "fragile": gettext_noop("fragile parts"),
}


def traits_words(traits: Iterable[str], language: str) -> str:
    """ "a battery and a magnet". A property that the shop invented stands as it is."""
    known = sorted(traits, key=lambda trait: (trait not in TRAITS, trait))
    return listed(language, [say(language, TRAITS[trait]) if trait in TRAITS else trait for trait in known])
