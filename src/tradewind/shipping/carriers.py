"""Carriers that we know, and the page on which each shows what became of a parcel (`carriers.toml`)."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

_TABLE: Final = Path(__file__).resolve().parent / "carriers.toml"


def carrier_names() -> list[str]:
    """What the carriers are called that have a page for their parcels, in the order of the table."""
    return [str(row["names"][0]) for row in _rows()]


def tracking_url(carrier: str, number: str) -> str:
    """Where the carrier shows this parcel; empty where the carrier is not known, or the number."""
    pattern = _patterns().get(_key(carrier), "") if number.strip() else ""
    return pattern.replace("{number}", quote(number.strip(), safe=""))


@cache
def _patterns() -> dict[str, str]:
    return {_key(name): str(row["url"]) for row in _rows() for name in row["names"]}


@cache
def _rows() -> list[dict[str, list[str]]]:
    return list(tomllib.loads(_TABLE.read_text(encoding="utf-8"))["carrier"])


def _key(name: str) -> str:
    """As names are compared: "Yun-Express" and "yunexpress" are one."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())
