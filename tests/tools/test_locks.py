"""The locks: what shops run with is what the tests run with, and no registry is written down."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+", (REQUIREMENTS / name).read_text(), flags=re.MULTILINE))


def test_tests_run_with_the_versions_of_the_shop() -> None:
    assert len(pins("run.lock")) > 20
    assert pins("run.lock") - pins("test.lock") == set()


@pytest.mark.parametrize("name", ["setup.lock", "run.lock", "test.lock"])
def test_a_lock_names_no_registry(name: str) -> None:
    assert re.findall(r"https?:|file:|--index|--extra-index|--find-links", (REQUIREMENTS / name).read_text()) == []


@pytest.mark.parametrize("name", ["setup.lock", "run.lock", "test.lock"])
def test_every_pin_has_hashes(name: str) -> None:
    pinned = re.findall(r"^[\w.-]+.*==.*$", (REQUIREMENTS / name).read_text(), flags=re.MULTILINE)

    assert [line for line in pinned if not line.endswith("\\")] == []
