"""Search: goods for a buyer's words, with help where nothing fits, and suggestions while they type."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tradewind.catalog import finding
from tradewind.catalog.browsing import ORDERS, cards_of, looked_through, page_of
from tradewind.catalog.categories import tree_of
from tradewind.catalog.facets import Facet, facets_among
from tradewind.catalog.list_statements import Filters, Source
from tradewind.catalog.listing import lists_key
from tradewind.lib.clock import utc_now
from tradewind.lib.text import fold
from tradewind.storefront.asking import Asked, read_asked
from tradewind.storefront.kept import keep
from tradewind.storefront.listed import as_offered, listed, note_offered
from tradewind.storefront.pages import private, render
from tradewind.storefront.place import Place, find_place

_SUGGESTED: Final = 6
_ORDERS: Final = (finding.RELEVANCE.key, *(key for key in ORDERS if key != "recommended"))


@dataclass(frozen=True, slots=True)
class Found:
    """Where the goods are, and how far we went from what was typed: `instead` is what we looked for in its place."""

    source: Source
    ids: list[int]
    instead: str = ""
    is_any_word: bool = False


@require_safe
def search_page(request: HttpRequest, market: str, language: str) -> HttpResponse:
    key, at = lists_key(market), utc_now()
    if key is None:
        raise Http404
    place = find_place(market, language, on=at.date(), version=key.market_version)
    text = _typed(request)
    name = f"{key}:{language}:{blake2b(text.encode(), digest_size=20).hexdigest()}"
    asked = as_offered(replace(read_asked(request.GET, _ORDERS), text=text), name)

    def make() -> tuple[str, bool]:
        found = _find(place, text)
        facets = facets_among(found.ids, language) if found.ids else []
        note_offered(facets, name)
        return _make(request, place, found, facets, asked)

    return keep(request, f"search:{name}:{at.date()}:{place.market.announcing(at)}{asked.query()}", make)


@require_safe
def suggestions(request: HttpRequest, market: str, language: str) -> HttpResponse:
    """Titles and categories that fit what was typed so far: {"goods": [{"title", "url"}], "categories": […]}."""
    key, at = lists_key(market), utc_now()
    if key is None:
        raise Http404
    place = find_place(market, language, on=at.date(), version=key.market_version)
    text = _typed(request)
    name = f"suggested:{key}:{language}:{blake2b(text.encode(), digest_size=20).hexdigest()}"
    found: dict[str, object] | None = cache.get(name)
    if found is None:
        found = {"goods": _suggested(place, text), "categories": _categories(place, text)}
        cache.set(name, found)
    return private(JsonResponse(found))


def _suggested(place: Place, text: str) -> list[dict[str, str]]:
    readings = finding.readings_of(text, place.language) if text else []
    source = finding.search_source(readings, market_id=place.market.id, language=place.language, in_names_only=True)
    rows = page_of(looked_through(source)[0], Filters(), finding.RELEVANCE).rows[:_SUGGESTED]
    return [
        {"title": card.title, "url": place.url("product", slug=card.slug)} for card in cards_of(rows, place.language)
    ]


def _typed(request: HttpRequest) -> str:
    text = request.GET.get("q", "").replace("\x00", " ")
    return " ".join(text.split())[: finding.LONGEST_QUERY]


def _make(request: HttpRequest, place: Place, found: Found, facets: Sequence[Facet], asked: Asked) -> tuple[str, bool]:
    goods = listed(place, found.source, facets, asked, own=finding.RELEVANCE, unfiltered=len(found.ids))
    values = {
        "goods": goods,
        "found": found,
        "searched": asked.text,
        "categories": _categories(place, found.instead or asked.text),
        "address": place.url("search"),
    }
    return render(request, place, "storefront/search.html", values), goods.is_as_asked


def _find(place: Place, text: str) -> Found:
    """As typed; where nothing has it, with the nearest words; where nothing has these, with any of the words."""
    source, ids = looked_through(_source(place, text))
    better = None if ids or not text else finding.corrected(text, place.language)
    if better is not None:
        again, found = looked_through(_source(place, better))
        if found:
            return Found(again, found, instead=better)
    if not ids and text:
        loose = finding.loose_source(better or text, market_id=place.market.id, language=place.language)
        loose, found = looked_through(loose)
        if found:
            return Found(loose, found, is_any_word=True)
    return Found(source, ids)


def _source(place: Place, text: str) -> Source:
    readings = finding.readings_of(text, place.language) if text else []
    return finding.search_source(readings, market_id=place.market.id, language=place.language)


def _categories(place: Place, text: str) -> list[dict[str, str]]:
    """Categories whose name has one of the words."""
    words = [word for word in fold(text).split() if len(word) > 1]
    shelves = tree_of(place.market.id, place.market.version).shown()
    return [
        {"title": shelf.name(place.language), "url": place.url("category", slug=shelf.slug)}
        for shelf in shelves
        if any(word in fold(shelf.name(place.language)) for word in words)
    ][:_SUGGESTED]
