"""Sets in the workbook: a row for each part, in and out without a change, and nothing half done."""

import pytest

from tests.catalog.test_workbook import edited, everything, exported, refused, take
from tests.inventory.test_bundling import make_set
from tests.shop import Shop
from tradewind.catalog.models import BundlePart, Variant
from tradewind.catalog.workbook import Change
from tradewind.catalog.workbook_importing import ChangedMeanwhile, apply_plan
from tradewind.catalog.workbook_planning import plan_workbook
from tradewind.inventory.bundling import Part, set_parts
from tradewind.inventory.stocktaking import receive

VARIANT = [None, "mug", None, "size=xl", 400, None, None, None, None, None, None, None, None, "no"]


def a_set(shop: Shop, sku: str = "SET") -> Variant:
    """Not sold yet: the product has no such size."""
    bundle = make_set(shop, sku=sku)
    bundle.is_offered = False
    bundle.save(update_fields=["is_offered"])
    return bundle


def new_article(sku: str) -> list[object]:
    return [sku, *VARIANT[1:]]


def holds(sku: str = "SET") -> dict[str, int]:
    return dict(BundlePart.objects.filter(bundle__sku=sku).values_list("part__sku", "quantity"))


def test_sets_go_out_and_come_in_without_a_change(shop: Shop) -> None:
    a_set(shop)

    plan = plan_workbook(exported())

    assert (plan.changes, plan.sets) == ([], [])
    assert plan_workbook(edited(("Sets", "C2", 7))).changes == [Change("Sets", "C2", "SET · MUG-L", "1", "7")]


def test_a_part_gets_more_units_another_leaves_and_a_new_article_is_put_together(shop: Shop) -> None:
    bundle = a_set(shop)
    content = edited(
        ("Sets", "C2", None),
        ("Sets", "C3", "3"),
        extra={
            "Variants": [new_article("PAIR")],
            "Sets": [["PAIR", "MUG-S", 1], ["PAIR", "MUG-L", 1]],
        },
    )

    take(content, shop.at)
    bundle.refresh_from_db()

    assert (holds(), holds("PAIR")) == ({"MUG-S": 3}, {"MUG-S": 1, "MUG-L": 1})
    assert (bundle.available, Variant.objects.get(sku="PAIR").available) == (3, 10)
    assert plan_workbook(content).changes == []


def test_a_sheet_or_a_row_that_is_not_there_leaves_the_set_alone(shop: Shop) -> None:
    a_set(shop)

    take(edited(extra={"Sets": []}), shop.at)

    assert holds() == {"MUG-S": 2, "MUG-L": 1}


def test_a_set_that_is_emptied_may_be_a_part_of_another_in_the_same_workbook(shop: Shop) -> None:
    a_set(shop, sku="A-SET")
    other = a_set(shop, sku="Z-SET")
    content = edited(
        *((("Sets", cell, None)) for cell in ("C4", "C5")),
        extra={"Sets": [["A-SET", "Z-SET", 1]]},
    )

    take(content, shop.at)

    assert (holds("A-SET"), holds("Z-SET")) == ({"MUG-L": 1, "MUG-S": 2, "Z-SET": 1}, {})
    assert other.consists_of != Variant.objects.get(sku="Z-SET").consists_of == []


def test_every_cell_that_cannot_be_used_is_named(shop: Shop) -> None:
    a_set(shop)
    rows = [
        ["SET", "SET", 1],
        ["SET", "MUG-XXL", 1],
        ["PAIR", "SET", 1],
        ["MUG-S", "MUG-L", 1],
        ["PAIR", "MUG-S", 0],
        ["PAIR", "MUG-L", 1000],
        ["PAIR", "MUG-L", 2],
        ["PAIR", None, 2],
    ]
    before = everything()

    problems = refused(edited(extra={"Variants": [new_article("PAIR")], "Sets": rows}))

    assert problems == {
        "Sets!B4": "A set cannot hold itself.",
        "Sets!B5": "No article is called MUG-XXL. Name one of the catalogue, or add it to the sheet Variants.",
        "Sets!B6": "A set cannot hold another set.",
        "Sets!A7": "This article lies in a warehouse. Count it to zero first: a set is put together from its parts.",
        "Sets!C8": "Please write a whole number above zero, like 12.",
        "Sets!C9": "At most 999 units, please.",
        "Sets!B10": "This stands in row 9 already.",
        "Sets!B11": "Please fill this in.",
    }
    assert everything() == before


@pytest.mark.parametrize("meanwhile", ["stock", "parts"])
def test_what_has_changed_since_the_look_stops_all_of_it(shop: Shop, meanwhile: str) -> None:
    bundle = a_set(shop)
    content = edited(
        ("Sets", "C3", 5),
        ("Texts", "C3", "Neu"),
        extra={"Variants": [new_article("PAIR")], "Sets": [["PAIR", "MUG-S", 1]]},
    )
    take(edited(extra={"Variants": [new_article("PAIR")]}), shop.at)
    plan = plan_workbook(content)
    if meanwhile == "stock":
        pair = Variant.objects.get(sku="PAIR")
        receive(variant_id=pair.pk, warehouse=shop.shenzhen, quantity=1, by="system", at=shop.at)
    else:
        set_parts(bundle=bundle, parts=[Part(shop.small.pk, 9)], by="staff:2", at=shop.at)
    before = (everything(), holds())

    with pytest.raises(ChangedMeanwhile):
        apply_plan(plan, by="staff:1", at=shop.at)

    assert (everything(), holds()) == before
