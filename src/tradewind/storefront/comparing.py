"""Comparison: up to four products side by side. Which ones stands in the address, and nowhere else."""

import re
from collections.abc import Iterable
from itertools import chain
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.catalog.browsing import cards_of, first_rows, shelf_source
from tradewind.catalog.categories import tree_of
from tradewind.catalog.comparing import Comparison, compare
from tradewind.catalog.queries import ProductCard
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place, in_place

MOST: Final = 4
_PROPOSED: Final = 8
# More than a list has on one page; what is longer nobody ticked.
_MOST_READ: Final = 50
_SLUG: Final = re.compile(r"[\w-]{1,80}", re.ASCII)


@in_place
@require_safe
def comparison(request: HttpRequest, place: Place) -> HttpResponse:
    asked = list(dict.fromkeys(request.GET.getlist("p")[:_MOST_READ]))
    slugs = [slug for slug in asked if _SLUG.fullmatch(slug)]
    found = compare(slugs[:MOST], market_id=place.market.id, language=place.language)
    shown = [card.slug for card in found.cards]
    values = {
        "found": found,
        "shown": shown,
        "without": {slug: _query(other for other in shown if other != slug) for slug in shown},
        "proposed": _proposed(place, found) if 0 < len(shown) < MOST else [],
        "most": MOST,
        "are_too_many": len(asked) > MOST,
        "are_some_gone": len(shown) < min(len(asked), MOST),
        # The same goods in another language: which they are stands in the query.
        "translations": {
            language: Place(place.market, language).url("compare") + _query(shown)
            for language in place.market.languages
        },
    }
    return show(request, place, "storefront/compare.html", values)


def _proposed(place: Place, found: Comparison) -> list[ProductCard]:
    """What is not compared yet: first from the same categories, then from all that stands on the shelf around them."""
    around = [
        root.within
        for root in tree_of(place.market.id, place.market.version).roots()
        if set(root.within) & set(found.category_ids)
    ]
    sources = [
        shelf_source(category_ids, market_id=place.market.id, language=place.language)
        for category_ids in (found.category_ids, tuple(chain.from_iterable(around)))
    ]
    rows = {row.product_id: row for row in chain(*first_rows(sources, count=_PROPOSED + MOST))}
    present = {card.slug for card in found.cards}
    return [card for card in cards_of(list(rows.values()), place.language) if card.slug not in present][:_PROPOSED]


def _query(slugs: Iterable[str]) -> str:
    pairs = [("p", slug) for slug in slugs]
    return f"?{urlencode(pairs)}" if pairs else ""
