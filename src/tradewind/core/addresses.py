"""A postal address as its country writes it."""

from collections.abc import Mapping
from typing import Final

from tradewind.core.words import locale_of
from tradewind.lib.countries import COUNTRIES, country_name
from tradewind.lib.text import has_cjk

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
# Written in their own script, from the largest to the smallest; in Latin letters like others.
_POSTCODE_FIRST: Final = {"JP": "〒{postcode}", "CN": "{postcode}", "TW": "{postcode}"}


def address_lines(ship_to: Mapping[str, object], language: str) -> tuple[str, ...]:
    """Name first and country last, or the other way round where the country does so, which is named in the reader's
    language; parts that are not there leave no gap.
    """
    parts = {key: " ".join(str(value or "").split()) for key, value in ship_to.items()}
    country = parts.get("country", "")
    if country in _POSTCODE_FIRST and _is_in_own_script(parts):
        return _from_the_largest(parts, language)
    place = {key: parts.get(key, "") for key in ("city", "region", "postcode")}
    town = [line.format(**place).replace(" , ", ", ").strip(_EDGES) for line in _LINES.get(country, _ELSEWHERE)]
    named = country_name(country, locale_of(language)) if country in COUNTRIES else country
    lines = [*(parts.get(key, "") for key in ("name", "company", "line1", "line2", "district")), *town, named]
    return tuple(" ".join(line.split()) for line in lines if line)


def _is_in_own_script(parts: Mapping[str, str]) -> bool:
    where = [parts.get(key, "") for key in ("region", "city", "district", "line1")]
    return any(where) and all(has_cjk(part) for part in where if part)


def _from_the_largest(parts: Mapping[str, str], language: str) -> tuple[str, ...]:
    country, region, city, postcode = (parts.get(key, "") for key in ("country", "region", "city", "postcode"))
    street = parts.get("district", "") + parts.get("line1", "")
    # Cities that are provinces of their own are often written twice.
    place = "".join(("" if city.startswith(region) else region, city, street))
    lines = [
        country_name(country, locale_of(language)),
        _POSTCODE_FIRST[country].format(postcode=postcode) if postcode else "",
        place,
        *(parts.get(key, "") for key in ("line2", "company", "name")),
    ]
    return tuple(line for line in lines if line)
