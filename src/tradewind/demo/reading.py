"""Reads the demo's content. Its shape is in content/README.md."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

CONTENT: Final = Path(__file__).resolve().parent / "content"
MEDIA: Final = CONTENT / "media"

Table = dict[str, Any]


@cache
def shop_content() -> Table:
    return _read("shop.toml")


@cache
def freight_content() -> Table:
    return _read("freight.toml")


@cache
def categories() -> list[Table]:
    found: list[Table] = _read("categories.toml")["categories"]
    return found


@cache
def facts() -> list[Table]:
    """All facts that a product may state, in the order of display."""
    found: list[Table] = _read("facts.toml")["facts"]
    return found


@cache
def attributes() -> list[Table]:
    """What buyers filter by, in the order of display."""
    found: list[Table] = _read("attributes.toml")["attributes"]
    return found


@cache
def products() -> list[Table]:
    return [_read(f"products/{file.name}") for file in sorted((CONTENT / "products").glob("*.toml"))]


@cache
def renditions() -> dict[str, Table]:
    """What is known of each picture and video, by the name that products use."""
    found: dict[str, Table] = json.loads((MEDIA / "renditions.json").read_text())["media"]
    return found


def _read(name: str) -> Table:
    return tomllib.loads((CONTENT / name).read_text())
