"""The table of what Tradewind does is whole, honest in form, and its proofs exist."""

import re
from typing import Final, NamedTuple

from tests.docs.pages import ROOT

# How many things there are in each area.
AREAS: Final = {
    "PAGE": 13,
    "PRICE": 5,
    "SHIP": 10,
    "PAY": 4,
    "PRE": 4,
    "TELL": 9,
    "RET": 5,
    "STOCK": 6,
    "CHAN": 4,
    "REPLY": 8,
    "BUYER": 6,
    "GROW": 7,
    "DISP": 3,
    "RATE": 5,
    "HEALTH": 10,
    "SHOP": 4,
    "MONEY": 2,
    "PLAN": 4,
}
STATES: Final = ("done", "part", "not yet")
_PATH: Final = re.compile(r"`([\w/.-]+)`")


class Row(NamedTuple):
    number: str
    what: str
    state: str
    where: str
    tests: str


def rows() -> list[Row]:
    lines = re.findall(r"^\| ([A-Z]+(?:-\d+)?) \|(.+)\|$", (ROOT / "docs/coverage.md").read_text(), flags=re.MULTILINE)
    return [Row(number, *(cell.strip() for cell in rest.split("|"))) for number, rest in lines]


def test_each_number_has_one_row() -> None:
    wanted = [f"{area}-{n}" for area, count in AREAS.items() for n in range(1, count + 1)]

    assert sorted(row.number for row in rows()) == sorted([*wanted, "LINK"])


def test_a_row_says_its_state_and_what_is_missing() -> None:
    for row in rows():
        state, colon, words = row.state.partition(":")
        assert state.partition(",")[0] in STATES, row.number
        assert (state == "part") == bool(colon), row.number
        assert state != "part" or words.strip(), row.number


def test_what_works_names_its_place_and_its_proof_and_what_does_not_names_neither() -> None:
    for row in rows():
        if row.state == "not yet":
            assert (row.where, row.tests) == ("later", "later"), row.number
        else:
            assert _PATH.findall(row.where), row.number
            assert _PATH.findall(row.tests), row.number


def test_every_place_and_every_proof_exists() -> None:
    missing = []
    for row in rows():
        places = [path for path in _PATH.findall(row.where) if not _is_there(path)]
        proofs = [path for path in _PATH.findall(row.tests) if not _is_test(path)]
        missing += [(row.number, path) for path in [*places, *proofs]]

    assert missing == []


def _is_there(path: str) -> bool:
    return any((root / path).exists() for root in (ROOT, ROOT / "src/tradewind"))


def _is_test(path: str) -> bool:
    file = ROOT / path
    return (
        re.fullmatch(r"tests/.*test_\w+\.py", path) is not None and file.is_file() and "def test_" in file.read_text()
    )
