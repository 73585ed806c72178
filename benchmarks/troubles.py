"""What watching parcels for trouble costs while many are on their way.

    PYTHONPATH=src .venv/bin/python -m benchmarks.troubles --db postgresql --parcels 200000

Within one process. A round with nothing due (floor: one statement that finds nothing, SELECT 1), a round with 1,000 due of which nothing
is wrong, and one with 1,000 due that are all silent for too long: 1,000 cases with fact and promise (floor: 1,000 rows updated by one
statement, one durable commit). Milliseconds, the first at the 95th percentile, and statements.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from benchmarks._machine import KINDS, fresh_database, report

_TIMES: Final = 40
_DUE: Final = 1_000
_ORDERS: Final = 2_000
_AT_ONCE: Final = 5_000


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.troubles", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--parcels", type=int, default=200_000)
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        import django

        django.setup()
        figures, floor = _measure(options.parcels)
        report("troubles", {"db": options.db, "parcels": options.parcels, **figures}, floor=floor)


def _measure(parcels: int) -> tuple[dict[str, Any], dict[str, Any]]:
    from django.db import connection

    from benchmarks._orders import build_orders
    from tradewind.lib.clock import utc_now
    from tradewind.orders.models import Order
    from tradewind.shipping.models import Parcel, Trouble
    from tradewind.shipping.trouble_watching import look_for_trouble

    now = utc_now()
    build_orders(_ORDERS, at=now)
    Order.objects.update(state="dispatched")
    keys = list(Order.objects.order_by("pk").values_list("pk", flat=True))
    for batch in _batches(parcels, keys, now):
        Parcel.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    figures: dict[str, Any] = {"tick_nothing_due_ms": _at_95(lambda: look_for_trouble(now))}
    figures["statements"] = {"tick_nothing_due": _statements(lambda: look_for_trouble(now))}
    floor = {"select_1_ms": _at_95(_select_1)}
    due = Parcel.objects.filter(pk__in=list(Parcel.objects.order_by("pk").values_list("pk", flat=True)[:_DUE]))
    floor["update_1000_ms"] = _once(lambda: due.update(look_at=now))
    figures["tick_1000_due_ms"] = _once(lambda: look_for_trouble(now))
    due.update(look_at=now)
    figures["statements"]["tick_1000_due"] = _statements(lambda: look_for_trouble(now))
    due.update(look_at=now, listened_at=now, last_at=now - timedelta(days=9), first_scan_at=now - timedelta(days=10))
    figures["tick_1000_silent_ms"] = _once(lambda: look_for_trouble(now))
    figures["cases"] = Trouble.objects.count()
    return figures, floor


def _batches(parcels: int, orders: Sequence[int], now: datetime) -> Iterator[list[Any]]:
    """On their way, scanned yesterday, to be looked at in two days and later."""
    from tradewind.shipping.models import Parcel

    for begin in range(0, parcels, _AT_ONCE):
        yield [
            Parcel(
                order_id=orders[number % len(orders)],
                ref=f"PC-B{number:09}",
                carrier="YunExpress",
                tracking_number=f"YT{number:012}",
                number_key=f"YT{number:012}",
                country="DE",
                handed_over_at=now - timedelta(days=3),
                status="in_transit",
                since=now - timedelta(days=2),
                first_scan_at=now - timedelta(days=2),
                last_at=now - timedelta(days=1),
                look_at=now + timedelta(days=2, minutes=number % 80_000),
            )
            for number in range(begin, min(begin + _AT_ONCE, parcels))
        ]


def _select_1() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()


def _once(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return round((time.perf_counter() - begun) * 1000, 1)


def _at_95(act: Callable[[], object]) -> float:
    taken = sorted(_once(act) for _ in range(_TIMES))
    return taken[int(_TIMES * 0.95) - 1]


def _statements(act: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
