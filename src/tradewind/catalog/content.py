"""The shape of a product's texts: what the content team writes in all languages, and what one language reads."""

from typing import Any, Final

from tradewind.catalog.size_charts import chart_in_language
from tradewind.core.words import DEFAULT, pick

# Product.content, all languages:
#   title, subtitle            {language: text}
#   points, description, box   {language: [text]}
#   facts                      [{"key": .., "name": {language: text}, "value": {language: text}}]
#   options                    [{"key": .., "name": {language: text}, "values": [{"key": .., "name": {..}, "swatch": ".."}]}]
#   size_chart                 see catalog.size_charts


# Whoever has written one of these in a language has begun to write in it.
WRITTEN: Final = ("title", "subtitle", "points", "description")


def languages_of(content: dict[str, Any]) -> list[str]:
    """The languages that a product is written in, English first where it is among them."""
    found = [language for name in WRITTEN for language, text in content.get(name, {}).items() if text]
    return sorted(dict.fromkeys(found), key=lambda language: language != DEFAULT)


def source_language(content: dict[str, Any], language: str) -> str:
    """The language in which readers of `language` get the texts: their own, else English, else the first there is."""
    written = languages_of(content)
    return language if language in written or not written else written[0]


def in_language(content: dict[str, Any], wanted: str) -> dict[str, Any]:
    """The texts for readers of one language, as a published version keeps them. Where the product is not written in it,
    `language` says in which the texts are: pages mark it for those who hear them.
    """
    language = source_language(content, wanted)
    return {
        "language": language,
        "title": pick(content.get("title", {}), language),
        "subtitle": pick(content.get("subtitle", {}), language),
        "points": _list(content.get("points", {}), language),
        "description": _list(content.get("description", {}), language),
        "facts": [[pick(f["name"], language), pick(f["value"], language)] for f in content.get("facts", [])],
        "box": _list(content.get("box", {}), language),
        "warnings": _list(content.get("warnings", {}), language),
        "options": [
            {
                "key": option["key"],
                "name": pick(option["name"], language),
                "values": [
                    {"key": v["key"], "name": pick(v["name"], language), "swatch": v.get("swatch", "")}
                    for v in option["values"]
                ],
            }
            for option in content.get("options", [])
        ],
        "size_chart": chart_in_language(content, language),
    }


def options_in_words(options: list[dict[str, Any]], chosen: dict[str, str]) -> str:
    """ "Celadon green, M": the chosen values in the order of the options of a published version."""
    return ", ".join(
        value["name"] for option in options for value in option["values"] if chosen.get(option["key"]) == value["key"]
    )


def _list(texts: dict[str, list[str]], language: str) -> list[str]:
    return texts.get(language) or texts.get("en") or []
