"""What the words of a fact do not give away: the number or the choices by which lists are filtered (see describing)."""

from collections.abc import Mapping
from typing import Any, Final
from unicodedata import normalize

from tradewind.catalog.models import Attribute, AttributeChoice

# More than any measure of goods, and inside what the database stores.
_LARGEST: Final = 10**9

Choices = dict[str, dict[str, dict[str, Any]]]


class NoNumber(ValueError):
    """The text is no number that a list can be filtered by."""


class UnknownChoice(ValueError):
    """The attribute does not have this choice; `allowed` are those that it has."""

    def __init__(self, key: str, allowed: list[str]) -> None:
        super().__init__(key)
        self.key = key
        self.allowed = allowed


def number_of(text: str) -> int | float | None:
    """12, 12.5, or None for nothing. Raises NoNumber."""
    typed = normalize("NFKC", text).strip()
    if not typed:
        return None
    whole, _, rest = typed.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit()))):
        raise NoNumber(text)
    number = float(typed)
    if not 0 < number < _LARGEST or len(rest) > 4:  # noqa: PLR2004  # digits that the column keeps
        raise NoNumber(text)
    return int(number) if number == int(number) else number


def known_choices() -> Choices:
    """The choices of every attribute, as content keeps them. One statement."""
    found: Choices = {}
    rows = AttributeChoice.objects.filter(attribute__kind=Attribute.Kind.CHOICE).select_related("attribute")
    for row in rows.order_by("position", "id"):
        choice = {"key": row.key, "name": row.name, **({"swatch": row.swatch} if row.swatch else {})}
        found.setdefault(row.attribute.key, {})[row.key] = choice
    return found


def choices_of(text: str, known: Mapping[str, dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The choices that are named by their keys, with commas; those that the fact has already stay as they are.
    Raises UnknownChoice.
    """
    present = {choice["key"]: choice for choice in before}
    keys = list(dict.fromkeys(key.strip() for key in text.split(",") if key.strip()))
    for key in keys:
        if key not in known and key not in present:
            raise UnknownChoice(key, sorted({*known, *present}))
    return [present.get(key) or known[key] for key in keys]


def with_values(fact: dict[str, Any], number: float | None, choices: list[dict[str, Any]]) -> dict[str, Any]:
    """The fact with these values instead of its own; what is empty is left out."""
    bare = {name: value for name, value in fact.items() if name not in ("number", "choices")}
    return bare | ({} if number is None else {"number": number}) | ({"choices": choices} if choices else {})
