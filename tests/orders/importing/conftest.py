"""Importing from a text, as from a file."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tradewind.orders.importing.mapping import Mapping, parse_mapping
from tradewind.orders.importing.running import Job, Summary, import_orders

SAMPLES = Path(__file__).parent / "samples"
Import = Callable[..., Summary]


@pytest.fixture(scope="session")
def plain() -> Mapping:
    """The simplest mapping that knows every column."""
    return parse_mapping((SAMPLES / "plain.toml").read_text(), name="plain.toml")


@pytest.fixture
def run(plain: Mapping, now: datetime, tmp_path: Path) -> Import:
    """Imports a text, or bytes, under the plain mapping or another."""

    def import_text(content: str | bytes, mapping: Mapping = plain, **others: object) -> Summary:
        raw = content.encode() if isinstance(content, str) else content
        on_progress = others.pop("on_progress", None)
        job = {
            "mapping": mapping,
            "at": now,
            "name": "orders.csv",
            "reject_files": [tmp_path / "rejects.csv"],
            **others,
        }
        return import_orders(io.BytesIO(raw), Job(**job), on_progress=on_progress)  # type: ignore[arg-type]  # callers name fields of Job

    return import_text


@pytest.fixture
def because(run: Import) -> Callable[..., list[str]]:
    """The reject file's lines and reasons after an import."""

    def reasons(content: str | bytes, mapping: Mapping | None = None) -> list[str]:
        summary = run(content, mapping) if mapping else run(content)
        if summary.reject_file is None:
            return []
        with summary.reject_file.open(encoding="utf-8-sig", newline="") as file:
            return [f"{row['rejected_line']}: {row['rejected_because']}" for row in csv.DictReader(file)]

    return reasons
