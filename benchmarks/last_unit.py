"""Sixty-four buyers in four processes and too few units: how many got one, and how long it took.

    PYTHONPATH=src:. .venv/bin/python -m benchmarks.last_unit --db postgresql

The same crowds as in tests/load/test_last_unit.py, which asserts. The last row is the control: without the guard the
same crowd oversells.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks._machine import KINDS, fresh_database, report


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.last_unit", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        rows = _run()
    guarded = [row for row in rows if row["how"] != "no guard"]
    figures = {"db": options.db, "most_oversold": max(row["oversold"] for row in guarded), "crowds": rows}
    report("last unit", figures)
    if figures["most_oversold"] > 0:
        sys.exit("Something was sold twice.")


def _run() -> list[dict[str, Any]]:
    import django

    django.setup()
    from tests.load.last_unit import RUSHES, Rush, rush_for_orders, rush_for_stock, rush_without_guard

    rows = [_one("reserving", rush_for_stock, rush) for rush in RUSHES]
    rows += [_one("placing", rush_for_orders, rush) for rush in RUSHES]
    return [*rows, _one("no guard", rush_without_guard, Rush((10,)))]


def _one(how: str, rush_for: Callable[..., Any], rush: Any) -> dict[str, Any]:
    from django.core.management import call_command

    from tests.shop import open_shop
    from tradewind.lib.clock import utc_now

    call_command("flush", verbosity=0, interactive=False)
    shop = open_shop(utc_now(), stock=0)
    begun = time.monotonic()
    outcome = rush_for(shop, rush)
    return {
        "how": how,
        "crowd": f"{rush.buyers} buyers, {rush}",
        "got": outcome.got,
        "refused": outcome.refused,
        "oversold": max(outcome.oversold, 0),
        "seconds": round(time.monotonic() - begun, 2),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
