"""The demo shop's content is whole and honest: every language, every price, every picture, no boasting."""

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tradewind.core.words import LOCALES

CONTENT = Path(__file__).resolve().parents[2] / "src" / "tradewind" / "demo" / "content"
LANGUAGES = list(LOCALES)
MARKETS = {"de", "fr", "uk", "us", "br", "jp", "au", "world"}
# Where a plug of the European kind fits; the rest of the world is asked country by country.
WITH_EU_PLUG = {"de", "fr", "world"}
# Where liquids come by road.
WITH_LIQUIDS = {"de", "fr"}
WAREHOUSES = {"shenzhen", "frankfurt"}
TRAITS = {"battery", "magnet", "liquid", "blade", "fragile"}
ROLES = {"front", "side", "angle", "detail", "on_model", "in_use", "in_box", "video"}

# Words that a language spells as English does, borrowed or of the same root; the names of sizes are the same everywhere.
SAME_AS_ENGLISH: dict[str, set[str]] = {
    "de": {"Material", "Aluminium"},
    "fr": {"Aluminium", "Silicone", "Mug", "1 mug", "1 pot", "1 vase", "1 T-shirt", "Europe, type E/F"},
    "es": {"Material", "Manual", "1 manual"},
    "pt": {"Material", "Silicone", "Manual", "1 manual"},
}
SIZE = r"\d\d|S|M|L|XL"

BOASTS = {
    "en": r"\b(best|perfect\w*|amazing|incredible|unbeatable|ultimate|unique|luxur\w+|premium|finest|cheapest|"
    r"revolutionary|world-class|guaranteed|forever|number one|no\. ?1|must-have)\b",
    "de": r"\b(beste[nrsm]?|perfekt\w*|unglaublich\w*|unschlagbar\w*|einzigartig\w*|luxuriös\w*|luxus\w*|premium\w*|"
    r"sensationell\w*|hochwertig\w*|günstigste\w*|revolutionär\w*|garantiert|traumhaft\w*|nr\. ?1)\b",
    "fr": r"\b(meilleure?s?|parfaite?s?|incroyable\w*|imbattable\w*|exceptionnel\w*|unique|luxe|luxueu\w+|premium|"
    r"révolutionnaire\w*|garantie?s?|incontournable\w*|n° ?1)\b",
    "es": r"\b(mejor(es)?|perfect[oa]s?|increíble\w*|inmejorable\w*|excepcional\w*|únic[oa]s?|lujo\w*|premium|"
    r"revolucionari\w+|garantizad\w+|imprescindible\w*|número uno)\b",
    "pt": r"\b(melhor(es)?|perfeit[oa]s?|incríve\w+|imbatíve\w+|excepciona\w+|únic[oa]s?|luxo\w*|premium|"
    r"revolucionári\w+|garantid\w+|imperdíve\w+|número um)\b",
    "ja": r"最高|最上|最強|世界一|日本一|完璧|究極|絶対|唯一|永久|極上|豪華|驚異|ナンバーワン|no\. ?1",
    "zh": r"最|第一|顶级|顶尖|完美|极致|绝对|独一无二|唯一|首选|国家级|世界级|永久|万能|奢华|史上|100%正品",
}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


SHOP = read("shop.toml")
CATEGORIES = {category["key"]: category for category in read("categories.toml")["categories"]}
FACTS = {fact["key"]: fact for fact in read("facts.toml")["facts"]}
RENDITIONS = json.loads((CONTENT / "media" / "renditions.json").read_text(encoding="utf-8"))["media"]
PRODUCTS = {path.stem: read(f"products/{path.name}") for path in sorted((CONTENT / "products").glob("*.toml"))}
VARIANTS = [
    pytest.param(product, {**product["variant_defaults"], **variant}, id=variant["sku"])
    for product in PRODUCTS.values()
    for variant in product["variants"]
]

SCRIPTS = {"kana": r"[\u3041-\u30fa\u30fc]", "han": r"[\u4e00-\u9fff]"}
SCRIPTS_OF = {"zh": {"han"}, "ja": {"han", "kana"}}

every_product = pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
every_variant = pytest.mark.parametrize(("product", "variant"), VARIANTS)
# The shop's own texts stand in seven languages: see test_shop_content.
every_file = pytest.mark.parametrize(
    "name",
    [str(path.relative_to(CONTENT)) for path in sorted(CONTENT.rglob("*.toml")) if path.name != "shop.toml"],
)


