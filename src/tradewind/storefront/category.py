"""A category: the shelves within it, and its goods with filters that fit them."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.catalog.browsing import ORDERS, shelf_source
from tradewind.catalog.categories import Shelf, tree_of
from tradewind.catalog.facets import Facet, facets_of_categories
from tradewind.catalog.listing import lists_key
from tradewind.lib.clock import utc_now
from tradewind.storefront.asking import Asked, read_asked
from tradewind.storefront.kept import keep
from tradewind.storefront.listed import as_offered, listed, note_offered
from tradewind.storefront.pages import render
from tradewind.storefront.place import Place, find_place


@require_safe
def category_page(request: HttpRequest, market: str, language: str, slug: str) -> HttpResponse:
    key, at = lists_key(market), utc_now()
    if key is None:
        raise Http404
    place = find_place(market, language, on=at.date(), version=key.market_version)
    tree = tree_of(key.market_id, key.market_version)
    shelf = tree.shelves.get(slug)
    if shelf is None:
        raise Http404
    name = f"{key}:{shelf.id}"
    asked = as_offered(read_asked(request.GET, ORDERS), name)

    def make() -> tuple[str, bool]:
        facets = facets_of_categories(shelf.within, language)
        note_offered(facets, name)
        return _make(request, place, shelf, facets, asked)

    return keep(request, f"category:{name}:{language}:{at.date()}:{place.market.announcing(at)}{asked.query()}", make)


def _make(request: HttpRequest, place: Place, shelf: Shelf, facets: Sequence[Facet], asked: Asked) -> tuple[str, bool]:
    tree = tree_of(place.market.id, place.market.version)
    source = shelf_source(shelf.within, market_id=place.market.id, language=place.language)
    goods = listed(place, source, facets, asked)
    values = {
        "shelf": shelf,
        "path": tree.path_to(shelf),
        "children": tree.children_of(shelf),
        "goods": goods,
        "address": place.url("category", slug=shelf.slug),
    }
    return render(request, place, "storefront/category.html", values), goods.is_as_asked
