"""Who works in the demo shop. Everybody may know these log-ins; `serve` refuses a database that holds any of them."""

from dataclasses import dataclass
from typing import Final

PASSWORD: Final = "trade-wind-demo"  # noqa: S105  # printed at every start, and meant to be


@dataclass(frozen=True, slots=True)
class Person:
    """`role` and `language` as core.staff spells them; plain words, so that --help need not wait for Django."""

    email: str
    name: str
    role: str
    language: str


PEOPLE: Final = (
    Person("owner@tingyu.example", "林听屿", "owner", "zh-hans"),
    Person("agent@tingyu.example", "Anna Keller", "agent", "en"),
)
