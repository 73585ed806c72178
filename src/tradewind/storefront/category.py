"""A category: the shelves within it, and its goods with filters that fit them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.catalog.browsing import ORDERS, shelf_source
from tradewind.catalog.categories import Shelf, Tree, tree_of
from tradewind.catalog.facets import facets_of_categories
from tradewind.catalog.listing import lists_key
from tradewind.lib.clock import utc_now
from tradewind.storefront.asking import Asked, read_asked
from tradewind.storefront.kept import keep
from tradewind.storefront.listed import listed
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
    asked = read_asked(request.GET, ORDERS)
    name = f"category:{key}:{language}:{at.date()}:{slug}{asked.query()}"
    return keep(request, name, lambda: _make(request, place, tree, shelf, asked))


def _make(request: HttpRequest, place: Place, tree: Tree, shelf: Shelf, asked: Asked) -> tuple[str, bool]:
    source = shelf_source(shelf.within, market_id=place.market.id, language=place.language)
    facets = facets_of_categories(shelf.within, place.language)
    goods = listed(place, source, facets, asked)
    values = {
        "shelf": shelf,
        "path": tree.path_to(shelf),
        "children": tree.children_of(shelf),
        "goods": goods,
        "address": place.url("category", slug=shelf.slug),
    }
    return render(request, place, "storefront/category.html", values), goods.is_as_asked
