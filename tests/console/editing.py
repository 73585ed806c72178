"""Forms of the console as a browser sends them: every field of the page, and what a person changes."""

import html
import re
from typing import Any

from django.test import Client

_FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>(.*?)(?=<(?:input|textarea|select|button|/form)\b)", re.DOTALL)
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


def fields_of(page: str, *, form: int = 0, within: str = "<main") -> dict[str, Any]:
    """The fields of a form of the page (counted from zero) with their values; of fields that repeat, all of them."""
    found: dict[str, Any] = {}
    body = page.split(within, 1)[1]
    block = re.findall(r'<form method="post".*?</form>', body, re.DOTALL)[form]
    for kind, attributes, rest in _FIELD.findall(block):
        known = dict(_ATTRIBUTE.findall(attributes))
        name, value = known.get("name"), html.unescape(known.get("value", ""))
        if not name or known.get("type") == "file":
            continue
        if known.get("type") == "checkbox":
            if "checked" not in known:
                continue
            value = "on"
        if kind == "textarea":
            value = html.unescape(rest.split("</textarea>")[0]).removeprefix("\n")
        if kind == "select":
            chosen = re.search(r'<option value="([^"]*)" selected', rest.split("</select>")[0])
            value = html.unescape(chosen[1]) if chosen else ""
        found[name] = value if name not in found else [*_list(found[name]), value]
    return found


def send(client: Client, address: str, *, form: int = 0, button: str = "save", **changes: Any) -> Any:
    """Open the page, change some fields, press a button. Dots in names are written as two underscores."""
    fields = fields_of(client.get(address).content.decode(), form=form)
    typed = {name.replace("__", "."): value for name, value in changes.items()}
    return client.post(address, {**fields, **typed, button: "1"})


def complaints(page: str) -> dict[str, str]:
    """What stands beside each field that is wrong."""
    found = re.findall(r'id="([^"]+)-problem"><svg.*?</svg>(.*?)</span>', page, re.DOTALL)
    return {name: html.unescape(words) for name, words in found}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
