"""What goods have that a way may not carry, in a list that people read and type in their language; kept in words of our own."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import say

_NAMES: Final[Mapping[str, str]] = {
    "battery": gettext_noop("battery"),
    "magnet": gettext_noop("magnet"),
    "liquid": gettext_noop("liquid"),
    "powder": gettext_noop("powder"),
    "blade": gettext_noop("blade"),
    "fragile": gettext_noop("fragile"),
}
_LANGUAGES: Final = ("en", "de", "zh")


def trait_names(traits: Iterable[str], language: str) -> str:
    """With commas between them. What the shop invented stands as it is."""
    return ", ".join(say(language, _NAMES[trait]) if trait in _NAMES else trait for trait in sorted(traits))


def as_kept(typed: str) -> str:
    """The list with our own word for each that is known in some language, however its commas look."""
    parts = typed.replace("，", ",").replace("、", ",").split(",")
    return ", ".join(_known().get(part.strip().casefold(), part.strip()) for part in parts)


@cache
def _known() -> dict[str, str]:
    return {say(language, name).casefold(): trait for language in _LANGUAGES for trait, name in _NAMES.items()}
