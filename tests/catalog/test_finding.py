"""What buyers find: in the name before the description, in any number, mistyped, by another word, in each script."""

from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.catalog.goods import Piece, add_goods
from tests.shop import Shop
from tradewind.catalog import browsing, finding
from tradewind.catalog.browsing import cards_of, looked_through, page_of
from tradewind.catalog.categories import save_category
from tradewind.catalog.list_statements import Cursor, Filters, Order, Source
from tradewind.catalog.models import SearchWord
from tradewind.catalog.synonyms import SYNONYMS, change_synonyms
from tradewind.core.preferences import WrongValue
from tradewind.inventory.reserving import Wanted, reserve


@pytest.fixture
def shop_of_cups(shop: Shop) -> Shop:
    kitchen = shop.product.category
    texts = [
        (
            "kettle",
            {"en": "Kettle", "de": "Wasserkocher", "zh": "电热水壶", "description": "Boils water for two mugs."},
        ),
        ("teapot", {"en": "Teapot with two cups", "de": "Teekanne mit zwei Tassen", "zh": "茶壶配两只茶杯"}),
        ("blanket", {"en": "Blue wool throw", "de": "Blaue Wolldecke", "zh": "蓝色羊毛毯"}),
    ]
    for slug, words in texts:
        add_goods(shop, slug, kitchen, [Piece({})], words)
    return shop


def found(shop: Shop, text: str, language: str = "en") -> list[str]:
    source = finding.search_source(finding.readings_of(text, language), market_id=shop.de.pk, language=language)
    page = page_of(source, Filters(), finding.RELEVANCE)
    assert sorted(row.product_id for row in page.rows) == sorted(looked_through(source)[1])
    # Words that many products have are looked up along the list, and find the same.
    assert page_of(all_common(source), Filters(), finding.RELEVANCE) == page
    return [card.slug for card in cards_of(page.rows, language)]


def all_common(source: Source) -> Source:
    return replace(source, parts=tuple(replace(part, is_common=True) for part in source.parts))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "mug", ["mug", "teapot", "kettle"]),  # name, name of a synonym, description only
        ("en", "MUGS", ["mug", "teapot", "kettle"]),
        ("en", "throws", ["blanket"]),
        ("en", "blanket", ["blanket"]),  # a synonym of throw; also its address
        ("en", "wool blu", ["blanket"]),  # the last word is still being typed
        ("en", "blu wool", []),
        ("en", "bl", []),  # two letters begin too much
        ("en", "the throw with wool", ["blanket"]),
        ("de", "Kanne mit", []),
        ("de", "mit", []),
        ("en", "blue kettle", []),
        ("en", "teapot-0", ["teapot"]),  # an article number
        ("de", "Becher", ["mug", "teapot"]),
        ("de", "bechern", ["mug", "teapot"]),
        ("de", "tasse", ["teapot", "mug"]),
        ("de", "mug", ["mug", "kettle"]),  # its address, in every language
        ("zh", "马克杯", ["mug"]),
        ("zh", "羊毛", ["blanket"]),
        ("zh", "茶", ["teapot"]),
        ("zh", "毯子", ["blanket"]),
        ("en", "马克杯", []),  # another language's texts
        ("en", "", []),
        ("en", "'; DROP -- \" * ( ) & | : <->", []),
    ],
)
def test_words_find_goods(shop_of_cups: Shop, language: str, text: str, expected: list[str]) -> None:
    assert found(shop_of_cups, text, language) == expected


def test_what_is_sold_out_comes_after_what_is_not_within_the_same_rank(shop_of_cups: Shop) -> None:
    add_goods(shop_of_cups, "mug-2", shop_of_cups.product.category, [Piece({})], {"en": "Mug"})
    lines = [Wanted(variant.pk, 10) for variant in shop_of_cups.variants]
    reserve(subject=("order", 1), lines=lines, warehouses=[shop_of_cups.shenzhen.pk], at=shop_of_cups.at)

    assert found(shop_of_cups, "mug") == ["mug-2", "mug", "teapot", "kettle"]


