"""The catalogue as a workbook: out and in without a change, cell by cell, all or nothing."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.lib.workbooks_by_hand import with_cells
from tests.shop import Shop
from tradewind.catalog.describing import define_attribute
from tradewind.catalog.editing import create_product, write_texts
from tradewind.catalog.leading_on import change_slug
from tradewind.catalog.models import Attribute, AttributeChoice, Category, Price, PriceChange, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import publish
from tradewind.catalog.queries import product_view
from tradewind.catalog.workbook import Change, NoWorkbook, WorkbookRefused
from tradewind.catalog.workbook_importing import ChangedMeanwhile, apply_plan
from tradewind.catalog.workbook_plan import OnProgress
from tradewind.catalog.workbook_planning import plan_workbook
from tradewind.catalog.workbook_writing import write_workbook
from tradewind.lib.money import Money

Edit = Callable[[Any], None]


def exported() -> bytes:
    into = io.BytesIO()
    write_workbook(into)
    return into.getvalue()


def edited(*edits: tuple[str, str, Any], extra: dict[str, list[Any]] | None = None) -> bytes:
    """The exported workbook with some cells typed over: (sheet, cell, value), and rows added to sheets."""
    book = load_workbook(io.BytesIO(exported()))
    for sheet, cell, value in edits:
        book[sheet][cell] = value
    for sheet, rows in (extra or {}).items():
        for row in rows:
            book[sheet].append(row)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def made(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def take(content: bytes, at: datetime, *, on_progress: OnProgress | None = None) -> None:
    apply_plan(plan_workbook(content), by="staff:1", at=at, on_progress=on_progress)


def refused(content: bytes) -> dict[str, str]:
    with pytest.raises(WorkbookRefused) as refusal:
        plan_workbook(content)
    return {f"{problem.sheet}!{problem.cell}": problem.words for problem in refusal.value.problems}


def everything() -> Any:
    return [
        list(Product.objects.order_by("pk").values("slug", "content", "category_id", "draft_version")),
        list(Variant.objects.order_by("pk").values()),
        list(Price.objects.order_by("pk").values()),
        PriceChange.objects.count(),
    ]


def test_a_round_trip_changes_nothing(shop: Shop) -> None:
    odd = {
        "title": {"en": "=1+1", "de": "+49 Becher", "ja": "@杯"},
        "description": {"en": ["One\nline more", "-two", "=three"]},
        "points": {"en": ["=SUM(A1)", "007", "1-2", "2026-11-25"]},
        "facts": [
            {
                "key": "size",
                "number": 12.5,
                "choices": [{"key": "s", "name": {"en": "S"}}],
                "name": {"en": "Size"},
                "value": {"en": "1-2", "zh": "007", "de": "12.50"},
            }
        ],
        "box": {"fr": ["1 tasse"]},
    }
    create_product(slug="odd", category=Category.objects.get(), content=odd, by="x", at=shop.at)
    Variant.objects.filter(sku="MUG-S").update(net_content="250 ml")
    before = everything()

    plan = plan_workbook(exported())
    apply_plan(plan, by="staff:1", at=shop.at)

    assert plan.changes == []
    assert (plan.created, plan.changed, plan.unchanged, plan.prices_unchanged) == ([], set(), 2, 4)
    assert everything() == before


def test_what_looks_like_a_formula_is_exported_as_text(shop: Shop) -> None:
    shop.product.content["title"]["en"] = "=HYPERLINK(1)"
    shop.product.save()

    cell = load_workbook(io.BytesIO(exported()))["Texts"]["C2"]

    assert (cell.value, cell.data_type, cell.quotePrefix, cell.number_format) == ("=HYPERLINK(1)", "s", True, "@")


def test_every_part_of_a_product_is_in_the_workbook(shop: Shop) -> None:
    book = load_workbook(io.BytesIO(exported()))

    assert book.sheetnames == [
        "Products",
        "Texts",
        "Facts",
        "Choices",
        "Size charts",
        "Variants",
        "Prices",
        "Sets",
        "Stock",
        "Media",
    ]
    rows = {name: [list(row) for row in book[name].iter_rows(min_row=2, values_only=True)] for name in book.sheetnames}
    assert rows["Products"] == [["mug", "kitchen", "live"]]
    assert [row[:3] for row in rows["Texts"]] == [
        ["mug", "en", "Mug"],
        ["mug", "de", "Becher"],
        ["mug", "zh", "马克杯"],
    ]
    assert rows["Facts"][0][:8] == ["mug", "material", None, None, "Material", "Stoneware", None, "Steinzeug"]
    assert [row[:3] for row in rows["Choices"]] == [["mug", "size", "s"], ["mug", "size", "l"]]
    assert [row[:5] for row in rows["Variants"]] == [
        ["MUG-S", "mug", 1, "size=s", 400],
        ["MUG-L", "mug", 2, "size=l", 400],
    ]
    assert rows["Prices"] == [["MUG-S", 10, 9], ["MUG-L", 10, 9]]
    assert rows["Stock"] == [["MUG-S", 10, "shenzhen"], ["MUG-L", 10, "shenzhen"]]
    assert rows["Media"][0][:6] == ["mug", 1, None, "front", "ready", "own"]


def test_changes_go_through_the_draft_and_the_ledger_and_wait_for_publishing(shop: Shop) -> None:
    content = edited(
        ("Texts", "C3", "Großer Becher"),
        ("Texts", "E3", "Eins\nZwei"),
        ("Facts", "F2", "Porcelain"),
        ("Variants", "E2", 450),
        ("Variants", "P2", "0,5 L"),
        ("Prices", "B2", 12.5),
    )

    plan = plan_workbook(content)
    assert plan.changes == [
        Change("Texts", "C3", "mug · de · title", "Becher", "Großer Becher"),
        Change("Texts", "E3", "mug · de · points", "Becher", "Eins\nZwei"),
        Change("Facts", "F2", "mug · material · value en", "Stoneware", "Porcelain"),
        Change("Variants", "E2", "mug · MUG-S · weight g", "400", "450"),
        Change("Variants", "P2", "mug · MUG-S · net content", "", "0.5 l"),
        Change("Prices", "B2", "MUG-S · de EUR", "10.00", "12.50"),
    ]
    assert (plan.created, plan.changed, plan.unchanged) == ([], {"mug"}, 0)
    apply_plan(plan, by="staff:7", at=shop.at)

    draft = Product.objects.get()
    assert (draft.content["title"]["de"], draft.content["points"]["de"]) == ("Großer Becher", ["Eins", "Zwei"])
    assert product_view(draft.pk, market_id=shop.de.pk, language="de").content["title"] == "Becher"
    assert Variant.objects.values_list("weight_g", "net_content").get(sku="MUG-S") == (450, "0.5 l")
    ledger = PriceChange.objects.latest("pk")
    assert (ledger.before, ledger.amount, ledger.by, ledger.reason) == (1000, 1250, "staff:7", "workbook")
    publish(product=draft, by="staff:1", at=shop.at)
    assert product_view(draft.pk, market_id=shop.de.pk, language="de").content["title"] == "Großer Becher"


def test_one_bad_cell_and_nothing_is_imported(shop: Shop) -> None:
    before = everything()

    assert refused(edited(("Texts", "C3", "Neu"), ("Prices", "B3", "twelve"))) == {
        "Prices!B3": "Please write the amount like 1280.50."
    }
    assert everything() == before


def test_new_products_with_variants_and_prices_are_drafts(shop: Shop) -> None:
    extra = {
        "Products": [["board", "kitchen"]],
        "Texts": [["board", "en", "Board", "", "Walnut\nOiled", "A board.\n\nOf walnut."]],
        "Choices": [["board", "wood", "walnut", "#442200", "Wood", "Walnut"]],
        "Variants": [
            ["BOARD-W", "board", 1, "wood=walnut", 900, 400, 300, 20, "441911", "cn", "Board", "砧板", "", "yes"]
        ],
        "Prices": [["BOARD-W", 39.9]],
    }
    plan = plan_workbook(edited(extra=extra))
    apply_plan(plan, by="staff:1", at=shop.at)

    board = Product.objects.get(slug="board")
    assert (plan.created, plan.changed, board.state) == (["board"], set(), "draft")
    assert board.content["description"] == {"en": ["A board.", "Of walnut."]}
    assert board.content["options"] == [
        {
            "key": "wood",
            "name": {"en": "Wood"},
            "values": [{"key": "walnut", "name": {"en": "Walnut"}, "swatch": "#442200"}],
        }
    ]
    variant = board.variants.get()
    assert (variant.options, variant.package_mm, variant.customs["origin"]) == (
        {"wood": "walnut"},
        [400, 300, 20],
        "CN",
    )
    assert Price.objects.get(variant=variant).amount == 3990
    assert plan_workbook(exported()).changes == []


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "words"),
    [
        ("Products", "B2", "attic", "No category is called attic. Categories: kitchen."),
        ("Products", "C2", "offline", "The state is not changed here. Publish in the console."),
        ("Products", "B1", "categorie", None),
        ("Texts", "B3", "xx", "No language is called xx. Languages: en, de, zh, fr, es, pt, ja."),
        ("Texts", "B3", "en", "This stands in row 2 already."),
        ("Texts", "A3", "cup", "No product is called cup. Name one of the catalogue, or add it to the sheet Products."),
        ("Texts", "A3", None, "Please fill this in."),
        ("Texts", "C3", "x" * 201, "At most 200 characters, please."),
        ("Texts", "C3", datetime(2026, 11, 25), None),  # noqa: DTZ001  # Excel knows no zones
        ("Facts", "B2", "Ma terial", "Small letters, digits and hyphens, please: room-width."),
        ("Facts", "C2", "wide", "Please write a number, like 12.5."),
        ("Facts", "D2", "gold", "Filters know no gold here. Known: —."),
        ("Variants", "A2", 123, None),
        ("Variants", "B2", "cup", "MUG-S belongs to mug. An article cannot move to another product."),
        ("Variants", "D2", "size=xl", "Please write one value of each choice, like size=s. Allowed: size=s/l."),
        ("Variants", "D2", "size=l", None),
        ("Variants", "E2", "heavy", "Please write a whole number above zero, like 12."),
        ("Variants", "E2", None, "Please fill this in."),
        ("Variants", "E2", 12.5, "Please write a whole number above zero, like 12."),
        ("Variants", "F2", 12, None),
        ("Variants", "I2", "12", "An HS code has six to ten digits, like 691200."),
        ("Variants", "I2", 691200, None),
        ("Variants", "J2", "XX", "Please write the country as two letters, like CN."),
        ("Variants", "N2", "perhaps", "Please write yes or no."),
        ("Variants", "P2", "much", "Please write how much is in it like 250 ml, 0.5 kg, 1.5 m or 2 m²."),
        (
            "Prices",
            "A2",
            "CUP",
            "No article is called CUP. Name one of the catalogue, or add it to the sheet Variants.",
        ),
        ("Prices", "B2", 12.345, "EUR has 2 digits after the point. Please round it: like 1280.50."),
        ("Prices", "B2", "12,50", "Please write the amount like 1280.50."),
        ("Prices", "B2", -3, "The amount is above zero, and not too large to be true."),
        ("Prices", "B2", None, "A price cannot be taken away here: 10.00 is asked. Write another one."),
        ("Prices", "B2", datetime(2026, 11, 25), None),  # noqa: DTZ001
    ],
)
def test_a_cell_that_cannot_be_used_is_named_with_what_is_allowed(
    sheet: str, cell: str, value: Any, words: str | None, shop: Shop
) -> None:
    found = refused(edited((sheet, cell, value)))

    told = next(iter(found.values())) if f"{sheet}!{cell}" not in found else found[f"{sheet}!{cell}"]
    assert found
    assert told == (words or told)
    if words:
        assert f"{sheet}!{cell}" in found


def test_all_bad_cells_are_named_at_once(shop: Shop) -> None:
    found = refused(edited(("Texts", "B3", "xx"), ("Prices", "B2", "x"), ("Variants", "E3", "x")))

    assert list(found) == ["Texts!B3", "Variants!E3", "Prices!B2"]


def test_what_excel_does_by_itself_is_understood_or_refused(shop: Shop) -> None:
    variant = Variant.objects.get(sku="MUG-S")
    variant.sku = "1042"
    variant.save()

    plan = plan_workbook(
        made({"Prices": [[" SKU ", "de EUR", "# my notes"], [1042, 0.1 + 0.2 + 10, "x"], ["MUG-L\u00a0 ", "11", ""]]})
    )

    assert [(change.what, change.after) for change in plan.changes] == [
        ("1042 · de EUR", "10.30"),
        ("MUG-L · de EUR", "11.00"),
    ]


def test_a_sheet_or_a_column_or_a_row_that_is_not_there_is_left_alone(shop: Shop) -> None:
    before = everything()

    take(made({"Texts": [["product", "language", "title"], ["mug", "de", "Becher"]]}), shop.at)
    take(made({"Facts": [["product", "key", "name fr"], ["mug", "material", ""]]}), shop.at)

    assert everything() == before


def test_an_emptied_cell_empties_the_text_and_an_emptied_fact_goes(shop: Shop) -> None:
    emptied = [("Texts", "D3", None), ("Facts", "E2", None), ("Facts", "F2", None), ("Facts", "H2", None)]

    take(edited(*emptied), shop.at)

    content = Product.objects.get().content
    assert (content["subtitle"], content["facts"]) == ({"en": "Mug", "zh": "马克杯"}, [])


def test_a_new_choice_has_to_be_made_for_every_variant(shop: Shop) -> None:
    choice = ["mug", "colour", "red", "", "Colour", "Red"]
    found = refused(made({"Choices": [["product", "choice", "value", "colour", "choice en", "value en"], choice]}))
    assert found == {
        "Choices!B2": "MUG-S does not say which value of this choice it is. Name it in the sheet Variants."
    }

    both = edited(
        ("Variants", "D2", "size=s; colour=red"), ("Variants", "D3", "size=l;colour=red"), extra={"Choices": [choice]}
    )
    take(both, shop.at)
    assert [v.options for v in Variant.objects.order_by("position")] == [
        {"size": "s", "colour": "red"},
        {"size": "l", "colour": "red"},
    ]


def test_what_somebody_changed_after_the_look_is_not_overwritten(shop: Shop) -> None:
    plan = plan_workbook(edited(("Texts", "C3", "Neu"), ("Prices", "B2", 12)))
    product = Product.objects.get()
    write_texts(
        product=product,
        version=0,
        content={**product.content, "box": {"en": ["2 mugs"]}},
        category=product.category,
        by="staff:2",
        at=shop.at,
    )

    with pytest.raises(ChangedMeanwhile):
        apply_plan(plan, by="staff:1", at=shop.at)
    assert Product.objects.get().content["title"]["de"] == "Becher"
    assert set(Price.objects.filter(market_id=shop.de.pk).values_list("amount", flat=True)) == {1000}


def test_a_price_that_somebody_changed_after_the_look_is_not_overwritten(shop: Shop) -> None:
    plan = plan_workbook(edited(("Texts", "C3", "Neu"), ("Prices", "B2", 12)))
    variant = Variant.objects.order_by("position").first()
    assert variant is not None
    set_price(variant=variant, market_id=shop.de.pk, price=Money(1100, "EUR"), by="staff:2", at=shop.at)

    with pytest.raises(ChangedMeanwhile):
        apply_plan(plan, by="staff:1", at=shop.at)
    assert Price.objects.get(variant=variant, market_id=shop.de.pk).amount == 1100
    assert Product.objects.get().content["title"]["de"] == "Becher"


def test_a_workbook_that_knows_an_old_address_is_told_the_new_one(shop: Shop) -> None:
    content = exported()
    change_slug(product=shop.product, slug="big-mug", by="x", at=shop.at)

    assert refused(content)["Products!A2"] == "This product has another address now: big-mug."


def test_what_filters_read_of_a_fact_is_taken_over(shop: Shop) -> None:
    attribute = define_attribute(key="material", kind=Attribute.Kind.CHOICE, name={"en": "Material"})
    AttributeChoice.objects.create(attribute=attribute, key="clay", name={"en": "Clay"})

    take(edited(("Facts", "C2", 12.5), ("Facts", "D2", "clay")), shop.at)

    fact = Product.objects.get().content["facts"][0]
    assert (fact["number"], fact["choices"]) == (12.5, [{"key": "clay", "name": {"en": "Clay"}}])
    assert plan_workbook(exported()).changes == []


def test_the_order_of_variants_is_taken_over(shop: Shop) -> None:
    take(edited(("Variants", "C2", 2), ("Variants", "C3", 1)), shop.at)

    assert [variant.sku for variant in Variant.objects.order_by("position")] == ["MUG-L", "MUG-S"]


@pytest.mark.parametrize("content", [b"", b"sku;title\nA;B", b"PK\x03\x04 no archive"])
def test_what_is_no_workbook_is_said_to_be_none(content: bytes, shop: Shop) -> None:
    with pytest.raises(NoWorkbook, match="not_xlsx"):
        plan_workbook(content)


def test_a_small_archive_that_unfolds_into_gigabytes_is_not_opened(shop: Shop) -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _ in range(61):
            part.write(bytes(10_000_000))

    with pytest.raises(NoWorkbook, match="too_large"):
        plan_workbook(into.getvalue())


def test_a_stray_cell_far_away_is_not_laid_out(shop: Shop) -> None:
    with pytest.raises(NoWorkbook, match="reaches_far"):
        plan_workbook(with_cells("A1", "K1048576"))


def test_a_foreign_sheet_is_named_unless_it_is_marked_as_ones_own(shop: Shop) -> None:
    assert list(refused(made({"Notes": [["x"]]}))) == ["Notes!A1"]
    assert plan_workbook(made({"# Notes": [["x"]]})).changes == []