def language_tables(node: object, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table that speaks a language, with where it stands."""
    if isinstance(node, dict):
        if node.keys() & set(LANGUAGES) and not place.endswith("prices"):
            yield place, node
            return
        for key, value in node.items():
            yield from language_tables(value, f"{place}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from language_tables(value, f"{place}[{number}]")


def figures(text: str) -> Counter[str]:
    """The numbers of a text, whichever sign the language writes before the decimals."""
    return Counter(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", text)))


def strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for child in children for text in strings(child)]


def has_valid_gtin_digit(barcode: str) -> bool:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(barcode)) % 10 == 0


def is_money(amount: object) -> bool:
    return isinstance(amount, str) and bool(re.fullmatch(r"\d+\.\d\d", amount)) and Decimal(amount) > 0


def test_products_are_named_like_their_files() -> None:
    assert [product["slug"] for product in PRODUCTS.values()] == list(PRODUCTS)


@every_file
def test_every_text_stands_in_all_languages_and_none_is_empty(name: str) -> None:
    for place, table in language_tables(read(name)):
        # Customs reads English and Chinese.
        wanted = ["en", "zh"] if place.endswith("declared_name") else LANGUAGES
        assert sorted(table) == sorted(wanted), place
        shapes = {language: [type(text), len(strings(text))] for language, text in table.items()}
        assert list(shapes.values()) == [shapes["en"]] * len(wanted), f"{place}: as many texts in each language"
        assert all(text.strip() for text in strings(table)), place


@every_file
def test_no_text_is_left_in_another_language(name: str) -> None:
    for place, table in language_tables(read(name)):
        for language in table.keys() - {"en"}:
            pairs = zip(strings(table["en"]), strings(table[language]), strict=True)
            same = {text for english, text in pairs if text == english}
            if place.startswith(".options"):
                same = {text for text in same if not re.fullmatch(SIZE, text)}
            assert same <= SAME_AS_ENGLISH.get(language, set()), f"{place}.{language}"


@every_file
def test_chinese_and_japanese_are_written_in_their_scripts_and_the_others_are_not(name: str) -> None:
    for place, table in language_tables(read(name)):
        for language, texts in table.items():
            for text in strings(texts):
                scripts = {script for script, signs in SCRIPTS.items() if re.search(signs, text)}
                is_size = place.startswith(".options") and bool(re.fullmatch(SIZE, text))
                allowed = SCRIPTS_OF.get(language, set())
                assert scripts <= allowed, f"{place}.{language}: {text}"
                assert bool(scripts) == (bool(allowed) and not is_size), f"{place}.{language}: {text}"


@every_file
def test_every_figure_of_the_english_text_stands_in_each_language(name: str) -> None:
    """Words for small numbers may be written as figures; no measure may get lost or change."""
    for place, table in language_tables(read(name)):
        if place.endswith("declared_name"):
            continue
        for english, *others in zip(*(strings(table[language]) for language in LANGUAGES), strict=True):
            for language, text in zip(LANGUAGES[1:], others, strict=True):
                assert figures(english) - figures(text) == Counter(), f"{place}.{language}: {text}"


@every_file
def test_nothing_boasts(name: str) -> None:
    for place, table in language_tables(read(name)):
        for language, texts in table.items():
            found = [re.search(BOASTS[language], text, re.IGNORECASE) for text in strings(texts)]
            assert not any(found), f"{place}.{language}: {[match[0] for match in found if match]}"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The best mug"),
        ("de", "Der beste Becher"),
        ("de", "Ein perfektes Geschenk"),
        ("zh", "最好的杯子"),
        ("fr", "Une tasse parfaite"),
        ("es", "La mejor taza"),
        ("pt", "A melhor caneca"),
        ("ja", "最高のマグ"),
    ],
)
def test_a_boast_would_be_found(language: str, text: str) -> None:
    assert re.search(BOASTS[language], text, re.IGNORECASE)


@pytest.mark.parametrize(("language", "text"), [("en", "asbestos"), ("de", "Besteck aus bestehender Auswahl")])
def test_a_plain_word_that_looks_like_a_boast_passes(language: str, text: str) -> None:
    assert not re.search(BOASTS[language], text, re.IGNORECASE)


@every_product
def test_titles_and_points_have_a_readable_length(product: dict[str, Any]) -> None:
    texts = product["texts"]
    assert {language: 40 <= len(texts[language]["title"]) <= 80 for language in ("en", "de")} == {
        "en": True,
        "de": True,
    }
    assert {language: len(texts[language]["title"]) <= 100 for language in ("fr", "es", "pt")} == {
        "fr": True,
        "es": True,
        "pt": True,
    }
    assert [8 <= len(texts[language]["title"]) <= 50 for language in ("zh", "ja")] == [True, True]
    for language in LANGUAGES:
        assert set(texts[language]) == {"title", "subtitle", "points", "description", "warnings"}
        assert 3 <= len(texts[language]["points"]) <= 5
        assert 2 <= len(texts[language]["description"].strip().split("\n\n")) <= 3


@every_product
def test_facts_are_known_and_typed_and_give_what_the_category_needs(product: dict[str, Any]) -> None:
    facts = product["facts"]
    assert set(facts) <= set(FACTS)
    assert set(CATEGORIES[product["category"]]["needs_facts"]) <= set(facts)
    for key, value in facts.items():
        numbers = value if isinstance(value, list) else [value]
        has_numbers = all(type(number) in {int, float} and number > 0 for number in numbers)
        assert has_numbers == ("unit" in FACTS[key]), key


@every_product
def test_every_combination_of_options_is_one_variant(product: dict[str, Any]) -> None:
    wanted: list[dict[str, str]] = [{}]
    for option in product.get("options", []):
        wanted = [{**chosen, option["key"]: value["key"]} for chosen in wanted for value in option["values"]]
    assert [variant["options"] for variant in product["variants"]] == wanted


@every_product
def test_a_size_chart_measures_every_size(product: dict[str, Any]) -> None:
    options = {option["key"]: [value["key"] for value in option["values"]] for option in product.get("options", [])}
    assert ("size_chart" in product) == ("size" in options)
    for measure in product.get("size_chart", {}).get("measures", []):
        assert list(measure["values_mm"]) == options[product["size_chart"]["option"]]
        assert sorted(measure["values_mm"].values()) == list(measure["values_mm"].values())


def test_skus_and_barcodes_belong_to_one_variant_each() -> None:
    variants = [param.values[1] for param in VARIANTS]
    skus = [variant["sku"] for variant in variants]
    barcodes = [variant["barcode"] for variant in variants if "barcode" in variant]
    assert len(set(skus)) == len(skus)
    assert len(set(barcodes)) == len(barcodes)
    assert [code for code in barcodes if not re.fullmatch(r"20\d{11}", code) or not has_valid_gtin_digit(code)] == []


@every_variant
def test_a_variant_is_priced_in_every_market_and_earns_something(
    product: dict[str, Any], variant: dict[str, Any]
) -> None:
    prices = dict(variant["prices"])
    assert set(prices) == _sold_in(product, variant)
    assert re.fullmatch(r"[1-9]\d*0", prices.pop("jp", "10"))
    assert [price for price in [*prices.values(), variant["cost_cny"]] if not is_money(price)] == []
    assert variant["prices"]["de"].endswith((".90", ".50"))
    # About 7 yuan to the dollar: a demo that loses money on every mug teaches the wrong thing.
    dollars = variant["prices"].get("world", variant["prices"]["de"])
    assert Decimal(dollars) * 7 > 2 * Decimal(variant["cost_cny"])


def _sold_in(product: dict[str, Any], variant: dict[str, Any]) -> set[str]:
    if "liquid" in variant["traits"]:
        return WITH_LIQUIDS
    return WITH_EU_PLUG if "plug" in product["facts"] else MARKETS


@every_variant
def test_a_variant_can_be_sent_and_declared(product: dict[str, Any], variant: dict[str, Any]) -> None:
    assert re.fullmatch(r"TW-[A-Z]{3}(-[A-Z0-9]+)+", variant["sku"])
    assert re.fullmatch(r"\d{6}", variant["hs_code"])
    assert variant["origin_country"] == "CN"
    assert variant["declared_name"].keys() == {"en", "zh"}
    assert set(variant["traits"]) <= TRAITS
    assert len(variant["package_mm"]) == 3
    assert variant["weight_g"] > product["facts"]["weight"]
    assert ("stock" in variant) != ("parts" in variant)
    assert set(variant.get("stock", WAREHOUSES)) == WAREHOUSES
    assert min(variant.get("stock", {"none": 0}).values()) >= 0


@every_variant
def test_a_set_holds_goods_of_this_shop_weighs_what_they_weigh_and_costs_less(
    product: dict[str, Any], variant: dict[str, Any]
) -> None:
    known = {param.values[1]["sku"]: param.values[1] for param in VARIANTS}
    parts = [(known[part["sku"]], part["quantity"]) for part in variant.get("parts", [])]
    assert [part["sku"] for part, _ in parts if "parts" in part] == []
    if parts:
        assert variant["weight_g"] == sum(part["weight_g"] * quantity for part, quantity in parts)
        assert set(variant["traits"]) == {trait for part, _ in parts for trait in part["traits"]}
        for market, price in variant["prices"].items():
            assert Decimal(price) < sum(Decimal(part["prices"][market]) * quantity for part, quantity in parts)


def test_there_are_goods_and_sets_enough_to_look_around_in() -> None:
    sets = [product for product in PRODUCTS.values() if any("parts" in variant for variant in product["variants"])]
    assert (len(PRODUCTS), len(sets)) == (36, 11)


@every_product
def test_some_delivery_option_carries_the_product_to_every_market(product: dict[str, Any]) -> None:
    parcel = product["variant_defaults"]
    carrying = {
        option["market"]
        for option in SHOP["delivery_options"]
        if not set(option["refuses"]) & set(parcel["traits"]) and parcel["weight_g"] <= option["max_weight_g"]
    }
    assert carrying >= (WITH_LIQUIDS if "liquid" in parcel["traits"] else MARKETS)


def test_a_liquid_goes_by_road_alone_and_is_sold_only_where_it_comes() -> None:
    liquid = PRODUCTS["wood-oil"]
    carrying = [option for option in SHOP["delivery_options"] if "liquid" not in option["refuses"]]
    assert {option["service"] for option in carrying} == {"local_parcel"}
    assert {option["market"] for option in carrying} == set(liquid["variant_defaults"]["prices"]) == WITH_LIQUIDS


@every_product
def test_goods_with_a_mains_plug_sell_only_where_it_fits(product: dict[str, Any]) -> None:
    is_liquid = "liquid" in product["variant_defaults"]["traits"]
    assert ("plug" in product["facts"] or is_liquid) == ("sells_to" in product)
    assert not {"US", "GB", "CN", "JP"} & set(product.get("sells_to", []))


@every_product
def test_media_have_the_roles_that_the_category_needs(product: dict[str, Any]) -> None:
    roles = [medium["role"] for medium in product["media"]]
    assert set(roles) <= ROLES
    assert set(CATEGORIES[product["category"]]["needs_media"]) <= set(roles)
    assert roles[0] == "front"
    assert {medium["origin"] for medium in product["media"]} == {"own"}


@every_product
def test_every_colour_has_a_front_picture(product: dict[str, Any]) -> None:
    colours = {
        value["key"] for option in product.get("options", []) if option["key"] == "colour" for value in option["values"]
    }
    fronts = [medium["variant"]["colour"] for medium in product["media"] if medium["role"] == "front" and colours]
    assert sorted(fronts) == sorted(colours)
    for medium in product["media"]:
        assert set(medium.get("variant", {}).values()) <= colours
        assert ("variant" in medium) == bool(colours)


@every_product
def test_every_medium_has_alt_texts_and_renditions(product: dict[str, Any]) -> None:
    for medium in product["media"]:
        made = RENDITIONS[medium["file"]]
        assert made["kind"] == ("video" if medium["role"] == "video" else "still")
        assert sorted(medium["alt"]) == sorted(LANGUAGES)
        formats = {(one["format"], one["width"]) for one in made["renditions"]}
        if made["kind"] == "video":
            assert formats == {("mp4", made["width"]), ("webm", made["width"])}
            continue
        stills = {(name, width) for name in ("avif", "webp") for width in (320, 640, 1200)}
        assert formats - {("jpeg", 640)} == stills
        assert (("jpeg", 640) in formats) == (medium["role"] == "front")
        assert re.fullmatch(r"#[0-9a-f]{6}", made["colour"])


def test_every_picture_is_used_and_is_what_the_list_says() -> None:
    used = [medium["file"] for product in PRODUCTS.values() for medium in product["media"]]
    assert set(used) == set(RENDITIONS)
    fronts = [
        medium["file"] for product in PRODUCTS.values() for medium in product["media"] if medium["role"] == "front"
    ]
    assert len(set(fronts)) == len(fronts)
    listed = {one["file"]: one for made in RENDITIONS.values() for one in made["renditions"]}
    contents = {str(path.relative_to(CONTENT / "media")): path.read_bytes() for path in (CONTENT / "media").glob("*/*")}
    assert sorted(contents) == sorted(listed)
    assert {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()} == {
        file: one["sha256"] for file, one in listed.items()
    }
    assert sum(map(len, contents.values())) < 8_500_000


def test_categories_name_known_parents_roles_and_facts() -> None:
    seen: set[str] = set()
    for category in CATEGORIES.values():
        assert category.get("parent") is None or category["parent"] in seen, "parents come before children"
        seen.add(category["key"])
        assert set(category["needs_media"]) <= ROLES
        assert set(category["needs_facts"]) <= set(FACTS)
    assert {product["category"] for product in PRODUCTS.values()} == seen


def test_every_address_is_invented() -> None:
    texts = [text for path in sorted(CONTENT.rglob("*.toml")) for text in strings(read(str(path.relative_to(CONTENT))))]
    assert [text for text in texts if "@" in text and not text.endswith(".example")] == []
    assert [text for text in texts if "http" in text] == []
