"""Files as sales channels hand them out, written by hand under their real headings."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tradewind.orders.importing.exports import Export
from tradewind.orders.importing.running import Job, Summary, import_orders
from tradewind.orders.models import Order

SAMPLES = Path(__file__).parent / "samples"
COLUMNS: dict[str, list[str]] = json.loads((SAMPLES / "columns.json").read_text(encoding="utf-8"))

Cells = Mapping[str, object]
Bring = Callable[..., Summary]


def table(kind: str, *rows: Cells, delimiter: str = ",") -> str:
    """A file of this kind in columns.json, with the cells that are named and the others empty."""
    out = io.StringIO()
    headings = COLUMNS[kind]
    assert all(set(row) <= set(headings) for row in rows)
    if delimiter == "\t":
        lines = [headings, *([str(row.get(heading, "")) for heading in headings] for row in rows)]
        return "".join("\t".join(line) + "\r\n" for line in lines)
    writer = csv.DictWriter(out, headings, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)  # type: ignore[arg-type]  # cells of any kind are written
    return out.getvalue()


def workbook(kind: str, *rows: Cells) -> bytes:
    """As `table`, as Excel would have it: numbers are numbers."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(COLUMNS[kind])
    for row in rows:
        sheet.append([row.get(heading) for heading in COLUMNS[kind]])
    book.save(out)
    return out.getvalue()


@pytest.fixture
def bring(now: datetime, tmp_path: Path) -> Bring:
    """Imports a file of a source into the account "Ours"."""

    def imported(source: str, content: str | bytes, **told: Any) -> Summary:
        raw = content.encode() if isinstance(content, str) else content
        job = {key: told.pop(key) for key in ("at", "is_dry_run", "name") if key in told}
        how = Export(source, told.pop("account", "Ours"), **told)
        files = [tmp_path / "rejects.csv"]
        return import_orders(
            io.BytesIO(raw), Job(how, **{"at": now, "name": "orders.csv", "reject_files": files, **job})
        )

    return imported


@pytest.fixture
def because(bring: Bring) -> Callable[..., list[str]]:
    """The reject file's lines and reasons after an import."""

    def reasons(source: str, content: str | bytes, **told: Any) -> list[str]:
        summary = bring(source, content, **told)
        if summary.reject_file is None:
            return []
        with summary.reject_file.open(encoding="utf-8-sig", newline="") as file:
            return [f"{row['rejected_line']}: {row['rejected_because']}" for row in csv.DictReader(file)]

    return reasons


def order(number: str) -> Order:
    return Order.objects.get(external_id=number)


def lines(number: str) -> list[tuple[object, ...]]:
    """(kind, article, quantity, total, dispatched) of each line."""
    found = order(number).lines.order_by("position")
    return list(found.values_list("kind", "sku", "quantity", "total", "dispatched"))
