"""Lists by category: filters that one variant meets, orders, pages by key, counts."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods, clothes, define_filters
from tests.shop import Shop
from tradewind.catalog import browsing
from tradewind.catalog.browsing import ORDERS, Page, cards_of, count_of, page_of, shelf_source, weighed
from tradewind.catalog.categories import Shelf, WrongParent, save_category, tree_of
from tradewind.catalog.describing import define_attribute
from tradewind.catalog.facets import facets_of_categories
from tradewind.catalog.list_statements import Cursor, Filters, Source
from tradewind.catalog.models import Attribute, AttributeChoice, AttributeValue, Category, Product, PublishedVersion
from tradewind.catalog.publishing import publish
from tradewind.lib.money import Money

RECOMMENDED = ORDERS["recommended"]


def shelf(shop: Shop, slug: str) -> Shelf:
    return tree_of(shop.de.pk, shop.market().version).shelves[slug]


def source(shop: Shop, slug: str = "wear", *, market_id: int | None = None) -> Source:
    return shelf_source(shelf(shop, slug).within, market_id=market_id or shop.de.pk, language="de")


def slugs(page: Page) -> list[str]:
    return [card.slug for card in cards_of(page.rows, "de")]


def choices(*keys: str) -> tuple[int, ...]:
    return tuple(AttributeChoice.objects.filter(key__in=keys).values_list("pk", flat=True))


@pytest.fixture
def wardrobe(shop: Shop) -> Shop:
    """Red S and blue M of one shirt; red M of another, sold out; a dear scarf without any option in the shelf above."""
    define_filters()
    below = clothes(shop)
    add_goods(
        shop,
        "shirt",
        below,
        [Piece({"colour": "red", "size": "s"}, 1000), Piece({"colour": "blue", "size": "m"}, 3000)],
    )
    add_goods(shop, "polo", below, [Piece({"colour": "red", "size": "m"}, 2000, stock=0)])
    add_goods(shop, "scarf", Category.objects.get(slug="wear"), [Piece({}, 9000)])
    add_goods(shop, "cape", below, [Piece({"colour": "red", "size": "m"}, 0)])
    return shop


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("recommended", ["shirt", "scarf", "polo"]),  # what is sold out comes last
        ("newest", ["scarf", "polo", "shirt"]),
        ("price", ["shirt", "polo", "scarf"]),
        ("price-down", ["scarf", "polo", "shirt"]),
    ],
)
def test_a_category_holds_what_stands_below_it_in_each_order(wardrobe: Shop, order: str, expected: list[str]) -> None:
    assert slugs(page_of(source(wardrobe), Filters(), ORDERS[order])) == expected
    assert slugs(page_of(source(wardrobe, "clothes"), Filters(), ORDERS[order])) == [
        slug for slug in expected if slug != "scarf"
    ]


def test_only_what_has_a_price_in_the_market_is_listed(wardrobe: Shop) -> None:
    assert page_of(source(wardrobe, market_id=wardrobe.world.pk), Filters(), RECOMMENDED).rows == []
    assert count_of(source(wardrobe), Filters()) == 3


def test_what_has_no_text_in_the_language_is_not_listed(wardrobe: Shop) -> None:
    PublishedVersion.objects.filter(product__slug="scarf", language="de").update(is_current=False)

    assert count_of(source(wardrobe), Filters()) == 2


@pytest.mark.parametrize("few", [0, 2000])
def test_choices_must_meet_in_one_variant(wardrobe: Shop, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(browsing, "_RARE", few)

    def found(*groups: tuple[int, ...], in_stock: bool = False) -> list[str]:
        filters = weighed(Filters(groups, in_stock=in_stock))
        assert len(filters.rare) == (len(groups) if few else 0)
        return slugs(page_of(source(wardrobe), filters, RECOMMENDED))

    assert found(choices("red")) == ["shirt", "polo"]
    assert found(choices("red"), choices("m")) == ["polo"]  # the shirt is red in S only
    assert found(choices("red", "blue"), choices("m")) == ["shirt", "polo"]
    assert found(choices("red"), choices("m"), in_stock=True) == []
    assert found(choices("blue"), choices("m"), in_stock=True) == ["shirt"]


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (None, 1000, ["shirt"]),
        (1001, 2999, ["polo"]),  # the shirt costs less and more, and nothing between
        (3000, None, ["shirt", "scarf"]),
        (9001, None, []),
    ],
)
def test_a_price_range_is_met_by_one_variant(
    wardrobe: Shop, least: int | None, most: int | None, expected: list[str]
) -> None:
    page = page_of(source(wardrobe), Filters(least=least, most=most), RECOMMENDED)

    assert slugs(page) == expected
    assert count_of(source(wardrobe), Filters(least=least, most=most)) == len(expected)


def test_a_price_range_and_a_choice_are_met_by_the_same_variant(wardrobe: Shop) -> None:
    assert count_of(source(wardrobe), Filters((choices("red"),), least=2500)) == 0
    assert count_of(source(wardrobe), Filters((choices("blue"),), least=2500)) == 1


def test_a_card_says_the_lowest_price_and_whether_there_are_others(wardrobe: Shop) -> None:
    cards = cards_of(page_of(source(wardrobe), Filters(), RECOMMENDED).rows, "de")

    assert [(card.title, card.lowest, card.has_range, card.is_available) for card in cards] == [
        ("Shirt", Money(1000, "EUR"), True, True),
        ("Scarf", Money(9000, "EUR"), False, True),
        ("Polo", Money(2000, "EUR"), False, False),
    ]


def test_filters_offer_what_the_category_has_and_in_which_order(wardrobe: Shop) -> None:
    offered = facets_of_categories(shelf(wardrobe, "wear").within, "de")

    assert [(facet.key, [choice.key for choice in facet.choices]) for facet in offered] == [
        ("colour", ["red", "blue"]),
        ("size", ["s", "m"]),
    ]
    assert facets_of_categories(shelf(wardrobe, "kitchen").within, "de") == []


def test_an_attribute_of_a_category_describes_what_stands_in_it_and_below_it_only(wardrobe: Shop) -> None:
    wear, kitchen = Category.objects.get(slug="wear"), wardrobe.product.category
    for category, expected in ((wear, True), (kitchen, False), (None, True)):
        define_attribute(key="size", kind=Attribute.Kind.CHOICE, name={"en": "Size"}, category=category)
        publish(product=Product.objects.get(slug="shirt"), languages=["en"], by="x", at=wardrobe.at)

        assert AttributeValue.objects.filter(product__slug="shirt", attribute__key="size").exists() is expected


def test_facts_become_values_of_their_kind(wardrobe: Shop) -> None:
    shirt = wardrobe.product
    shirt.content["facts"] = [
        {"key": "weight", "name": {"en": "Weight"}, "value": {"en": "410 g"}, "number": 410},
        {"key": "care", "name": {"en": "Care"}, "value": {"en": "By hand"}},
        {
            "key": "material",
            "name": {"en": "Material"},
            "value": {"en": "Glass and wood"},
            "choices": [{"key": "glass", "name": {"en": "Glass"}}, {"key": "wood", "name": {"en": "Wood"}}],
        },
        {"key": "unheard-of", "name": {"en": "?"}, "value": {"en": "!"}},
    ]
    shirt.save(update_fields=["content"])
    publish(product=shirt, languages=["en", "de", "zh"], by="x", at=wardrobe.at)

    stated = AttributeValue.objects.filter(product=shirt, variant=None).order_by("pk")
    assert [(v.attribute.key, v.number, v.text, v.choice and v.choice.key) for v in stated] == [
        ("weight", 410, None, None),
        ("care", None, {"en": "By hand"}, None),
        ("material", None, None, "glass"),
        ("material", None, None, "wood"),
    ]
    # What the whole product has, each of its variants has.
    assert count_of(source(wardrobe, "kitchen"), Filters((choices("glass"), choices("l")))) == 1


def walk(source: Source, order: str) -> tuple[list[list[int]], list[list[int]]]:
    """All pages forward from the first, then all backward from the last, as their products."""
    forward, page = [], page_of(source, Filters(), ORDERS[order])
    forward.append([row.product_id for row in page.rows])
    while page.has_later:
        page = page_of(source, Filters(), ORDERS[order], Cursor(page.rows[-1].key, page.rows[-1].product_id))
        forward.append([row.product_id for row in page.rows])
    backward = [forward[-1]]
    while page.has_earlier:
        first = page.rows[0]
        page = page_of(source, Filters(), ORDERS[order], Cursor(first.key, first.product_id, is_backward=True))
        backward.append([row.product_id for row in page.rows])
    return forward, backward


@pytest.mark.parametrize("order", list(ORDERS))
def test_pages_by_key_show_each_product_once_on_the_way_there_and_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(browsing, "PAGE", 4)
    below = clothes(shop)
    above = Category.objects.get(slug="wear")
    for number in range(11):  # prices repeat, so that ties are broken by the key
        add_goods(shop, f"item-{number}", (below, above)[number % 2], [Piece({}, 1000 + 100 * (number % 3))])

    forward, backward = walk(source(shop), order)

    assert [len(page) for page in forward] == [4, 4, 3]
    assert len({pk for page in forward for pk in page}) == 11
    assert backward[::-1] == forward


def test_a_place_where_nothing_is_left_shows_the_first_page(wardrobe: Shop) -> None:
    page = page_of(source(wardrobe), Filters(), RECOMMENDED, Cursor(2**50, 1))

    assert (slugs(page), page.has_earlier) == (["shirt", "scarf", "polo"], False)


def test_a_list_takes_the_same_statements_for_one_product_and_for_thirty(shop: Shop) -> None:
    kitchen = source(shop, "kitchen")

    def statements() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            page = page_of(kitchen, Filters(in_stock=True), RECOMMENDED)
            shown = len(cards_of(page.rows, "de"))
            count_of(kitchen, Filters(in_stock=True))
        return len(captured), shown

    one = statements()
    for number in range(29):
        add_goods(shop, f"mug-{number}", shop.product.category, [Piece({})])

    assert (one, statements()) == ((4, 1), (4, 24))


def test_counting_stops_above_what_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "COUNTED", 2)
    for number in range(4):
        add_goods(shop, f"mug-{number}", shop.product.category, [Piece({})])

    assert count_of(source(shop, "kitchen"), Filters()) == 3


def test_a_category_cannot_stand_in_itself(wardrobe: Shop) -> None:
    below, above = Category.objects.get(slug="clothes"), Category.objects.get(slug="wear")

    for parent in (below, above):
        with pytest.raises(WrongParent):
            save_category(slug="wear", name={"en": "Wear"}, parent=parent)
    assert shelf(wardrobe, "clothes").path == ("wear",)


def test_a_category_that_moves_is_seen_at_once(wardrobe: Shop) -> None:
    kitchen = Category.objects.get(slug="kitchen")
    assert _children(wardrobe, "kitchen") == ()

    save_category(slug="clothes", name={"en": "Clothes"}, parent=kitchen)

    assert (_children(wardrobe, "kitchen"), _children(wardrobe, "wear")) == (("clothes",), ())


def _children(shop: Shop, slug: str) -> Sequence[str]:
    shop.de.refresh_from_db()
    return tree_of(shop.de.pk, shop.de.version).shelves[slug].children
