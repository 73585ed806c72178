"""One address, one product, also where two take it in the same moment."""

import pytest

from tests.at_once import succeed_at_once
from tests.catalog.goods import Piece, add_goods
from tests.shop import Shop, open_shop
from tradewind.catalog import editing, leading_on
from tradewind.catalog.editing import create_product
from tradewind.catalog.leading_on import SlugTaken, change_slug
from tradewind.catalog.models import OldSlug, Product
from tradewind.lib.clock import utc_now


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_address_at_once_one_is_told() -> None:
    shop = open_shop(utc_now())
    add_goods(shop, "cup", shop.product.category, [Piece({})])
    mug, cup = Product.objects.get(slug="mug"), Product.objects.get(slug="cup")

    done = succeed_at_once(
        lambda: change_slug(product=mug, slug="beaker", by="staff:1", at=shop.at),
        lambda: change_slug(product=cup, slug="beaker", by="staff:2", at=shop.at),
        lambda: create_product(slug="beaker", category=cup.category, content={}, by="staff:3", at=shop.at),
        refusals=(SlugTaken,),
    )

    assert (done, Product.objects.filter(slug="beaker").count()) == (1, 1)


def test_who_looked_before_the_other_wrote_is_told_as_well(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment between looking and writing, held open."""
    for module in (leading_on, editing):
        monkeypatch.setattr(module, "refuse_taken", lambda *_, **__: None)
    add_goods(shop, "cup", shop.product.category, [Piece({})])
    cup = Product.objects.get(slug="cup")

    with pytest.raises(SlugTaken):
        change_slug(product=cup, slug="mug", by="staff:1", at=shop.at)
    with pytest.raises(SlugTaken):
        create_product(slug="mug", category=cup.category, content={}, by="staff:1", at=shop.at)

    cup.refresh_from_db()
    assert (cup.slug, OldSlug.objects.count()) == ("cup", 0)
