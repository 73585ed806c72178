"""A size chart is read with every mistake named, kept without language, and published in the reader's."""

import pytest

from tradewind.catalog.content import in_language
from tradewind.catalog.size_charts import Chart, ChartRefused, TypedChart, read_chart, type_chart

NAMES = {"en": "Chest; Length", "de": "Brust; Länge"}
CHART: Chart = {
    "measured_on": "garment",
    "measures": [{"en": "Chest", "de": "Brust"}, {"en": "Length", "de": "Länge"}],
    "rows": [{"size": "S", "mm": [[500], [690]]}, {"size": "M", "mm": [[530, 560], []]}],
}


def problems(names: dict[str, str], rows: str) -> list[tuple[str, str]]:
    with pytest.raises(ChartRefused) as refused:
        read_chart(TypedChart("garment", names, rows), {})
    return [(problem.part, problem.message.format(**problem.values)) for problem in refused.value.problems]


def test_a_chart_is_read_with_whatever_stands_between_the_cells() -> None:
    typed = read_chart(TypedChart("garment", NAMES, "S; 50; 69\n\nM; 53-56; -"), {})
    pasted = read_chart(
        TypedChart("garment", {"en": "Chest\tLength", "de": "Brust；Länge"}, "S\t50\t69\nM；53-56；"), {}
    )
    whole = read_chart(TypedChart("garment", NAMES, "S;50;69;\nM;53-56;-"), {})

    assert typed == whole == CHART
    assert pasted == CHART


def test_what_was_read_is_typed_again_as_it_was() -> None:
    typed = type_chart(CHART, ["en", "de", "fr"])

    assert typed == TypedChart("garment", {**NAMES, "fr": ""}, "S; 50; 69\nM; 53-56; -")
    assert read_chart(typed, CHART) == CHART
    assert read_chart(type_chart({}, ["en"]), {}) == {}


def test_every_mistake_is_named_with_its_line_and_cell() -> None:
    assert problems(NAMES, "S; 5o; 69\n\nM; 53\nS; 1; 2\n; 1; x") == [
        ("rows", "Line 1, cell 2: “5o” is no length. Please write centimetres, like 50, 50.5 or 86-90."),
        ("rows", "Line 3: 2 cells, but the size and 2 measures make 3."),
        ("rows", "Line 4, cell 1: the size S stands in line 1 already."),
        ("rows", "Line 5, cell 3: “x” is no length. Please write centimetres, like 50, 50.5 or 86-90."),
        ("rows", "Line 5, cell 1: please begin with the size, of at most 60 characters."),
    ]
    assert problems({"en": "", "de": ""}, "S; 1") == [
        ("measures.en", "Please name the measures in the order of the cells, like Chest; Length.")
    ]
    assert problems({"en": "Chest; ; Arm", "de": "Brust"}, "") == [
        ("measures.en", "Measure 2 has no name, or one of more than 60 characters."),
        ("measures.de", "Measures named here: 1, in another language: 3."),
        ("rows", "Please write a line for each size, like S; 50; 69."),
    ]
    too_many = "\n".join(f"{size}; 1; 1" for size in range(61))
    assert problems(NAMES, too_many) == [("rows", "A chart has at most 60 sizes and 12 measures.")]


def test_names_in_languages_that_were_not_asked_for_go_with_their_measure() -> None:
    before = {**CHART, "measures": [{"en": "Chest", "fr": "Poitrine"}, {"en": "Length", "fr": "Longueur"}]}

    turned = read_chart(TypedChart("garment", {"en": "Length; Arm"}, "S; 1; 2"), before)

    assert turned["measures"] == [{"en": "Length", "fr": "Longueur"}, {"en": "Arm"}]


def test_readers_of_a_language_get_its_names_and_sizes_are_called_as_their_choice_is() -> None:
    options = [{"key": "size", "name": {"en": "Size"}, "values": [{"key": "m", "name": {"en": "M", "de": "Mittel"}}]}]

    german = in_language({"title": {"de": "Hemd"}, "options": options, "size_chart": CHART}, "de")["size_chart"]

    assert german == {
        "measured_on": "garment",
        "measures": ["Brust", "Länge"],
        "rows": [["S", [[500], [690]]], ["Mittel", [[530, 560], []]]],
    }
    assert in_language({"title": {"de": "Hemd"}}, "de")["size_chart"] == {}
