"""Texts, facts and choices of a workbook, put into the drafts of their products."""

import re
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.catalog import workbook
from tradewind.catalog.fact_values import NoNumber, UnknownChoice, choices_of, known_choices, number_of, with_values
from tradewind.catalog.workbook_plan import NO_PRODUCT, Plan, ProductPlan, note
from tradewind.catalog.workbook_reading import Row
from tradewind.catalog.workbook_writing import as_cell

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
_SWATCH: Final = re.compile(r"#[0-9a-fA-F]{6}")
_BAD_KEY: Final = gettext_noop("Small letters, digits and hyphens, please: room-width.")
_NO_LANGUAGE: Final = gettext_noop("No language is called {name}. Languages: {allowed}.")
_EMPTY: Final = gettext_noop("Please fill this in.")

Texts = dict[str, Any]


def plan_texts(plan: Plan, row: Row) -> None:
    each, language = _product_of(plan, row), row.code("language")
    if language and language not in workbook.LANGUAGES:
        row.complain("language", _NO_LANGUAGE, name=language, allowed=", ".join(workbook.LANGUAGES))
        return
    if each is None:
        return
    for name, longest in workbook.TEXT_LINES.items():
        if row.has(name):
            _put(plan, each, row, name, language, row.text(name, longest=longest))
    for name in workbook.TEXT_LISTS:
        if row.has(name):
            _put(plan, each, row, name, language, row.lines(name))


def _put(plan: Plan, each: ProductPlan, row: Row, name: str, language: str, text: str | list[str]) -> None:
    before = each.content.get(name, {})
    old: str | list[str] = before.get(language) or type(text)()
    if old == text:
        return
    each.content[name] = {code: words for code, words in {**before, language: text}.items() if words}
    shown = [part if isinstance(part, str) else as_cell(name, part) for part in (old, text)]
    note(plan.changes, row, name, f"{each.slug} · {language} · {name}", *shown)


def plan_fact(plan: Plan, row: Row) -> None:
    """A fact whose cells are all empty is taken out; one that no row names stays."""
    each, key = _product_of(plan, row), row.code("key")
    if each is None or not key:
        return
    if not _KEY.fullmatch(key):
        row.complain("key", _BAD_KEY)
        return
    facts: list[Texts] = each.content.get("facts", [])
    before: Texts = next((fact for fact in facts if fact["key"] == key), {"key": key, "name": {}, "value": {}})
    after: Texts = {**before, **{part: _languages(row, part, before[part]) for part in ("name", "value")}}
    after = _valued(plan, row, after)
    for column in ("number", "choices"):
        old, new = (_shown(fact, column) for fact in (before, after))
        note(plan.changes, row, column, f"{each.slug} · {key} · {column}", old, new)
    for part in ("name", "value"):
        other = "value" if part == "name" else "name"
        if after[other] and not after[part]:
            row.complain(f"{part} en", _EMPTY)
        for code in workbook.LANGUAGES:
            old, new = before[part].get(code, ""), after[part].get(code, "")
            note(plan.changes, row, f"{part} {code}", f"{each.slug} · {key} · {part} {code}", old, new)
    kept = _replaced(facts, after)
    kept = [fact for fact in kept if fact["name"]]
    if kept != facts:
        each.content["facts"] = kept


def _valued(plan: Plan, row: Row, fact: Texts) -> Texts:
    """With what filters read of it, where the sheet has the columns."""
    number, chosen = fact.get("number"), fact.get("choices", [])
    try:
        if row.has("number"):
            number = number_of(row.text("number"))
        if row.has("choices"):
            if plan.choices is None:
                plan.choices = known_choices()
            chosen = choices_of(row.text("choices"), plan.choices.get(fact["key"], {}), chosen)
    except NoNumber:
        row.complain("number", gettext_noop("Please write a number, like 12.5."))
    except UnknownChoice as problem:
        said = gettext_noop("Filters know no {key} here. Known: {allowed}.")
        row.complain("choices", said, key=problem.key, allowed=", ".join(problem.allowed) or "—")
    return with_values(fact, number, chosen)


def _shown(fact: Texts, column: str) -> str:
    if column == "number":
        return str(fact.get("number", ""))
    return ", ".join(choice["key"] for choice in fact.get("choices", []))


def plan_choice(plan: Plan, row: Row) -> None:
    """A value to choose. Values that no row names stay."""
    each, key, value_key = _product_of(plan, row), row.code("choice"), row.code("value")
    if each is None:
        return
    for column, typed in (("choice", key), ("value", value_key)):
        if typed and not _KEY.fullmatch(typed):
            row.complain(column, _BAD_KEY)
    options: list[Texts] = each.content.get("options", [])
    known = {option["key"]: option for option in options}
    option: Texts = known.get(key, {"key": key, "name": {}, "values": []})
    values = {one["key"]: one for one in option["values"]}
    value: Texts = values.get(value_key, {"key": value_key, "name": {}})
    new_value = _read_value(row, value)
    new_option = {**option, "name": _languages(row, "choice", option["name"])}
    if not new_option["name"]:
        row.complain("choice en", _EMPTY)
    named = f"{each.slug} · {key}={value_key}"
    note(plan.changes, row, "colour", f"{named} · colour", value.get("swatch", ""), new_value.get("swatch", ""))
    for part, old, new in (("choice", option, new_option), ("value", value, new_value)):
        for code in workbook.LANGUAGES:
            before, after = old["name"].get(code, ""), new["name"].get(code, "")
            note(plan.changes, row, f"{part} {code}", f"{named} · {part} {code}", before, after)
    new_option["values"] = _replaced(option["values"], new_value)
    if key not in known:
        each.new_choices.append(row)
    if new_option != option:
        each.content["options"] = _replaced(options, new_option)


def _read_value(row: Row, value: Texts) -> Texts:
    swatch = row.text("colour")
    if swatch and not _SWATCH.fullmatch(swatch):
        row.complain("colour", gettext_noop("A colour is written like #a9ccb9."))
    new = {**value, "name": _languages(row, "value", value["name"])}
    if not new["name"]:
        row.complain("value en", _EMPTY)
    if row.has("colour") and (swatch or "swatch" in value):
        new["swatch"] = swatch
    return new


def _product_of(plan: Plan, row: Row) -> ProductPlan | None:
    slug = row.code("product", known=plan.products)
    each = plan.products.get(slug)
    if each is None and slug:
        row.complain("product", NO_PRODUCT, name=slug)
    return each


def _replaced(rows: list[dict[str, Any]], new: dict[str, Any]) -> list[dict[str, Any]]:
    keys = [row["key"] for row in rows]
    return [new if row["key"] == new["key"] else row for row in rows] + ([] if new["key"] in keys else [new])


def _languages(row: Row, part: str, before: dict[str, str]) -> dict[str, str]:
    typed = {code: row.text(f"{part} {code}", longest=1000) for code in workbook.LANGUAGES if row.has(f"{part} {code}")}
    merged = {**before, **typed}
    return {code: text for code, text in merged.items() if text}
