"""Rejects: the rows that could not be used, each with its line and why, in a file that the seller can work through."""

import csv
import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tradewind.orders.importing.reading import REJECT_COLUMNS, RawRow


@dataclass(frozen=True, slots=True)
class Reject:
    row: RawRow
    because: str


class Rejects:
    """Collects rejects; they may be as many as the file has rows, so they wait like the rows of gathering."""

    def __init__(self) -> None:
        self.count = 0
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("CREATE TABLE reject (line INTEGER, because TEXT, cells TEXT)")
        self._store.execute("BEGIN")

    def add(self, reject: Reject) -> None:
        self.count += 1
        self._store.execute(
            "INSERT INTO reject VALUES (?, ?, ?)", (reject.row.line, reject.because, json.dumps(reject.row.cells))
        )

    def write(self, headings: Sequence[str], files: Sequence[Path]) -> Path | None:
        """Write into the first of the files that can be written, and say which. None without rejects."""
        if not self.count:
            return None
        for file in files[:-1]:
            with suppress(OSError):
                return self._write_into(file, headings)
        return self._write_into(files[-1], headings)

    def close(self) -> None:
        self._store.close()

    def _write_into(self, path: Path, headings: Sequence[str]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.part")
        # With the byte order mark Excel shows the letters of all languages.
        with half.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*REJECT_COLUMNS, *headings])
            found = self._store.execute("SELECT line, because, cells FROM reject ORDER BY line")
            writer.writerows([line, because, *json.loads(cells)] for line, because, cells in found)
        half.replace(path)  # whoever looks meanwhile never sees half a file
        return path
