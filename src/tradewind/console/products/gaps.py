"""What keeps a product from being published, in words that lead to the field."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.console import labels
from tradewind.core import words

_GAPS: Final = {
    "title": gettext_noop("The title in {language} is missing."),
    "description": gettext_noop("The description in {language} is missing."),
    "variant": gettext_noop("There is no variant to buy."),
    "media.front": gettext_noop("There is no picture from the front."),
    "media.origin": gettext_noop("A picture does not say where it comes from."),
    "media.permission": gettext_noop("A supplier's picture does not say who allowed its use."),
    "media.preparing": gettext_noop("Pictures are still being prepared."),
    "media.failed": gettext_noop("A picture could not be prepared."),
}


def gaps_in_words(product_id: int, gaps: list[str]) -> list[tuple[str, str]]:
    """(what is missing, the address of its field)."""
    return [_gap_in_words(product_id, gap) for gap in gaps]


def _gap_in_words(product_id: int, gap: str) -> tuple[str, str]:
    part, _, language = gap.partition(".")
    if part in ("title", "description"):
        told = words.say(words.spoken(), _GAPS[part], language=labels.tag("language", language).words)
        texts = reverse("console:product-texts", kwargs={"product_id": product_id})
        return told, f"{texts}?also={language}#{gap}"
    page = "console:product-variants" if part == "variant" else "console:product-media"
    return words.say(words.spoken(), _GAPS[gap]), reverse(page, kwargs={"product_id": product_id})
