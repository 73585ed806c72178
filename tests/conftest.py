"""What all tests share: a database of their own and a fixed time."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

# A file, not memory: threads and processes of a test must meet in the same database, as in life.
os.environ["TRADEWIND_TEST_SQLITE"] = str(Path(tempfile.mkdtemp(prefix="tradewind-test-")) / "test.sqlite3")
os.environ.setdefault("TRADEWIND_DATA", tempfile.mkdtemp(prefix="tradewind-data-"))
os.environ["TRADEWIND_KIND"] = "test"


@pytest.fixture
def now() -> datetime:
    """A Monday afternoon in Shenzhen, before the cut-off: 2026-11-23 14:00 there."""
    return datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
