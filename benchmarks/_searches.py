"""Searches for benchmarks.lists: common words, synonyms, plurals, slips of the hand, single articles."""

from typing import Final
from urllib.parse import quote

from benchmarks._asking import Addresses

_WORDS: Final = {
    "de/de": ("becher", "tassen", "lampe", "gummistiefel", "steinzeug", "kerzenhalter", "wolle decke", "gumistiefel"),
    "world/en": ("mug", "cups", "lamps", "rain boots", "stoneware mug", "candle", "wool throw", "ketle glass"),
    "world/zh": ("马克杯", "杯子", "台灯", "雨靴", "羊毛", "烛台", "砧板", "花瓶"),
}
_QUERIES: Final = ("", "&stock=1", "&sort=price", "&price_to=40")


def addresses(products: int) -> Addresses:
    def path(place: str, words: str, query: str = "") -> str:
        return f"/{place}/search/?q={quote(words)}{query}"

    warm = [path(place, word, query) for place, words in _WORDS.items() for word in words for query in _QUERIES]
    cold = [
        path(place, f"{word} copy{number}" if number % 2 else word, f"&price_from={number % 25}.{number:02}")
        for number in range(min(products, 100))
        for place, words in _WORDS.items()
        for word in words
    ]
    common = path("de/de", "becher")
    counted = {"first_of_process": path("de/de", "vase"), "uncached": common, "cached": common}
    return Addresses(warm, cold, counted)
