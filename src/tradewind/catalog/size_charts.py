"""A product's size chart: sizes by measures, whole millimetres, the same in all languages; only the measures are named.

In Product.content it is {"measured_on": .., "measures": [{language: name}], "rows": [{"size": "S", "mm": [[500], [860, 900], []]}]}:
of each measure one length, one from and to, or none. Without a chart it is not there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.core.words import pick
from tradewind.lib.measures import UnreadableLength, read_lengths, write_lengths

# What the measure was laid on.
MEASURED_ON: Final = ("garment", "body", "foot")
MOST_SIZES: Final = 60
MOST_MEASURES: Final = 12
LONGEST_NAME: Final = 60
# As typed here or there, or as a spreadsheet's cells are pasted.
_BETWEEN: Final = re.compile(r"[;；\t]")
_CELLS: Final = gettext_noop("Line {line}: {found} cells, but the size and {measures} measures make {wanted}.")
_NO_LENGTH: Final = gettext_noop(
    "Line {line}, cell {cell}: “{typed}” is no length. Please write centimetres, like 50, 50.5 or 86-90."
)
_NO_SIZE: Final = gettext_noop("Line {line}, cell 1: please begin with the size, of at most {longest} characters.")
_TWICE: Final = gettext_noop("Line {line}, cell 1: the size {size} stands in line {other} already.")
_NO_ROWS: Final = gettext_noop("Please write a line for each size, like S; 50; 69.")
_NO_MEASURES: Final = gettext_noop("Please name the measures in the order of the cells, like Chest; Length.")
_EMPTY_NAME: Final = gettext_noop("Measure {number} has no name, or one of more than {longest} characters.")
_UNEVEN: Final = gettext_noop("Measures named here: {found}, in another language: {wanted}.")
_MANY: Final = gettext_noop("A chart has at most {sizes} sizes and {measures} measures.")

Chart = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TypedChart:
    """As people type it: `measures` by language, "Chest; Length"; `rows` a line for each size, "S; 50; 69"."""

    measured_on: str
    measures: Mapping[str, str]
    rows: str


@dataclass(frozen=True, slots=True)
class ChartProblem:
    """What is wrong in `rows`, or in `measures.<language>`, and what would be right."""

    part: str
    message: str
    values: Mapping[str, Any]


class ChartRefused(Exception):
    """The chart cannot be used as it was typed: everything that is wrong with it."""

    def __init__(self, problems: list[ChartProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def read_chart(typed: TypedChart, before: Chart) -> Chart:
    """The chart, empty where nothing was typed. A measure keeps its names in the languages that were not asked for, as
    long as it is called the same in one that was. Raises ChartRefused.
    """
    names = {code: _ended(_cells(text)) for code, text in typed.measures.items() if text.strip()}
    lines = [(number, _cells(line)) for number, line in enumerate(typed.rows.split("\n"), start=1) if line.strip()]
    if not names and not lines:
        return {}
    problems = _wrong_names(names, next(iter(typed.measures), ""))
    measures = max((len(cells) for cells in names.values()), default=0)
    rows = _read_rows(lines, measures, problems)
    if problems:
        raise ChartRefused(problems)
    return {
        "measured_on": typed.measured_on if typed.measured_on in MEASURED_ON else MEASURED_ON[0],
        "measures": [
            _named({code: cells[place] for code, cells in names.items()}, before.get("measures", []), typed.measures)
            for place in range(measures)
        ],
        "rows": rows,
    }


def type_chart(chart: Chart, languages: Sequence[str]) -> TypedChart:
    """The chart as `read_chart` takes it."""
    measures = chart.get("measures", [])
    named = {code: "; ".join(names.get(code, "") for names in measures) for code in languages}
    rows = [
        "; ".join([row["size"], *(write_lengths(lengths) or "-" for lengths in row["mm"])])
        for row in chart.get("rows", [])
    ]
    return TypedChart(
        chart.get("measured_on", MEASURED_ON[0]),
        {code: text if text.strip("; ") else "" for code, text in named.items()},
        "\n".join(rows),
    )


def chart_in_language(content: Mapping[str, Any], language: str) -> Chart:
    """As a published version keeps it. A size that is also a choice is called as the choice is."""
    chart = content.get("size_chart")
    if not chart:
        return {}
    choices = [value["name"] for option in content.get("options", []) for value in option["values"]]
    return {
        "measured_on": chart["measured_on"],
        "measures": [pick(names, language) for names in chart["measures"]],
        "rows": [
            [
                next((pick(names, language) for names in choices if row["size"] in names.values()), row["size"]),
                row["mm"],
            ]
            for row in chart["rows"]
        ],
    }


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BETWEEN.split(line)]


def _ended(cells: list[str]) -> list[str]:
    """A separator may stand at the end as well."""
    return cells if cells[-1] or len(cells) == 1 else cells[:-1]


def _wrong_names(names: Mapping[str, list[str]], first: str) -> list[ChartProblem]:
    if not names:
        return [ChartProblem(f"measures.{first}", _NO_MEASURES, {})]
    wanted = max(len(cells) for cells in names.values())
    found = []
    for code, cells in names.items():
        part = f"measures.{code}"
        wrong = [number for number, cell in enumerate(cells, start=1) if not 0 < len(cell) <= LONGEST_NAME]
        found += [ChartProblem(part, _EMPTY_NAME, {"number": number, "longest": LONGEST_NAME}) for number in wrong]
        if len(cells) != wanted:
            found.append(ChartProblem(part, _UNEVEN, {"found": len(cells), "wanted": wanted}))
    return found


def _read_rows(lines: list[tuple[int, list[str]]], measures: int, problems: list[ChartProblem]) -> list[Chart]:
    if not lines:
        problems.append(ChartProblem("rows", _NO_ROWS, {}))
    if len(lines) > MOST_SIZES or measures > MOST_MEASURES:
        problems.append(ChartProblem("rows", _MANY, {"sizes": MOST_SIZES, "measures": MOST_MEASURES}))
        return []
    rows: list[Chart] = []
    seen: dict[str, int] = {}
    for line, (size, *typed) in lines:
        cells = _ended(typed) if len(typed) == measures + 1 else typed
        lengths = [_lengths(line, place, cell, problems) for place, cell in enumerate(cells, start=2)]
        if not 0 < len(size) <= LONGEST_NAME:
            problems.append(ChartProblem("rows", _NO_SIZE, {"line": line, "longest": LONGEST_NAME}))
        elif size in seen:
            problems.append(ChartProblem("rows", _TWICE, {"line": line, "size": size, "other": seen[size]}))
        if measures and len(cells) != measures:
            values = {"line": line, "found": len(cells) + 1, "measures": measures, "wanted": measures + 1}
            problems.append(ChartProblem("rows", _CELLS, values))
        seen.setdefault(size, line)
        rows.append({"size": size, "mm": lengths})
    return rows


def _lengths(line: int, place: int, cell: str, problems: list[ChartProblem]) -> list[int]:
    try:
        # A dash stands for what was not measured.
        return [] if cell in ("-", "–", "—") else read_lengths(cell)
    except UnreadableLength:
        problems.append(ChartProblem("rows", _NO_LENGTH, {"line": line, "cell": place, "typed": cell}))
        return []


def _named(names: dict[str, str], before: Sequence[Mapping[str, str]], asked: Mapping[str, str]) -> dict[str, str]:
    same = (old for old in before if any(old.get(code) == name for code, name in names.items()))
    kept = {code: name for code, name in next(same, {}).items() if code not in asked}
    return {**kept, **names}