@pytest.mark.parametrize(("are_common", "walked"), [(False, 0), *((True, walked) for walked in (1, 2, 3, 5_000))])
def test_pages_go_from_names_to_synonyms_to_descriptions_and_back(
    shop_of_cups: Shop, monkeypatch: pytest.MonkeyPatch, are_common: bool, walked: int
) -> None:
    monkeypatch.setattr(browsing, "PAGE", 2)
    monkeypatch.setattr(browsing, "_WALKED", walked)
    for number in (2, 3):
        add_goods(shop_of_cups, f"mug-{number}", shop_of_cups.product.category, [Piece({})], {"en": "Mug"})
    source = finding.search_source(finding.readings_of("mug", "en"), market_id=shop_of_cups.de.pk, language="en")
    source = all_common(source) if are_common else source

    pages = [page_of(source, Filters(), finding.RELEVANCE)]
    while pages[-1].has_later:
        last = pages[-1].rows[-1]
        pages.append(page_of(source, Filters(), finding.RELEVANCE, Cursor(last.key, last.product_id)))
    shown = [[card.slug for card in cards_of(page.rows, "en")] for page in pages]
    first = pages[-1].rows[0]
    before = page_of(source, Filters(), finding.RELEVANCE, Cursor(first.key, first.product_id, is_backward=True))

    assert shown == [["mug", "mug-2"], ["mug-3", "teapot"], ["kettle"]]
    assert [card.slug for card in cards_of(before.rows, "en")] == ["mug-3", "teapot"]


def test_looking_through_tells_what_is_few_and_where_there_is_much(
    shop_of_cups: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = finding.search_source(finding.readings_of("mug", "en"), market_id=shop_of_cups.de.pk, language="en")
    few = looked_through(source)[0].parts
    assert [(part.tier, part.turn, part.is_common) for part in few] == [(0, 0, False), (1, 0, False), (3, 0, False)]

    monkeypatch.setattr(browsing, "COUNTED", 1)  # the second product is found by the synonym
    monkeypatch.setattr(browsing, "_COMMON", 1)
    known, ids = looked_through(source)

    assert [(part.tier, part.turn) for part in known.parts] == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]
    assert [part.is_common for part in known.parts] == [False, True, False, False, False]
    assert len(ids) == 2


