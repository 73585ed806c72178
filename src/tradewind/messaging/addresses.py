"""A postal address as its country writes it."""

from collections.abc import Mapping
from typing import Final

from tradewind.core.words import locale_of
from tradewind.lib.countries import COUNTRIES, country_name

# Universal Postal Union, "Addressing solutions"; a dozen of the countries that differ from "postcode city".
_CITY_REGION_POSTCODE: Final = "{city}, {region} {postcode}"
_CITY_POSTCODE: Final = "{city} {postcode}"
_LINES: Final[dict[str, tuple[str, ...]]] = {
    "US": (_CITY_REGION_POSTCODE,),
    "CA": (_CITY_REGION_POSTCODE,),
    "AU": ("{city} {region} {postcode}",),
    "IN": ("{city} {postcode}", "{region}"),
    "BR": ("{city} - {region}", "{postcode}"),
    "MX": ("{postcode} {city}, {region}",),
    "IT": ("{postcode} {city} {region}",),
    "ES": ("{postcode} {city}", "{region}"),
    "CN": ("{postcode} {city}, {region}",),
    "JP": ("{city}, {region}", "{postcode}"),
    "KR": ("{city}, {region}", "{postcode}"),
    "GB": ("{city}", "{region}", "{postcode}"),
    "IE": ("{city}", "{region}", "{postcode}"),
    "NZ": (_CITY_POSTCODE,),
    "SG": (_CITY_POSTCODE,),
    "TH": ("{city} {region} {postcode}",),
    "HK": ("{city}", "{region}"),
}
_ELSEWHERE: Final = ("{postcode} {city}",)
_EDGES: Final = " ,-"


def address_lines(ship_to: Mapping[str, object], language: str) -> tuple[str, ...]:
    """Name first, country last, in the reader's language; parts that are not there leave no gap."""
    parts = {key: " ".join(str(value or "").split()) for key, value in ship_to.items()}
    country = parts.get("country", "")
    place = {key: parts.get(key, "") for key in ("city", "region", "postcode")}
    town = [line.format(**place).replace(" , ", ", ").strip(_EDGES) for line in _LINES.get(country, _ELSEWHERE)]
    named = country_name(country, locale_of(language)) if country in COUNTRIES else country
    lines = [*(parts.get(key, "") for key in ("name", "company", "line1", "line2")), *town, named]
    return tuple(" ".join(line.split()) for line in lines if line)
