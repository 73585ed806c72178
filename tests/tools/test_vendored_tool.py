"""Vendored files are what the list says, and all of them are on it."""

import hashlib
from pathlib import Path

import pytest

from tools import vendored


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "htmx.js").write_text("htmx")
    digest = hashlib.sha256(b"htmx").hexdigest()
    (tmp_path / "VENDORED.txt").write_text(f"# from npm\nhtmx 2.0.11 0BSD {digest} htmx.js\n")
    return tmp_path


def test_files_as_they_were_vendored_pass(folder: Path) -> None:
    assert list(vendored.complaints(folder)) == []


def test_a_changed_file_is_found(folder: Path) -> None:
    (folder / "htmx.js").write_text("htmx and more")

    assert list(vendored.complaints(folder)) == ["VENDORED.txt:2: htmx.js is not htmx 2.0.11 as it was vendored"]


def test_a_file_that_nobody_listed_is_found(folder: Path) -> None:
    (folder / "alpine.js").write_text("alpine")

    assert list(vendored.complaints(folder)) == ["alpine.js is not in VENDORED.txt"]


def test_a_listed_file_that_is_missing_is_found(folder: Path) -> None:
    (folder / "htmx.js").unlink()

    assert list(vendored.complaints(folder)) == ["VENDORED.txt:2: htmx.js is missing"]
