"""Turns a product of the content files into the texts that the catalogue keeps (see catalog.content)."""

import re
from typing import Any, Final

from tradewind.demo.reading import Table, attributes, facts

LANGUAGES: Final = ("en", "de", "zh")
_COMMA: Final = {"en": ", ", "de": ", ", "zh": "、"}
_BOX: Final = "in_box"  # shown as a list of its own, not among the facts


def content_of(product: Table) -> Table:
    """All texts of a product, by language."""
    texts: dict[str, Table] = product["texts"]
    return {
        "title": {language: texts[language]["title"] for language in LANGUAGES},
        "subtitle": {language: texts[language]["subtitle"] for language in LANGUAGES},
        "points": {language: texts[language]["points"] for language in LANGUAGES},
        "description": {language: _paragraphs(texts[language]["description"]) for language in LANGUAGES},
        "warnings": {language: texts[language]["warnings"] for language in LANGUAGES},
        "facts": [*_facts(product["facts"]), *_sizes(product)],
        "box": product["facts"].get(_BOX, {}),
        "options": product.get("options", []),
    }


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]


def _facts(stated: Table) -> list[Table]:
    return [
        {
            "key": fact["key"],
            "name": fact["name"],
            "value": {language: _value(stated[fact["key"]], fact, language) for language in LANGUAGES},
            **_measured(stated[fact["key"]], fact["key"]),
        }
        for fact in facts()
        if fact["key"] in stated and fact["key"] != _BOX
    ]


def _measured(value: Any, key: str) -> Table:
    """What filters and comparisons need beside the words of a fact: its number, or its choices."""
    choices: list[Table] = next(
        (attribute.get("choices", []) for attribute in attributes() if attribute["key"] == key), []
    )
    if choices:
        words = set(re.findall(r"[a-z]+", (value["en"] if isinstance(value, dict) else value).lower()))
        found = [choice for choice in choices if words & set(choice["words"])]
        return {"choices": [{"key": choice["key"], "name": choice["name"]} for choice in found]}
    return {"number": value} if isinstance(value, int | float) else {}


def _value(value: Any, fact: Table, language: str) -> str:
    if isinstance(value, dict):
        value = value[language]
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return _with_unit(_number(value, language), fact)
    if all(isinstance(part, str) for part in value):
        return _COMMA[language].join(value)
    between = "–" if fact["key"].endswith("_range") else " × " if fact["key"].endswith("_size") else " / "
    return _with_unit(between.join(_number(part, language) for part in value), fact)


def _with_unit(number: str, fact: Table) -> str:
    return f"{number}\N{NO-BREAK SPACE}{fact['unit']}" if "unit" in fact else number


def _number(value: float, language: str) -> str:
    # Digits are not grouped: 1250 mm reads the same everywhere.
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    return plain.replace(".", ",") if language == "de" else plain


def _sizes(product: Table) -> list[Table]:
    """A line for each measure of the size chart: `S 500 mm, M 530 mm`."""
    chart = product.get("size_chart")
    if chart is None:
        return []
    option = next(option for option in product["options"] if option["key"] == chart["option"])
    return [
        {
            "key": f"size.{measure['key']}",
            "name": measure["name"],
            "value": {language: _measures(option, measure["values_mm"], language) for language in LANGUAGES},
        }
        for measure in chart["measures"]
    ]


def _measures(option: Table, values: dict[str, int], language: str) -> str:
    return _COMMA[language].join(
        f"{size['name'][language]}:\N{NO-BREAK SPACE}{values[size['key']]}\N{NO-BREAK SPACE}mm"
        for size in option["values"]
        if size["key"] in values
    )
