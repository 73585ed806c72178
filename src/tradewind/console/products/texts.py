"""A product's texts as a form, with the languages side by side, and back. What the form does not show stays as it is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.catalog.content import languages_of
from tradewind.catalog.fact_values import NoNumber, UnknownChoice, choices_of, known_choices, number_of, with_values
from tradewind.console.products.reading import Form
from tradewind.console.products.size_chart import chart_fields, read_size_chart
from tradewind.core.words import LOCALES

# Offered from the start; others are opened on request.
USUAL: Final = ("en", "de", "zh")
LINES: Final = {"title": 200, "subtitle": 300}
LISTS: Final = ("points", "box", "warnings")
# How many facts a product may have, and how many empty rows are offered for new ones.
MOST_FACTS: Final = 60
SPARE: Final = 2
_KEY: Final = re.compile(r"[a-z][a-z0-9_.-]{0,59}")


def languages_shown(content: dict[str, Any], asked: Sequence[str] = ()) -> list[str]:
    """The languages with a column: those it is written in, the usual ones, and those that were asked for."""
    wanted = {*languages_of(content), *USUAL, *asked}
    return [language for language in LOCALES if language in wanted]


def fields_of(content: dict[str, Any], languages: Sequence[str]) -> dict[str, str]:
    """The fields of the form for these texts."""
    fields = {"facts": str(len(content.get("facts", [])) + SPARE)}
    for language in languages:
        for name in LINES:
            fields[f"{name}.{language}"] = content.get(name, {}).get(language, "")
        for name in LISTS:
            fields[f"{name}.{language}"] = "\n".join(content.get(name, {}).get(language, []))
        fields[f"description.{language}"] = "\n\n".join(content.get("description", {}).get(language, []))
    for number, fact in enumerate(content.get("facts", [])):
        fields[f"fact.{number}.key"] = fact["key"]
        fields[f"fact.{number}.number"] = str(fact.get("number", ""))
        fields[f"fact.{number}.choices"] = ", ".join(choice["key"] for choice in fact.get("choices", []))
        for language in languages:
            fields[f"fact.{number}.name.{language}"] = fact["name"].get(language, "")
            fields[f"fact.{number}.value.{language}"] = fact["value"].get(language, "")
    return fields | chart_fields(content, languages)


def fact_rows(form: Form) -> int:
    """How many rows of facts the form has."""
    return form.count("facts", most=MOST_FACTS)


def read_content(form: Form, before: dict[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """The texts as they were typed; what is wrong stands in the form's errors."""
    content = dict(before)
    readers = dict.fromkeys(LISTS, form.lines) | {"description": form.paragraphs}
    for name, longest in LINES.items():
        typed = {code: form.text(f"{name}.{code}", longest=longest) for code in languages}
        content[name] = _merged(before.get(name, {}), typed)
    for name, read in readers.items():
        content[name] = _merged(before.get(name, {}), {code: read(f"{name}.{code}") for code in languages})
    if not any(content["title"].values()):
        form.complain(f"title.{languages[0]}", gettext_noop("Please write the title in one language at least."))
    content["facts"] = _read_facts(form, {fact["key"]: fact for fact in before.get("facts", [])}, languages)
    content["size_chart"] = read_size_chart(form, before.get("size_chart", {}), languages)
    # A part that never was there and stays empty is not news.
    return {name: value for name, value in content.items() if value or name in before}


def _read_facts(form: Form, before: dict[str, Any], languages: Sequence[str]) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = []
    choices = known_choices()
    for number in range(fact_rows(form)):
        key = form.text(f"fact.{number}.key", longest=60)
        names = {code: form.text(f"fact.{number}.name.{code}") for code in languages}
        values = {code: form.text(f"fact.{number}.value.{code}", longest=1000) for code in languages}
        # Emptied on purpose, or never filled: there is no such fact.
        if not any(names.values()) and not any(values.values()):
            continue
        known = before.get(key, {"name": {}, "value": {}})
        key = key or _new_key(names, [fact["key"] for fact in facts])
        if not _KEY.fullmatch(key):
            form.complain(f"fact.{number}.key", gettext_noop("Small letters, digits and hyphens, please: room-width."))
        if key in {fact["key"] for fact in facts}:
            form.complain(f"fact.{number}.key", gettext_noop("Another fact has this key already."))
        fact = {**known, "key": key, "name": _merged(known["name"], names), "value": _merged(known["value"], values)}
        for part, words in (("name", fact["name"]), ("value", fact["value"])):
            if not words:
                form.complain(f"fact.{number}.{part}.{languages[0]}", gettext_noop("Please fill this in."))
        facts.append(_valued(form, f"fact.{number}", fact, choices.get(key, {})))
    return facts


def _valued(form: Form, prefix: str, fact: dict[str, Any], known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """With what filters read of it, where the form has the fields."""
    if f"{prefix}.number" not in form.fields:
        return fact
    number, chosen = fact.get("number"), fact.get("choices", [])
    try:
        number = number_of(form.text(f"{prefix}.number", longest=20))
        chosen = choices_of(form.text(f"{prefix}.choices"), known, chosen)
    except NoNumber:
        form.complain(f"{prefix}.number", gettext_noop("Please write a number, like 12.5."))
    except UnknownChoice as problem:
        said = gettext_noop("Filters know no {key} here. Known: {allowed}.")
        form.complain(f"{prefix}.choices", said, key=problem.key, allowed=", ".join(problem.allowed) or "—")
    return with_values(fact, number, chosen)


def _new_key(names: dict[str, str], taken: Sequence[str]) -> str:
    """Made of the English name, else counted: a key only has to be the same tomorrow."""
    word = re.sub(r"[^a-z0-9]+", "-", names.get("en", "").lower()).strip("-")[:50]
    key = word if _KEY.fullmatch(word) else "fact"
    return next(each for each in (key, *(f"{key}-{n}" for n in range(2, MOST_FACTS + 2))) if each not in taken)


def _merged(before: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Languages without a column keep their texts; an emptied field takes its text out."""
    return {code: text for code, text in {**before, **typed}.items() if text}
