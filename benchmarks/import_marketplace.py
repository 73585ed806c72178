"""Importing 100,000 rows of an Amazon report with the command, as a seller would, then a later report of the same orders.

    PYTHONPATH=src .venv/bin/python -m benchmarks.import_marketplace --db sqlite

The rows are made up, always the same ones: orders of one to three articles, some cancelled lines, four currencies. The floor
reads the same file with the csv module and writes the same cells into one bare table of the same database, with as many
durable commits as the import makes.
"""

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import Any

from benchmarks._machine import KINDS, ROOT, fresh_database, report

ROWS = 100_000
LIMITS = {"seconds": 120, "peak_mb": 400}
ROWS_A_COMMIT = 400  # as many as the import's 200 orders have
HEADINGS = [
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "url",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
]
SITES = (
    ("Amazon.de", "EUR", "DE"),
    ("Amazon.co.uk", "GBP", "GB"),
    ("Amazon.co.jp", "JPY", "JP"),
    ("Amazon.fr", "EUR", "FR"),
)
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, fresh_database(arguments.db) as environment:
        file, later = Path(folder) / "orders.txt", Path(folder) / "later.txt"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        total = write_file(file, arguments.rows, status="Unshipped", hours=1)
        write_file(later, arguments.rows, status="Shipped", hours=48)
        seconds, summary = timed_import(environment, file)
        # Of all processes waited for, the largest: migrating was the only other one, and is smaller or the answer.
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak = used.ru_maxrss / 1024
        again, repeated = timed_import(environment, file)
        moving, moved = timed_import(environment, later)
        stale, older = timed_import(environment, file)
        floor = bare_load(environment, file)
    changed = repeated["created"] + repeated["updated"] + older["created"] + older["updated"]
    figures = {
        "db": arguments.db,
        "rows": summary["read"],
        "orders": summary["orders"],
        "seconds": round(seconds, 2),
        # Which other work on the machine does not lengthen as it does the seconds.
        "processor_seconds": round(used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, 2),
        "per_second": round(summary["read"] / seconds, 1),
        "peak_mb": round(peak, 1),
        "seconds_when_repeated": round(again, 2),
        "seconds_of_the_later_report": round(moving, 2),
        "moved_by_the_later_report": moved["updated"],
        "seconds_of_the_older_again": round(stale, 2),
        "changed_when_repeated_or_older": changed,
        "rejected": summary["rejected"],
        "is_the_sum_of_the_file": {key: Decimal(value) for key, value in summary["sums"].items()} == total,
        "limits": LIMITS,
    }
    floor_rate = round(summary["read"] / floor, 1)
    report("importing a marketplace's report", figures, floor={"seconds": round(floor, 2), "per_second": floor_rate})
    is_good = seconds < LIMITS["seconds"] and peak < LIMITS["peak_mb"] and figures["is_the_sum_of_the_file"]
    return 0 if is_good and not changed and moved["updated"] == summary["orders"] else 1


def write_file(file: Path, rows: int, *, status: str, hours: int) -> dict[str, Decimal]:
    """The sums by currency, which the import must find again."""
    total: dict[str, Decimal] = {}
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADINGS, delimiter="\t", restval="")
        writer.writeheader()
        for row in islice(made_up_rows(status, timedelta(hours=hours)), rows):
            writer.writerow(row)
            amount = sum(Decimal(row[part]) for part in ("item-price", "shipping-price") if row[part])
            total[row["currency"]] = total.get(row["currency"], Decimal(0)) + amount
    return total


def made_up_rows(status: str, until_updated: timedelta) -> Iterator[dict[str, str]]:
    dice = random.Random(2026)
    for number in count(1):
        site, currency, country = dice.choice(SITES)
        placed_at = BEGIN + timedelta(minutes=5 * number)
        for position in range(dice.choice((1, 1, 2, 2, 3))):
            is_cancelled = position > 0 and dice.random() < 0.1
            quantity = 0 if is_cancelled else dice.choice((1, 1, 1, 2, 3))
            price = quantity * dice.randrange(500, 9_900)
            yield {
                "amazon-order-id": f"302-{number // 10_000_000:07}-{number % 10_000_000:07}",
                "purchase-date": placed_at.isoformat(),
                "last-updated-date": (placed_at + until_updated).isoformat(),
                "order-status": status,
                "fulfillment-channel": "Merchant",
                "sales-channel": site,
                "ship-service-level": "Standard",
                "product-name": f"Evening dress, model {dice.randrange(900)}, with a title as long as titles are",
                "sku": f"DRESS-{dice.randrange(900)}-M",
                "item-status": "Cancelled" if is_cancelled else status,
                "quantity": str(quantity),
                "currency": currency,
                "item-price": "" if is_cancelled else amount_in(currency, price),
                "item-tax": "" if is_cancelled else amount_in(currency, price * 19 // 119),
                "shipping-price": amount_in(currency, 490) if position == 0 else "",
                "ship-city": "Köln",
                "ship-postal-code": f"{dice.randrange(10_000, 99_999)}",
                "ship-country": country,
            }


def amount_in(currency: str, cents: int) -> str:
    return str(cents) if currency == "JPY" else f"{Decimal(cents).scaleb(-2):f}"


def timed_import(environment: Mapping[str, str], file: Path) -> tuple[float, dict[str, Any]]:
    command = [sys.executable, "-m", "tradewind", "import", "orders", str(file), "--from", "amazon"]
    begun = time.perf_counter()
    done = subprocess.run(
        [*command, "--account", "Amazon", "--json"], env=dict(environment), cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    return time.perf_counter() - begun, json.loads(done.stdout)


def bare_load(environment: Mapping[str, str], file: Path) -> float:
    os.environ.update(environment)
    import django

    django.setup()
    from django.db import connection, transaction

    names = ", ".join(f"c{number} text" for number in range(len(HEADINGS)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE floor ({names})")
    begun = time.perf_counter()
    marks = ", ".join(["%s"] * len(HEADINGS))
    with file.open(encoding="utf-8", newline="") as stream:
        found = (tuple(row) for row in islice(csv.reader(stream, delimiter="\t"), 1, None))
        while batch := list(islice(found, ROWS_A_COMMIT)):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO floor VALUES ({marks})", batch)  # noqa: S608  # only marks are put in
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
