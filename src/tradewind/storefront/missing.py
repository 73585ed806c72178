"""The address of a product that has no page: on to where it is now, or to its successor; else what resembles it."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from tradewind.catalog.categories import tree_of
from tradewind.catalog.leading_on import find_missing
from tradewind.catalog.relating import related_goods
from tradewind.lib.clock import utc_now
from tradewind.storefront.pages import private, show
from tradewind.storefront.place import find_place


def missing_page(request: HttpRequest, market: str, language: str, slug: str) -> HttpResponse:
    """Raises Http404 where no product was ever seen."""
    place = find_place(market, language, on=utc_now().date())
    missing = find_missing(slug, market_id=place.market.id)
    if missing is None:
        raise Http404
    if missing.go_to is not None:
        query = request.META.get("QUERY_STRING", "")
        address = place.url("product", slug=missing.go_to) + (f"?{query}" if query else "")
        # Search engines take it for permanent; a browser asks again, because the product may come back.
        return private(HttpResponsePermanentRedirect(address))
    shelves = tree_of(place.market.id, place.market.version).shown()
    values = {
        "shelf": next((shelf for shelf in shelves if shelf.id == missing.category_id), None),
        "related": related_goods(missing.product_id, market_id=place.market.id, language=place.language),
        "is_for_good": missing.is_for_good,
    }
    status = HTTPStatus.GONE if missing.is_for_good else HTTPStatus.NOT_FOUND
    return show(request, place, "storefront/missing.html", values, status=status)
