"""The first pages: where to (for strangers), and what there is."""

from itertools import islice
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from tradewind.catalog.browsing import cards_of, first_rows, shelf_source
from tradewind.catalog.categories import tree_of
from tradewind.catalog.listing import lists_key
from tradewind.core.words import LOCALES, speaking
from tradewind.lib.clock import utc_now
from tradewind.markets.queries import MarketView, all_markets
from tradewind.markets.shop import shop_profile
from tradewind.storefront.being_found import as_json_ld, shop_facts
from tradewind.storefront.kept import keep
from tradewind.storefront.pages import private, render
from tradewind.storefront.place import (
    PLACE_COOKIE,
    Place,
    accepted,
    find_place,
    preferred_language,
    remember_place,
)

# Two rows of four, and a link to all of them.
_ON_A_SHELF: Final = 8


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Suggests market and language to those who were never here, and leaves the choice to them."""
    markets = all_markets(on=utc_now().date())
    remembered = request.COOKIES.get(PLACE_COOKIE, "")
    places = [Place(market, language) for market in markets for language in market.languages]
    here = next((place for place in places if place.cookie == remembered), None)
    if here is not None and "choose" not in request.GET:
        return HttpResponseRedirect(here.url("home"))
    language = preferred_language(request)
    with speaking(language):
        html = render_to_string(
            "storefront/welcome.html",
            {
                "language": language,
                "markets": markets,
                "shop": shop_profile(),
                "suggested": _suggested(request, markets),
            },
        )
    return private(HttpResponse(html))


@require_safe
def home(request: HttpRequest, market: str, language: str) -> HttpResponse:
    key, at = lists_key(market), utc_now()
    if key is None:
        raise Http404
    place = find_place(market, language, on=at.date(), version=key.market_version)
    response = keep(
        request,
        f"home:{key}:{language}:{at.date()}:{place.market.announcing(at)}",
        lambda: (_home(request, place), True),
    )
    remember_place(request, response, place)
    return response


def _home(request: HttpRequest, place: Place) -> str:
    roots = tree_of(place.market.id, place.market.version).roots()
    sources = [shelf_source(root.within, market_id=place.market.id, language=place.language) for root in roots]
    found = first_rows(sources, count=_ON_A_SHELF)
    cards = iter(cards_of([row for rows in found for row in rows], place.language))
    shelves = [(root, list(islice(cards, len(rows)))) for root, rows in zip(roots, found, strict=True) if rows]
    return render(
        request,
        place,
        "storefront/home.html",
        {"shelves": shelves, "facts": as_json_ld(shop_facts(shop_profile(), place))},
    )


@require_safe
def without_language(request: HttpRequest, market: str) -> HttpResponseRedirect:
    """`/de/` means the market; its language is the browser's if it speaks it, else its first."""
    found = next((m for m in all_markets(on=utc_now().date()) if m.code == market), None)
    if found is None:
        raise Http404
    spoken = [language for language, _country in accepted(request) if language in found.languages]
    return HttpResponseRedirect(Place(found, [*spoken, *found.languages][0]).url("home"))


def _suggested(request: HttpRequest, markets: list[MarketView]) -> Place | None:
    """The first of the browser's languages that some market speaks, where it is most likely spoken.

    Browsers add en-US behind whatever their reader speaks: a country counts beside the language that was chosen, or beside
    one that nobody speaks here.
    """
    wishes = accepted(request)
    known = {language for market in markets for language in market.languages if language in LOCALES}
    language = next((language for language, _country in wishes if language in known), "")
    countries = [country for spoken, country in wishes if country and (spoken == language or spoken not in known)]
    market = _market_of(language, next(iter(countries), ""), markets)
    if market is None:
        return None
    ways = [language, *(spoken for spoken, _country in wishes), *market.languages]
    return Place(market, next(way for way in ways if way in market.languages))


def _market_of(language: str, country: str, markets: list[MarketView]) -> MarketView | None:
    """Whose country it is; without a country, the only one that has the language as its first; else the fallback."""
    own = [market for market in markets if country in market.countries]
    if not country:
        own = [market for market in markets if market.languages[0] == language]
    if len(own) == 1:
        return own[0]
    speaking_it = [market for market in markets if language in market.languages]
    return next((market for market in markets if market.is_fallback), next(iter([*speaking_it, *markets]), None))
