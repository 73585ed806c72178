"""Related goods at the end of a product page, kept apart from it: they change with the prices and the stock of others."""

from typing import Final

from django.core.cache import cache
from django.template.loader import render_to_string

from tradewind.catalog.queries import PageKey
from tradewind.catalog.relating import related_goods
from tradewind.core.words import speaking
from tradewind.storefront.place import Place

# Stands in a rendered product page where the related goods belong.
RELATED_MARK: Final = "\ue000related\ue000"


def related_part(place: Place, key: PageKey) -> bytes:
    """The part of the page, empty where nothing is related. Made once per state of the market's lists."""
    name = f"related:{key.product_id}:{key.market}:{key.language}:{key.market_version}.{key.lists_version}"
    part: bytes | None = cache.get(name)
    if part is None:
        related = related_goods(key.product_id, market_id=place.market.id, language=place.language)
        with speaking(place.language, place.market.country):
            part = render_to_string("storefront/parts/related.html", {"place": place, "related": related}).encode()
        cache.set(name, part)
    return part
