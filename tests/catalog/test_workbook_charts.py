"""Size charts in the workbook: out and in as they were, and every mistake named by cell, line and place."""

from datetime import datetime

import pytest

from tests.catalog.test_workbook import edited, exported, made, refused, take
from tests.shop import Shop
from tradewind.catalog.models import Product
from tradewind.catalog.size_charts import Chart
from tradewind.catalog.workbook_planning import plan_workbook

HEAD = ["product", "measured on", "sizes", "measures en", "measures de"]
CHART: Chart = {
    "measured_on": "body",
    "measures": [{"en": "Chest", "de": "Brust"}, {"en": "Length", "de": "Länge"}],
    "rows": [{"size": "S", "mm": [[500], [690]]}, {"size": "M", "mm": [[530, 560], []]}],
}


@pytest.fixture
def chart(shop: Shop) -> Chart:
    shop.product.content = {**shop.product.content, "size_chart": CHART}
    shop.product.save(update_fields=["content"])
    return CHART


def chart_now() -> Chart | None:
    found: Chart | None = Product.objects.get(slug="mug").content.get("size_chart")
    return found


def test_a_chart_goes_out_and_in_without_a_change(chart: Chart) -> None:
    plan = plan_workbook(exported())

    assert (plan.changes, chart_now()) == ([], chart)


def test_a_chart_is_written_by_a_row_and_taken_out_by_an_empty_one(shop: Shop, now: datetime) -> None:
    take(made({"Size charts": [HEAD, ["mug", "foot", "36; 23\n37; 23.7", "Foot", "Fuß"]]}), now)
    assert chart_now() == {
        "measured_on": "foot",
        "measures": [{"en": "Foot", "de": "Fuß"}],
        "rows": [{"size": "36", "mm": [[230]]}, {"size": "37", "mm": [[237]]}],
    }

    take(made({"Size charts": [HEAD, ["mug", "", "", "", ""]]}), now)
    assert chart_now() == {}


def test_each_cell_that_changes_a_chart_is_shown_before(chart: Chart) -> None:
    plan = plan_workbook(edited(("Size charts", "C2", "S; 51; 69\nM; 53-56; -")))

    assert [(change.cell, change.what, change.before, change.after) for change in plan.changes] == [
        ("C2", "mug · size chart · sizes", "S; 50; 69\nM; 53-56; -", "S; 51; 69\nM; 53-56; -")
    ]


def test_columns_that_are_not_there_leave_their_part_alone(chart: Chart, now: datetime) -> None:
    take(made({"Size charts": [["product", "measures de"], ["mug", "Brustweite; Länge"]]}), now)

    assert chart_now() == {**chart, "measures": [{"en": "Chest", "de": "Brustweite"}, {"en": "Length", "de": "Länge"}]}


def test_what_cannot_be_used_is_named_by_cell_line_and_place(shop: Shop) -> None:
    rows = [HEAD, ["mug", "hat", "S; 5o", "Chest", "Brust; Länge"], ["nothing", "", "", "", ""]]

    assert refused(made({"Size charts": rows})) == {
        "Size charts!B2": "Please write one of these: garment, body, foot.",
        "Size charts!C2": "Line 1: 2 cells, but the size and 2 measures make 3.",
        "Size charts!D2": "Measures named here: 1, in another language: 2.",
        "Size charts!A3": "No product is called nothing. Name one of the catalogue, or add it to the sheet Products.",
    }