@pytest.mark.parametrize("order", [finding.RELEVANCE, *browsing.ORDERS.values()], ids=lambda order: order.key)
@pytest.mark.parametrize(
    ("walked", "filters", "statements"),
    [
        (5_000, Filters(), 2),  # nothing stands behind what was tested: said by the second
        (1, Filters(), 3),
        (1, Filters(most=4000), 3),
        (5_000, Filters(least=1000), 2),
    ],
)
def test_a_common_word_is_tested_along_the_order_for_so_long_and_then_begins_with_its_hits(
    *,
    order: Order,
    walked: int,
    filters: Filters,
    statements: int,
    shop_of_cups: Shop,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Cheap goods have no word of dear ones: a walk to its end would look at all of them for one page."""
    source = finding.search_source(finding.readings_of("mug", "en"), market_id=shop_of_cups.de.pk, language="en")
    monkeypatch.setattr(browsing, "_WALKED", walked)
    one_part = replace(source, parts=(source.whole,)) if source.whole else source

    with django_assert_num_queries(statements):
        tested = page_of(all_common(one_part), filters, order)

    assert tested == page_of(one_part, filters, order)
    assert len(tested.rows) == 3


def test_what_a_search_finds_at_once_is_what_its_parts_find(shop_of_cups: Shop) -> None:
    for text in ("mug", "two cups", "wool mugs"):
        source = finding.search_source(finding.readings_of(text, "en"), market_id=shop_of_cups.de.pk, language="en")
        for each in (source, finding.loose_source(text, market_id=shop_of_cups.de.pk, language="en")):
            assert each.whole is not None
            at_once = page_of(each, Filters(), browsing.ORDERS["price"]).rows
            by_parts = page_of(replace(each, whole=None), Filters(), browsing.ORDERS["price"]).rows
            assert (at_once, len(at_once)) == (by_parts, browsing.count_of(each, Filters()))


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "ketle", "kettle"),
        ("en", "kettel", "kettle"),
        ("en", "blue kettel", "blue kettle"),
        ("en", "kettle", None),
        ("en", "kettles", None),
        ("en", "mgu", "mug"),  # two neighbours swapped
        ("en", "mog", None),  # three letters are near to everything
        ("en", "aeroplane", None),
        ("de", "Wasserkoher", "wasserkocher"),
        ("de", "Wolldekke", "wolldecke"),
        ("zh", "马克环", None),
    ],
)
def test_a_mistyped_word_is_taken_for_the_nearest_that_goods_have(
    shop_of_cups: Shop, language: str, typed: str, meant: str | None
) -> None:
    assert finding.corrected(typed, language) == meant


def test_any_of_the_words_is_enough_when_nothing_has_all(shop_of_cups: Shop) -> None:
    source = finding.loose_source("blue kettle", market_id=shop_of_cups.de.pk, language="en")

    assert len(looked_through(source)[1]) == 2


@pytest.fixture
def shop_in_japan(shop_of_cups: Shop) -> Shop:
    texts = [
        ("plate", {"ja": "ディナープレート", "description": "ドットの模様"}),
        ("headset", {"ja": "ワイヤレスヘッドセット", "description": "木の台"}),
        ("stand", {"ja": "木の台", "description": "ワイヤレスヘッドセットと使えます"}),
        ("earbuds", {"ja": "ワイヤレスイヤホン", "description": "ホンモノの音"}),
        ("brown", {"ja": "茶色いおもちゃ"}),
        ("tray", {"ja": "皿"}),
        ("boots", {"ja": "ゴム長靴"}),
    ]
    for slug, words in texts:
        add_goods(shop_of_cups, slug, shop_of_cups.product.category, [Piece({})], words)
    return shop_of_cups


def found_loosely(shop: Shop, text: str, language: str) -> list[str]:
    source = finding.loose_source(text, market_id=shop.de.pk, language=language)
    return [card.slug for card in cards_of(page_of(source, Filters(), finding.RELEVANCE).rows, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ja", "ヘッドレスト", []),  # ヘッ, ッド, レス and others, and never three in a row
        ("ja", "ヘッドセッ卜", ["headset", "stand"]),  # the last is no katakana, though it looks like it; names first
        ("ja", "プレートホルダー", []),
        ("ja", "マットな木の台", ["stand", "headset"]),
        ("ja", "木のイヤホン", ["stand", "earbuds", "headset"]),
        ("zh", "蓝色茶壶", ["teapot", "blanket"]),  # a blue one there is none: two words of two characters
        ("zh", "红色茶壶", ["teapot"]),
    ],
)
def test_some_signs_of_a_word_are_not_the_word(
    shop_in_japan: Shop, language: str, text: str, expected: list[str]
) -> None:
    assert sorted(found_loosely(shop_in_japan, text, language)) == sorted(expected)
    assert found_loosely(shop_in_japan, text, language)[:1] == expected[:1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("お皿", ["tray", "plate"]),  # politeness aside; its synonym
        ("さら", ["tray", "plate"]),
        ("おもちゃ", ["brown"]),
        ("ながぐつ", ["boots"]),
        ("ぷれーと", ["plate", "tray"]),
        ("ヘッドホン", ["earbuds"]),
    ],
)
def test_japanese_is_found_in_another_spelling(shop_in_japan: Shop, text: str, expected: list[str]) -> None:
    assert sorted(found(shop_in_japan, text, "ja")) == sorted(expected)


def test_a_whole_word_comes_before_one_that_only_begins_so(shop_of_cups: Shop) -> None:
    kitchen = shop_of_cups.product.category
    add_goods(shop_of_cups, "lid", kitchen, [Piece({})], {"de": "Deckel aus Holz"})
    add_goods(shop_of_cups, "box", kitchen, [Piece({})], {"de": "Kiste", "description": "Mit Deckel"})
    add_goods(shop_of_cups, "plaid", kitchen, [Piece({})], {"de": "Plaid"})
    add_goods(shop_of_cups, "cover", kitchen, [Piece({})], {"de": "Warme Decken"})
    add_goods(shop_of_cups, "bed", kitchen, [Piece({})], {"de": "Bett", "description": "Ohne Decke"})

    assert found(shop_of_cups, "Decke", "de") == ["cover", "blanket", "plaid", "lid", "bed", "box"]
    assert found(shop_of_cups, "Deckel Hol", "de") == ["lid"]


@pytest.mark.parametrize(
    ("language", "title", "typed"),
    [
        ("de", "Kopfhörer", "Kopfhoerer"),
        ("de", "Ohrhörer", "Kopfhoerer"),  # by its synonym
        ("de", "Schüsseln", "schuessel"),
        ("de", "Fußmatte", "Fussmatte"),
        ("de", "Graue Kanne", "graue Kanne"),
        ("en", "Chef's knife", "knives"),
        ("en", "Two bookshelves", "bookshelf"),
        ("en", "Scarf", "scarves"),
    ],
)
def test_a_word_is_found_in_other_letters_and_by_its_odd_plural(
    shop_of_cups: Shop, language: str, title: str, typed: str
) -> None:
    add_goods(shop_of_cups, "sought", shop_of_cups.product.category, [Piece({})], {language: title})

    assert found(shop_of_cups, typed, language)[0] == "sought"


def test_goods_are_found_by_the_categories_above_their_own(shop_of_cups: Shop) -> None:
    above = save_category(slug="gifts", name={"en": "Sets to give"})
    below = save_category(slug="tea", name={"en": "Tea time"}, parent=above)
    add_goods(shop_of_cups, "tea-set", below, [Piece({})], {"en": "For two"})

    assert found(shop_of_cups, "gifts") == ["tea-set"]
    assert found(shop_of_cups, "give tea") == ["tea-set"]


def test_synonyms_are_the_shops_own_once_changed(shop_of_cups: Shop, now: datetime) -> None:
    shop_of_cups.de.refresh_from_db()
    before = shop_of_cups.de.version

    change_synonyms({"en": [["kettle", "boiler", "water heater"]]}, by="staff:1", at=now)

    assert found(shop_of_cups, "boilers") == ["kettle"]
    assert found(shop_of_cups, "water heater") == ["kettle"]
    assert found(shop_of_cups, "cup") == ["teapot"]
    shop_of_cups.de.refresh_from_db()
    assert shop_of_cups.de.version == before + 1


@pytest.mark.parametrize("value", [{"en": [["alone"]]}, {"tlh": [["a", "b"]]}, {"en": [["a", ""]]}, ["en"]])
def test_synonyms_that_say_nothing_are_refused(shop: Shop, now: datetime, value: object) -> None:
    before = SYNONYMS.read()

    with pytest.raises(WrongValue):
        change_synonyms(value, by="staff:1", at=now)  # type: ignore[arg-type]  # that is the point
    assert SYNONYMS.read() == before


def test_words_are_learnt_once_and_from_names_only(shop_of_cups: Shop) -> None:
    words = list(SearchWord.objects.filter(language="en").order_by("word").values_list("word", flat=True))

    assert words == [
        "blue",
        "cups",
        "kettle",
        "kitchen",
        "large",
        "mug",
        "small",
        "teapot",
        "throw",
        "two",
        "with",
        "wool",
    ]
