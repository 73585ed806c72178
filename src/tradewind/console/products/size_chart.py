"""A product's size chart as fields of the form of its texts: names of the measures by language, and a line for each size."""

from collections.abc import Mapping, Sequence
from typing import Any

from tradewind.catalog.size_charts import Chart, ChartRefused, TypedChart, read_chart, type_chart
from tradewind.console.products.reading import Form
from tradewind.console.typed import WrongInput


def chart_fields(content: Mapping[str, Any], languages: Sequence[str]) -> dict[str, str]:
    typed = type_chart(content.get("size_chart", {}), languages)
    names = {f"chart.measures.{code}": text for code, text in typed.measures.items()}
    return {"chart.measured_on": typed.measured_on, "chart.rows": typed.rows, **names}


def read_size_chart(form: Form, before: Chart, languages: Sequence[str]) -> Chart:
    """The chart as it was typed; what is wrong with a field stands in the form's errors, all of it. A form without the
    fields leaves the chart as it is.
    """
    if "chart.rows" not in form.fields:
        return before
    typed = TypedChart(
        form.text("chart.measured_on"),
        # Pasted cells of a spreadsheet have tabs between them, which one line of text may not hold.
        {code: form.long_text(f"chart.measures.{code}").replace("\n", " ") for code in languages},
        form.long_text("chart.rows"),
    )
    try:
        return read_chart(typed, before)
    except ChartRefused as refused:
        for problem in refused.problems:
            name = f"chart.{problem.part}"
            words = WrongInput(name, problem.message, **problem.values).words
            form.errors[name] = f"{form.errors[name]}\n{words}" if name in form.errors else words
        return before
