"""The choices that a buyer has (colour, size) as a form, and back."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.console.products.reading import Form

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_SWATCH: Final = re.compile(r"#[0-9a-fA-F]{6}")
_MOST: Final = 60
_BAD_KEY: Final = gettext_noop("Small letters, digits and hyphens, please: celadon.")


def choice_fields(options: list[dict[str, Any]], languages: Sequence[str]) -> dict[str, str]:
    """The fields of the form for these choices."""
    fields = {"options": str(len(options))}
    for number, option in enumerate(options):
        fields[f"option.{number}.key"] = option["key"]
        fields[f"option.{number}.values"] = str(len(option["values"]))
        for code in languages:
            fields[f"option.{number}.name.{code}"] = option["name"].get(code, "")
        for place, value in enumerate(option["values"]):
            fields[f"value.{number}.{place}.key"] = value["key"]
            fields[f"value.{number}.{place}.swatch"] = value.get("swatch", "")
            for code in languages:
                fields[f"value.{number}.{place}.name.{code}"] = value["name"].get(code, "")
    return fields


def read_choices(form: Form, before: list[dict[str, Any]], languages: Sequence[str]) -> list[dict[str, Any]]:
    """The choices as they were typed. A choice or a value without a key and without names is left out."""
    known = {option["key"]: option for option in before}
    options: list[dict[str, Any]] = []
    for number in range(form.count("options", most=_MOST)):
        prefix = f"option.{number}"
        key = form.text(f"{prefix}.key", longest=40)
        names = _names(form, prefix, languages)
        old = known.get(key, {"name": {}, "values": []})
        values = _read_values(form, number, {value["key"]: value for value in old["values"]}, languages)
        if not key and not names and not values:
            continue
        _check_key(form, f"{prefix}.key", key, [option["key"] for option in options])
        name = _merged(old["name"], names, languages)
        if not name:
            form.complain(f"{prefix}.name.{languages[0]}", gettext_noop("Please fill this in."))
        if not values:
            form.complain(f"value.{number}.0.key", gettext_noop("A choice needs something to choose from."))
        options.append({**old, "key": key, "name": name, "values": values})
    return options


def _read_values(form: Form, number: int, known: dict[str, Any], languages: Sequence[str]) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = []
    for place in range(form.count(f"option.{number}.values", most=_MOST)):
        prefix = f"value.{number}.{place}"
        key = form.text(f"{prefix}.key", longest=40)
        names = _names(form, prefix, languages)
        swatch = form.text(f"{prefix}.swatch", longest=7)
        if not names and (not key or key in known) and (not swatch or key in known):
            continue
        _check_key(form, f"{prefix}.key", key, [value["key"] for value in values])
        if swatch and not _SWATCH.fullmatch(swatch):
            form.complain(f"{prefix}.swatch", gettext_noop("A colour is written like #a9ccb9."))
        old = known.get(key, {"name": {}})
        value = {**old, "key": key, "name": _merged(old["name"], names, languages)}
        if not value["name"]:
            form.complain(f"{prefix}.name.{languages[0]}", gettext_noop("Please fill this in."))
        values.append(value | ({"swatch": swatch} if swatch or "swatch" in old else {}))
    return values


def _check_key(form: Form, name: str, key: str, taken: list[str]) -> None:
    if not _KEY.fullmatch(key):
        form.complain(name, _BAD_KEY)
    elif key in taken:
        form.complain(name, gettext_noop("Another one has this key already."))


def _names(form: Form, prefix: str, languages: Sequence[str]) -> dict[str, str]:
    typed = {code: form.text(f"{prefix}.name.{code}", longest=80) for code in languages}
    return {code: name for code, name in typed.items() if name}


def _merged(before: dict[str, str], names: dict[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Languages without a column keep their names."""
    return {code: name for code, name in before.items() if code not in languages} | names
