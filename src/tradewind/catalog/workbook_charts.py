"""Size charts of a workbook: a row for each product, written as in the console, and put into the draft."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop

from tradewind.catalog import workbook
from tradewind.catalog.models import Product
from tradewind.catalog.size_charts import MEASURED_ON, Chart, ChartRefused, TypedChart, read_chart, type_chart
from tradewind.catalog.workbook_plan import NO_PRODUCT, Plan, note
from tradewind.catalog.workbook_reading import Row


def chart_row(product: Product) -> Iterator[tuple[Any, ...]]:
    """The row of a product that has a chart."""
    if chart := product.content.get("size_chart"):
        cells = _cells(chart)
        yield product.slug, *(cells[column] for column in workbook.COLUMNS[workbook.SIZE_CHARTS][1:])


def plan_chart(plan: Plan, row: Row) -> None:
    """An emptied chart is taken out; columns that are not there leave their part as it is."""
    slug = row.code("product", known=plan.products)
    each = plan.products.get(slug)
    if each is None:
        if slug:
            row.complain("product", NO_PRODUCT, name=slug)
        return
    before: Chart = each.content.get("size_chart", {})
    old = _cells(before)
    new = {column: row.text(column, longest=workbook.LONGEST) if row.has(column) else old[column] for column in old}
    if new["measured on"] not in ("", *MEASURED_ON):
        row.complain(
            "measured on", gettext_noop("Please write one of these: {allowed}."), allowed=", ".join(MEASURED_ON)
        )
    names = {code: new[f"measures {code}"] for code in workbook.LANGUAGES}
    try:
        chart = read_chart(TypedChart(new["measured on"], names, new["sizes"]), before)
    except ChartRefused as refused:
        for problem in refused.problems:
            row.complain(problem.part.replace(".", " ").replace("rows", "sizes"), problem.message, **problem.values)
        return
    if chart == before:
        return
    for column, text in _cells(chart).items():
        note(plan.changes, row, column, f"{slug} · size chart · {column}", old[column], text)
    each.content["size_chart"] = chart


def _cells(chart: Chart) -> dict[str, str]:
    """By column; all of them empty without a chart."""
    typed = type_chart(chart, workbook.LANGUAGES)
    names = {f"measures {code}": text for code, text in typed.measures.items()}
    return {"measured on": typed.measured_on if chart else "", "sizes": typed.rows, **names}
