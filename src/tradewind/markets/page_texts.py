"""The seller's own words on the pages that answer: terms, privacy, anything that no rule can generate. Versions stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from tradewind.core.trail import write_audit
from tradewind.core.words import DEFAULT, LOCALES
from tradewind.markets.changing import touch
from tradewind.markets.models import Market, PageText

# In the order in which the foot of every page names them.
PAGES: Final = ("delivery", "payment", "returns", "contact", "terms", "privacy", "legal")
LONGEST: Final = 40_000


class UnknownPage(Exception):
    """No page or language is called so."""


class TextTooLong(Exception):
    """A page holds at most LONGEST characters."""


def write_page_text(*, page: str, market: Market, language: str, text: str, by: str, at: datetime) -> PageText | None:
    """Show these words from now on; an empty text takes them away. None where nothing changes. Raises UnknownPage and
    TextTooLong.
    """
    if page not in PAGES or language not in LOCALES:
        raise UnknownPage(page)
    words = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(words) > LONGEST:
        raise TextTooLong
    with transaction.atomic():
        Market.objects.select_for_update().get(pk=market.pk)
        versions = PageText.objects.filter(page=page, market=market, language=language)
        current = versions.filter(is_current=True).first()
        if (current.text if current else "") == words:
            return None
        number = versions.aggregate(last=Max("version"))["last"] or 0
        versions.filter(is_current=True).update(is_current=False)
        row = PageText.objects.create(
            page=page, market=market, language=language, version=number + 1, is_current=True, text=words, by=by, at=at
        )
        touch(market.pk)
        write_audit(
            "page_text.written", subject=("market", market.pk), by=by, at=at, after=[page, language, number + 1]
        )
    return row


def page_text(page: str, market_id: int, language: str) -> tuple[str, str]:
    """(language, text) of what the seller wrote, in the reader's language, else in English, else whatever there is; two
    empty texts where nothing is written.
    """
    rows = PageText.objects.filter(page=page, market_id=market_id, is_current=True).exclude(text="")
    written = dict(rows.order_by("language").values_list("language", "text"))
    found = next((each for each in (language, DEFAULT, *written) if each in written), "")
    return found, written.get(found, "")


def paragraphs_of(text: str) -> list[list[str]]:
    """Paragraphs as lists of lines: an empty line begins a new one."""
    return [block.splitlines() for block in text.split("\n\n") if block.strip()]


def written_pages(market_id: int) -> Mapping[tuple[str, str], PageText]:
    """The current texts of a market by (page, language)."""
    rows = PageText.objects.filter(market_id=market_id, is_current=True).order_by("page", "language")
    return {(row.page, row.language): row for row in rows}
