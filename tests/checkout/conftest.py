"""A second product beside the shop's one."""

import pytest

from tests.shop import Shop
from tradewind.catalog.categories import save_category
from tradewind.catalog.models import Media, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import publish
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money


@pytest.fixture
def bowl(shop: Shop) -> Variant:
    """A second product at 33.33 EUR or 25.00 USD, on a shelf that stands in another."""
    above = save_category(slug="table", name={"en": "Table", "de": "Tisch", "zh": "餐桌"})
    shelf = save_category(slug="bowls", name={"en": "Bowls", "de": "Schalen", "zh": "碗"}, parent=above)
    content = shop.product.content | {"title": {"en": "Bowl", "de": "Schale", "zh": "碗"}}
    product = Product.objects.create(slug="bowl", category=shelf, content=content, created_at=shop.at)
    front = Media.objects.get(product=shop.product)
    front.pk, front.product = None, product
    front.save()
    variant = Variant.objects.create(
        product=product, sku="BOWL", options=dict(shop.small.options), weight_g=400, customs={"traits": []}
    )
    set_price(variant=variant, market_id=shop.de.pk, price=Money(3333, "EUR"), by="system", at=shop.at)
    set_price(variant=variant, market_id=shop.world.pk, price=Money(2500, "USD"), by="system", at=shop.at)
    receive(variant_id=variant.pk, warehouse=shop.shenzhen, quantity=10, by="system", at=shop.at)
    publish(product=product, languages=["en", "de", "zh"], by="system", at=shop.at)
    return variant
