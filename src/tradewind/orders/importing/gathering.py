"""Gathering: rows that belong to one order come together, wherever they stand in the file.

The rows wait in SQLite's own temporary database: in memory while they are few, on disk when they are many, and gone with
the process whatever ends it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby

from tradewind.orders.importing.reading import RawRow


class Gathering:
    """Rows by the number of their order."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("CREATE TABLE row (number TEXT, line INTEGER, cells TEXT)")
        self._store.execute("BEGIN")

    def add(self, rows: Iterable[tuple[str, RawRow]]) -> None:
        self._store.executemany(
            "INSERT INTO row VALUES (?, ?, ?)", ((number, row.line, json.dumps(row.cells)) for number, row in rows)
        )

    def numbers(self) -> Iterator[str]:
        """Of all orders, in no order."""
        yield from (str(number) for (number,) in self._store.execute("SELECT DISTINCT number FROM row"))

    def orders(self) -> Iterator[tuple[str, list[RawRow]]]:
        """Orders as they first appear in the file, each with its rows in the file's order."""
        found = self._store.execute(
            "SELECT number, line, cells FROM"
            " (SELECT *, min(line) OVER (PARTITION BY number) AS first FROM row) ORDER BY first, line"
        )
        for number, rows in groupby(found, key=lambda row: str(row[0])):
            yield number, [RawRow(line, json.loads(cells)) for _, line, cells in rows]

    def close(self) -> None:
        self._store.close()
