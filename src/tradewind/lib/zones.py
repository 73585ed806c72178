"""Owns the one time zone that stands for a country when nothing closer is known. A country alone gives no time zone
(the United States have 29): this is where most of its people live, good for days, never for hours.
"""

from functools import cache
from importlib.resources import files
from typing import Final

# Where the time zone database lists first a zone in which few people live.
_MOST_PEOPLE: Final = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}


def main_zone(country: str) -> str:
    """The IANA zone for a country (ISO 3166 alpha-2), "UTC" for one that the database does not know."""
    return _MOST_PEOPLE.get(country) or all_zones(country)[0]


def all_zones(country: str) -> tuple[str, ...]:
    """All zones of a country, in the order of the database; of one that it does not know, UTC."""
    return _all_zones().get(country, ("UTC",))


@cache
def _all_zones() -> dict[str, tuple[str, ...]]:
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    zones: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country] = (*zones.get(country, ()), zone)
    return zones
