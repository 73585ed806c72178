"""Category pages for benchmarks.lists: warm ones with every filter and order, cold ones with prices that nobody asked for yet."""

from itertools import product
from typing import Final

from benchmarks._asking import Addresses

_PLACES: Final = ("de/de", "world/en")
_SHELVES: Final = ("table-and-kitchen", "wearing-and-carrying", "clothes", "living-and-textiles")
_QUERIES: Final = ("", "colour=green", "colour=blue&colour=beige&size=m", "material=stoneware&stock=1", "price_to=30")
_ORDERS: Final = ("", "sort=newest", "sort=price", "sort=price-down")


def addresses(_products: int) -> Addresses:
    def path(place: str, shelf: str, *query: str) -> str:
        return f"/{place}/c/{shelf}/?{'&'.join(part for part in query if part)}"

    warm = [path(*parts) for parts in product(_PLACES, _SHELVES, _QUERIES, _ORDERS)]
    cold = [
        path(place, shelf, query, order, f"price_from={number}.{number:02}")
        for number in range(25)
        for place, shelf, query, order in product(_PLACES, _SHELVES, _QUERIES[:4], _ORDERS)
    ]
    filtered = path("de/de", "wearing-and-carrying", "colour=blue&size=m&stock=1&price_to=50")
    plain = path("de/de", "table-and-kitchen")
    counted = {"first_of_process": plain, "uncached": filtered, "cached": filtered}
    return Addresses(warm, cold, counted)
