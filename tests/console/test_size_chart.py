"""The size chart in the form of a product's texts: every mistake is named by line and cell, and nothing typed is lost."""

from django.test import Client

from tests.console.editing import complaints, fields_of, send
from tests.shop import Shop
from tradewind.catalog.models import Product

ROWS = "S; 50; 69\nM; 53-56; -"
CHART = {
    "measured_on": "body",
    "measures": [{"en": "Chest", "de": "Brust"}, {"en": "Length", "de": "Länge"}],
    "rows": [{"size": "S", "mm": [[500], [690]]}, {"size": "M", "mm": [[530, 560], []]}],
}


def texts(shop: Shop) -> str:
    return f"/console/products/{shop.product.pk}/texts"


def draw(console: Client, shop: Shop, rows: str = ROWS, **names: str) -> str:
    """Type a chart and save. Returns the page that answers, or where it leads."""
    names = names or {"chart__measures__en": "Chest; Length", "chart__measures__de": "Brust; Länge"}
    answer = send(console, texts(shop), chart__measured_on="body", chart__rows=rows, **names)
    return answer.get("Location") or answer.content.decode()


def test_a_chart_is_typed_kept_shown_again_and_taken_out(console: Client, shop: Shop) -> None:
    draw(console, shop)
    assert Product.objects.get().content["size_chart"] == CHART

    fields = fields_of(console.get(texts(shop)).content.decode())
    assert (fields["chart.measured_on"], fields["chart.rows"], fields["chart.measures.de"]) == (
        "body",
        ROWS,
        "Brust; Länge",
    )
    send(console, texts(shop), title__de="Hemd")
    assert Product.objects.get().content["size_chart"] == CHART

    draw(console, shop, rows="", chart__measures__en="", chart__measures__de="")
    assert Product.objects.get().content["size_chart"] == {}


def test_what_is_wrong_is_named_by_line_and_cell_and_nothing_is_lost(console: Client, shop: Shop) -> None:
    typed = "S; 5o; 69\nM; 53"

    page = draw(console, shop, rows=typed)

    assert complaints(page) == {
        "chart.rows": "Line 1, cell 2: “5o” is no length. Please write centimetres, like 50, 50.5 or 86-90.\n"
        "Line 2: 2 cells, but the size and 2 measures make 3."
    }
    fields = fields_of(page)
    assert (fields["chart.rows"], fields["chart.measures.de"], fields["chart.measured_on"]) == (
        typed,
        "Brust; Länge",
        "body",
    )
    assert "size_chart" not in Product.objects.get().content


def test_a_chart_pasted_from_a_spreadsheet_is_read(console: Client, shop: Shop) -> None:
    draw(console, shop, rows="S\t50\t69\r\nM\t53-56\t-", chart__measures__en="Chest\tLength")

    chart = Product.objects.get().content["size_chart"]
    assert (chart["rows"], chart["measures"]) == (CHART["rows"], [{"en": "Chest"}, {"en": "Length"}])
