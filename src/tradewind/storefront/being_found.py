"""What search engines and social networks are told: whole addresses, the same page elsewhere, facts in schema.org's words."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from babel.core import get_global
from django.conf import settings
from markupsafe import Markup

from tradewind.core.words import LOCALES, TAGS, pick
from tradewind.lib.clock import utc_now
from tradewind.markets.queries import all_markets
from tradewind.markets.shop import ShopProfile
from tradewind.storefront.place import Place

# In hreflang the country comes from the market, and only Chinese needs its script.
_LANGUAGES: Final = {code: tag if "Hans" in tag else code for code, tag in TAGS.items()}
_LARGEST_MARKET: Final = 30
_COUNTRY_CODE: Final = 2


class Alternate(NamedTuple):
    """The same page for readers of a language, in a country or anywhere."""

    hreflang: str
    address: str


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def all_places(*, among: Iterable[int] | None = None) -> list[Place]:
    """Every market, or every one among these ids, in each of its languages, in the order of display."""
    markets = all_markets(on=utc_now().date(), among=among)
    return [Place(market, language) for market in markets for language in market.languages]


def alternates(path: str, place: Place, *, sold_in: Iterable[int] | None = None) -> tuple[Alternate, ...]:
    """The pages that say the same as the one at this path, itself included. `sold_in` are the markets that have it; all
    when left out. Readers whom no market names are led to the first language of the market for the rest of the world.
    """
    rest = path.removeprefix(place.url("home"))
    places = all_places(among=sold_in)
    found = [Alternate(hreflang, absolute(each.url("home") + rest)) for each in places for hreflang in _hreflangs(each)]
    anywhere = next((each for each in places if each.market.is_fallback), next(iter(places), None))
    if anywhere is not None:
        found.append(Alternate("x-default", absolute(anywhere.url("home") + rest)))
    return tuple(found)


def _hreflangs(place: Place) -> list[str]:
    language = _LANGUAGES[place.language]
    if place.market.is_fallback or len(place.market.countries) > _LARGEST_MARKET:
        return [language]
    return [f"{language}-{country}" for country in sorted(place.market.countries)]


def head_of(path: str, place: Place) -> Mapping[str, Any]:
    """What the frame's template needs; the alternates are looked up by pages that show them."""
    language_of: Callable[[], tuple[Alternate, ...]] = lambda: alternates(path, place)  # noqa: E731
    return {"canonical": absolute(path), "alternates": language_of, "og_locale": og_locale(place)}


def og_locale(place: Place) -> str:
    """Language and country as Open Graph has it, de_DE: the market's country, else the one where most speak the language."""
    language, _, own = LOCALES[place.language].partition("_")
    country = own if len(own) == _COUNTRY_CODE else get_global("likely_subtags")[language].rpartition("_")[2]
    return f"{language}_{place.market.country or country}"


def as_json_ld(facts: Mapping[str, Any]) -> Markup:
    """For a script element that holds data: nothing in it can end the element. Empty facts are left out."""
    text = json.dumps(_without_nothing({"@context": "https://schema.org", **facts}), ensure_ascii=False)
    for sign, written in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, written)
    return Markup(text)  # noqa: S704  # no sign is left in it that means anything to a browser


def shop_facts(shop: ShopProfile, place: Place) -> Mapping[str, Any]:
    """Who sells, and the site itself."""
    home = absolute(place.url("home"))
    seller = {
        "@type": "OnlineStore",
        "@id": f"{settings.BASE_URL}/#seller",
        "name": pick(shop.name, place.language),
        "legalName": pick(shop.manufacturer.name, place.language),
        "url": home,
        "email": shop.email,
        "description": pick(shop.about, place.language),
        "address": pick(shop.manufacturer.address, place.language),
    }
    site = {
        "@type": "WebSite",
        "name": pick(shop.name, place.language),
        "url": home,
        "inLanguage": TAGS[place.language],
        "publisher": {"@id": f"{settings.BASE_URL}/#seller"},
    }
    return {"@graph": [seller, site]}


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Mapping[str, Any]:
    """The way to a page as (name, path), from the home page on."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
            for number, (name, path) in enumerate(steps, start=1)
        ],
    }


def _without_nothing(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {key: _without_nothing(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in ("", None, [], {})}
    if isinstance(value, list | tuple):
        return [_without_nothing(each) for each in value]
    return value
