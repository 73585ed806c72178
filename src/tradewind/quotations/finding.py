"""Finding what to put into a draft: articles by number or words, with what they cost in its market and how many there are."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from tradewind.catalog.models import Product, Variant
from tradewind.catalog.queries import VariantOffer, variant_offers
from tradewind.core import search

SHOWN: Final = 12
_LOOKED_AT: Final = 20


def find_articles(words: str, *, market_id: int, language: str) -> Sequence[VariantOffer]:
    """Those that are sold, an exact article number first."""
    wanted = words.strip()
    if not wanted:
        return []
    products = [pk for _, pk in search.find(wanted, kinds=["product"], limit=_LOOKED_AT)]
    rows = Variant.objects.filter(is_offered=True, product__state=Product.State.LIVE)
    rows = rows.filter(Q(sku__icontains=wanted) | Q(product__in=products)).order_by("product_id", "position", "id")
    skus = dict(rows.values_list("pk", "sku")[: 4 * SHOWN])
    exact = sorted(skus, key=lambda pk: skus[pk].casefold() != wanted.casefold())[:SHOWN]
    found = variant_offers(exact, market_id=market_id, language=language)
    return [found[pk] for pk in exact if pk in found]
