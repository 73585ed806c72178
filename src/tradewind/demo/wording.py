"""Turns a product of the content files into the texts that the catalogue keeps (see catalog.content)."""

import re
from typing import Any, Final

from tradewind.core.words import LOCALES, listed
from tradewind.demo.reading import Table, attributes, facts

LANGUAGES: Final = tuple(LOCALES)
_COMMA_POINT: Final = frozenset({"de", "fr", "es", "pt"})
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
        "facts": _facts(product["facts"]),
        "box": product["facts"].get(_BOX, {}),
        "options": product.get("options", []),
        **({"size_chart": _size_chart(product)} if "size_chart" in product else {}),
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
        return listed(language, value)
    between = "–" if fact["key"].endswith("_range") else " × " if fact["key"].endswith("_size") else " / "
    return _with_unit(between.join(_number(part, language) for part in value), fact)


def _with_unit(number: str, fact: Table) -> str:
    return f"{number}\N{NO-BREAK SPACE}{fact['unit']}" if "unit" in fact else number


def _number(value: float, language: str) -> str:
    # Digits are not grouped: 1250 mm reads the same everywhere.
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    return plain.replace(".", ",") if language in _COMMA_POINT else plain


def _size_chart(product: Table) -> Table:
    """Sizes are called as the choice of the size is in English; pages call them as the choice is in their language."""
    chart = product["size_chart"]
    option = next(option for option in product["options"] if option["key"] == chart["option"])
    return {
        "measured_on": chart["measured_on"],
        "measures": [measure["name"] for measure in chart["measures"]],
        "rows": [
            {
                "size": size["name"]["en"],
                "mm": [[measure["values_mm"][size["key"]]] for measure in chart["measures"]],
            }
            for size in option["values"]
        ],
    }
