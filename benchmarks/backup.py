"""How long a write waits while a backup of a large database is made, and how long backup and restore take.

    PYTHONPATH=src .venv/bin/python -m benchmarks.backup --db sqlite --rows 1000000
    PYTHONPATH=src .venv/bin/python -m benchmarks.backup --db sqlite --orders 1000000

The database has a hundred products, so many orders, and so many entries of the trail of changes, and the folder 200 MB of pictures that no
program can compress. One process commits one row after the other, a second orders and pays, both without a pause. Floor: the same two before
that, for ten seconds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks._machine import KINDS, ROOT, fill, fresh_database, report
from benchmarks._meanwhile import Meanwhile, order_without_a_pause, write_without_a_pause

_FLOOR: Final = 10.0
_PRODUCTS: Final = 100
_PICTURES: Final = 200


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backup", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=0)
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env, tempfile.TemporaryDirectory(prefix="tradewind-backups-") as into:
        os.environ.update(env)
        fill(_PRODUCTS)
        from benchmarks._orders import build_orders
        from tradewind.lib.clock import utc_now

        if options.orders:
            build_orders(options.orders, at=utc_now())
        size = _make_large(options.rows)
        _tradewind("staff", "add", "mei@shop.example", "--name", "Mei", "--role", "owner")  # marks the folder
        with Meanwhile(write_without_a_pause) as writer, Meanwhile(order_without_a_pause) as buyer:
            time.sleep(_FLOOR)
            floor = {"writes": writer.told(what="writes"), "orders": buyer.told()}
            begun = time.perf_counter()
            told = json.loads(_tradewind("backup", "--to", into, "--json"))
            seconds = time.perf_counter() - begun
            meanwhile = {"writes": writer.told(what="writes"), "orders": buyer.told()}
        restored = _restore(told["archive"], into) if options.db == "sqlite" else None
    figures = {"db": options.db, "database_bytes": size, "archive_bytes": told["bytes"], "rows": told["rows"]}
    times = {"seconds_to_back_up": round(seconds, 1), "seconds_to_restore": restored}
    report("backup", {**figures, **times, "meanwhile": meanwhile}, floor=floor)


def _make_large(rows: int) -> int:
    """So many entries of the trail of changes, and pictures. Returns the database's bytes."""
    from django.db import connection

    from tradewind.backup.postgresql import Server
    from tradewind.backup.sqlite import SqliteFile
    from tradewind.core.models import AuditEntry
    from tradewind.lib.clock import utc_now

    pictures = Path(os.environ["TRADEWIND_DATA"]) / "files" / "public"
    pictures.mkdir(parents=True, exist_ok=True)
    for number in range(_PICTURES):
        (pictures / f"{number}.webp").write_bytes(os.urandom(1 << 20))
    change = {"name": "Greta Behrens", "line1": "Große Elbstraße 5", "postcode": "22767", "city": "Hamburg"}
    told = {"actor": "staff:1", "action": "order.addressed", "subject_kind": "order", "before": change, "after": change}
    AuditEntry.objects.create(at=utc_now(), subject_id=1, **told)
    names = "at, actor, action, subject_kind, before, after"
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) "  # noqa: S608
    one = f"(SELECT {names} FROM core_auditentry ORDER BY id DESC LIMIT 1) AS entry"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO core_auditentry ({names}, subject_id) {numbers} SELECT {names}, i FROM n, {one}")  # noqa: S608
    config = connection.settings_dict
    connection.close()
    return (Server.of(config) if connection.vendor == "postgresql" else SqliteFile(Path(config["NAME"]))).size()


def _restore(archive: str, beside: str) -> float:
    begun = time.perf_counter()
    _tradewind("--data", f"{beside}/restored", "restore", archive)
    return round(time.perf_counter() - begun, 1)


def _tradewind(*words: str) -> str:
    command: list[Any] = [sys.executable, "-m", "tradewind", *words]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
