"""Sitemaps: an index, and for each market and language one of its pages and one for every two thousand products.

The products of a file are those with numbers in one range, so that a file is the same length of work whatever the size of
the catalogue. What the pages say elsewhere (hreflang) stands in the pages.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tradewind.catalog.categories import tree_of
from tradewind.catalog.queries import highest_product, sold_between
from tradewind.storefront.being_found import absolute, all_places
from tradewind.storefront.pages import answers_of
from tradewind.storefront.place import Place, in_place

PRODUCTS_A_FILE: Final = 2000
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
def index(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # every view takes it
    files = -(-highest_product() // PRODUCTS_A_FILE)
    addresses = []
    for place in all_places():
        here = {"market": place.market.code, "language": place.language}
        addresses.append(reverse("storefront:sitemap-pages", kwargs=here))
        addresses += [reverse("storefront:sitemap-products", kwargs={**here, "number": n}) for n in range(files)]
    rows = [f"<sitemap><loc>{escape(absolute(address))}</loc></sitemap>" for address in addresses]
    return _xml(f"<sitemapindex {_NAMESPACE}>", rows, "</sitemapindex>")


@in_place
@require_safe
def pages(request: HttpRequest, place: Place) -> HttpResponse:  # noqa: ARG001  # every view takes it
    shelves = [
        place.url("category", slug=shelf.slug) for shelf in tree_of(place.market.id, place.market.version).shown()
    ]
    answers = [place.url("page", page=page) for page, _ in answers_of(place)]
    return _urls((address, None) for address in (place.url("home"), *shelves, place.url("delivery"), *answers))


@in_place
@require_safe
def products(request: HttpRequest, place: Place, number: int) -> HttpResponse:  # noqa: ARG001  # every view takes it
    first = number * PRODUCTS_A_FILE + 1
    if number and first > highest_product():
        raise Http404
    last = first + PRODUCTS_A_FILE - 1
    rows = sold_between(first, last, market_id=place.market.id, language=place.language)
    return _urls((place.url("product", slug=slug), changed_at) for slug, changed_at in rows)


def _urls(addresses: Iterable[tuple[str, datetime | None]]) -> HttpResponse:
    rows = [
        f"<url><loc>{escape(absolute(address))}</loc>"
        + (f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else "")
        + "</url>"
        for address, changed_at in addresses
    ]
    return _xml(f"<urlset {_NAMESPACE}>", rows, "</urlset>")


def _xml(begin: str, rows: list[str], end: str) -> HttpResponse:
    return HttpResponse(_HEAD + "\n".join([begin, *rows, end]) + "\n", content_type="application/xml; charset=utf-8")
