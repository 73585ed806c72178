"""What goes with a product: near it, sold in this market, in stock first, and the sets that hold it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods, clothes, define_filters
from tests.shop import Shop
from tradewind.catalog.categories import save_category
from tradewind.catalog.models import Category, Product, PublishedVersion, Variant
from tradewind.catalog.publishing import take_offline
from tradewind.catalog.relating import MOST_NEAR, Related, related_goods
from tradewind.inventory.bundling import Part, set_parts

RED, BLUE = Piece({"colour": "red"}), Piece({"colour": "blue"})


@pytest.fixture(autouse=True)
def filters(shop: Shop) -> None:
    define_filters()


def related(shop: Shop, product: Product, language: str = "en") -> Related:
    return related_goods(product.pk, market_id=shop.de.pk, language=language)


def near(shop: Shop, product: Product) -> list[str]:
    return [card.slug for card in related(shop, product).near]


def only_variant(product: Product) -> Variant:
    return Variant.objects.get(product=product)


def pack(shop: Shop, bundle: Product, *parts: Product) -> None:
    held = [Part(only_variant(part).pk, 1) for part in parts]
    set_parts(bundle=only_variant(bundle), parts=held, by="x", at=shop.at)


def test_its_own_shelf_comes_first_then_what_has_most_in_common(shop: Shop) -> None:
    shelf, other = clothes(shop), save_category(slug="bags", name={"en": "Bags"}, position=9)
    shirt = add_goods(shop, "shirt", shelf, [RED])
    add_goods(shop, "blue-hat", shelf, [BLUE])
    add_goods(shop, "red-hat", shelf, [RED])
    add_goods(shop, "red-bag", other, [RED])
    add_goods(shop, "blue-bag", other, [BLUE])

    assert near(shop, shirt) == ["red-hat", "blue-hat", "red-bag"]


def test_the_shelf_above_comes_before_others_and_a_mate_in_a_set_before_what_only_looks_alike(shop: Shop) -> None:
    shelf, bags = clothes(shop), save_category(slug="bags", name={"en": "Bags"}, position=9)
    shirt = add_goods(shop, "shirt", shelf, [RED])
    add_goods(shop, "red-bag", bags, [RED])
    mate = add_goods(shop, "mate", bags, [BLUE])
    add_goods(shop, "boots", Category.objects.get(slug="wear"), [BLUE])
    pack(shop, add_goods(shop, "pair", bags, [Piece({}, stock=0)]), shirt, mate)

    assert near(shop, shirt) == ["boots", "mate", "red-bag"]


def test_what_is_sold_out_comes_last_and_says_so(shop: Shop) -> None:
    shelf, other = clothes(shop), save_category(slug="bags", name={"en": "Bags"}, position=9)
    shirt = add_goods(shop, "shirt", shelf, [RED])
    add_goods(shop, "red-hat", shelf, [Piece({"colour": "red"}, stock=0)])
    add_goods(shop, "red-bag", other, [RED])

    cards = related(shop, shirt).near

    assert [(card.slug, card.is_available) for card in cards] == [("red-bag", True), ("red-hat", False)]


def test_what_is_not_sold_here_not_published_or_offline_is_not_near(shop: Shop) -> None:
    shelf = clothes(shop)
    shirt = add_goods(shop, "shirt", shelf, [RED])
    add_goods(shop, "elsewhere", shelf, [Piece({"colour": "red"}, cents=0)])
    gone = add_goods(shop, "gone", shelf, [RED])
    untold = add_goods(shop, "untold", shelf, [RED])
    PublishedVersion.objects.filter(product=untold, language="en").delete()
    assert near(shop, shirt) == ["gone"]

    take_offline(product=gone, by="x", at=shop.at)

    assert near(shop, shirt) == []
    assert related_goods(shirt.pk, market_id=shop.world.pk, language="en") == Related([], [])


def test_sets_that_hold_it_are_named_apart_and_their_other_parts_are_near(shop: Shop) -> None:
    shelf, sets = clothes(shop), save_category(slug="sets", name={"en": "Sets"}, position=9)
    bags = save_category(slug="bags", name={"en": "Bags"}, position=10)
    shirt = add_goods(shop, "shirt", shelf, [RED])
    bag = add_goods(shop, "bag", bags, [BLUE])
    weekend = add_goods(shop, "weekend", sets, [Piece({}, stock=0)])
    pack(shop, weekend, shirt, bag)

    of_shirt, of_set = related(shop, shirt), related(shop, weekend)

    assert ([c.slug for c in of_shirt.sets], [c.slug for c in of_shirt.near]) == (["weekend"], ["bag"])
    assert ([c.slug for c in of_set.sets], [c.slug for c in of_set.near]) == ([], ["shirt", "bag"])

    Variant.objects.filter(product=weekend).update(is_offered=False)
    assert related(shop, shirt).sets == []


def test_at_most_six_are_near_in_one_statement_however_many_there_are(shop: Shop) -> None:
    shelf = clothes(shop)
    shirt = add_goods(shop, "shirt", shelf, [RED])
    for number in range(MOST_NEAR + 3):
        add_goods(shop, f"hat-{number}", shelf, [RED])

    with CaptureQueriesContext(connection) as asked:
        cards = related(shop, shirt).near

    assert len(asked) == 1
    assert [card.slug for card in cards] == [f"hat-{number}" for number in range(MOST_NEAR)]
    assert [(card.title, str(card.lowest.decimal), card.picture is not None) for card in cards[:1]] == [
        ("Hat 0", "10.00", True)
    ]


def test_a_card_speaks_the_language_of_the_page(shop: Shop) -> None:
    kitchen = Category.objects.get(slug="kitchen")
    board = add_goods(shop, "board", kitchen, [Piece({})])

    card = related(shop, board, "de").near[0]

    assert (card.slug, card.title) == ("mug", "Becher")
    assert card.picture is not None
    assert card.picture.alt == "Becher"
