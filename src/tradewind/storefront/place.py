"""Where a buyer is in the shop: a market and a language, both from the address. Guesses only suggest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation.trans_real import parse_accept_lang_header

from tradewind.core.words import DEFAULT, LOCALES, locale_of
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.money import Money
from tradewind.lib.unit_pricing import read_content, unit_price_words
from tradewind.markets.queries import MarketView, UnknownMarket, market_by_code

PLACE_COOKIE: Final = "tw_place"
COUNTRY_COOKIE: Final = "tw_to"
A_YEAR: Final = 365 * 24 * 3600
# Where a parcel goes until the buyer says otherwise and the browser gives no hint: the first that the market serves.
_SOMEWHERE: Final = ("US", "CA", "SG", *sorted(COUNTRIES))

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Place:
    """A market as it is read in one of its languages."""

    market: MarketView
    language: str

    def url(self, name: str, /, **parts: object) -> str:
        """The address of a page of the shop, here."""
        return reverse(f"storefront:{name}", kwargs={"market": self.market.code, "language": self.language, **parts})

    def unit_price(self, price: Money, net_content: str) -> str:
        """ "250 ml · 40,00 € / 1 l", where the law of the market wants it beside the price of what is sold by amount; else empty."""
        pricing = self.market.unit_pricing if net_content else None
        unit = pricing.of(price, read_content(net_content)) if pricing else None
        return unit_price_words(unit, locale_of(self.language, self.market.country)) if unit else ""

    @property
    def cookie(self) -> str:
        return f"{self.market.code}.{self.language}"


def find_place(market: str, language: str, *, on: date, version: int | None = None) -> Place:
    """Raises Http404 for a market that is not there, or a language that it does not speak."""
    try:
        view = market_by_code(market, on=on, version=version)
    except UnknownMarket:
        raise Http404 from None
    if language not in view.languages or language not in LOCALES:
        raise Http404
    return Place(view, language)


def in_place(view: View) -> View:
    """For views below /<market>/<language>/: hands them the place instead of its two codes."""

    @wraps(view)
    def found(request: HttpRequest, market: str, language: str, **parts: object) -> HttpResponse:
        return view(request, find_place(market, language, on=utc_now().date()), **parts)

    return found


def accepted(request: HttpRequest) -> list[tuple[str, str]]:
    """(language, country) as the browser prefers them; either is "" where it says nothing that we know."""
    pairs = []
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500].lower()):
        language, *rest = tag.split("-")
        country = next((part.upper() for part in rest if part.upper() in COUNTRIES), "")
        pairs.append((language if language in LOCALES else "", country))
    return pairs


def preferred_language(request: HttpRequest) -> str:
    """For pages outside a place: the language of the place last visited, else the browser's."""
    remembered = request.COOKIES.get(PLACE_COOKIE, "").rpartition(".")[2]
    if remembered in LOCALES:
        return remembered
    return next((language for language, _country in accepted(request) if language), DEFAULT)


def country_of(request: HttpRequest, market: MarketView) -> str:
    """Where the goods are to go: as asked in the address, as last chosen, else the best guess that the market serves."""
    return next(country for country in _wished_for(request, market) if country in COUNTRIES and market.serves(country))


def _wished_for(request: HttpRequest, market: MarketView) -> Iterator[str]:
    """The best first. The browser's languages are read only where nothing else decides."""
    yield request.GET.get("to", "")
    yield request.COOKIES.get(COUNTRY_COOKIE, "")
    if market.countries:
        yield min(market.countries)
    yield from (country for _language, country in accepted(request))
    yield from _SOMEWHERE


def remember_country(request: HttpRequest, response: HttpResponse, country: str) -> None:
    """Keep the country for the next page, when the buyer has chosen it in the address."""
    if request.GET.get("to") == country and request.COOKIES.get(COUNTRY_COOKIE) != country:
        response.set_cookie(COUNTRY_COOKIE, country, max_age=A_YEAR, httponly=True, samesite="Lax")


def remember_place(request: HttpRequest, response: HttpResponse, place: Place) -> None:
    if request.COOKIES.get(PLACE_COOKIE) != place.cookie:
        response.set_cookie(PLACE_COOKIE, place.cookie, max_age=A_YEAR, httponly=True, samesite="Lax")
