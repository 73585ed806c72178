"""Which number settles the tax of a parcel, as data (`customs_rules.toml`), dated, with source and confidence."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from tradewind.lib.countries import is_eu_member

_TABLE: Final = Path(__file__).resolve().parent / "customs_rules.toml"
EU: Final = "EU"
# What becomes of a marketplace's orders.
BY_NUMBER: Final = "number"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to settle the tax at the sale. `limit` is in major units of `currency`."""

    key: str
    destination: str
    register: str
    limit: Decimal
    currency: str
    is_per_item: bool
    is_inclusive: bool
    platform: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str
    country: str = ""

    def holds_for(self, value: Decimal) -> bool:
        """Is a value, in the scheme's currency, within the limit?"""
        return value <= self.limit if self.is_inclusive else value < self.limit

    def number_in(self, registrations: Mapping[str, str]) -> str:
        """The seller's own number; "" where there is none."""
        if self.country:
            return registrations.get(f"{self.register}_{self.country}", "")
        return next((number for key, number in registrations.items() if key.partition("_")[0] == self.register), "")


def scheme_to(country: str, on: date) -> Scheme | None:
    """The scheme of a destination on a day; None where the tax is settled at the border."""
    return next((each for each in _schemes() if _is_in(country, each.destination) and _is_valid(each, on)), None)


def is_marketplace(channel: str) -> bool:
    """Is this sales channel the seller in the eyes of these laws?"""
    return channel in _rows()["marketplaces"]


def eori_of(registrations: Mapping[str, str], country: str) -> str:
    """The number that holds in the customs territory of a country: its first two letters say which. "" for none."""
    numbers = [number for key, number in registrations.items() if key.partition("_")[0] == "eori"]
    return next((number for number in numbers if is_one_territory(number[:2].upper(), country)), "")


def needs_eori(origin: str) -> bool:
    """Has whoever sends goods out of this country to be registered?"""
    return any(_is_in(origin, str(row["origin"])) for row in _rows()["eori"])


def is_one_territory(one: str, other: str) -> bool:
    return one == other or (is_eu_member(one) and is_eu_member(other))


def _is_in(country: str, place: str) -> bool:
    return is_eu_member(country) if place == EU else country == place


def _is_valid(scheme: Scheme, on: date) -> bool:
    return scheme.valid_from <= on and (scheme.valid_to is None or on < scheme.valid_to)


@cache
def _schemes() -> tuple[Scheme, ...]:
    return tuple(_scheme(row) for row in _rows()["scheme"])


def _scheme(row: Mapping[str, Any]) -> Scheme:
    return Scheme(
        key=row["key"],
        destination=row["destination"],
        register=row["register"],
        limit=Decimal(row["limit"]),
        currency=row["currency"],
        is_per_item=row["per"] == "item",
        is_inclusive=row["is_inclusive"],
        platform=row["platform"],
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        source=row["source"],
        confidence=row["confidence"],
        country=row.get("country", ""),
    )


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
