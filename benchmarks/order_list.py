"""How long staff wait for a page of the list of orders, for what they search there, and for the search over everything.

    PYTHONPATH=src .venv/bin/python -m benchmarks.order_list --db postgresql --orders 1000000

Within one process, through all of Django: 50 rows a page, each address asked for sixty times, in turns. Floor: the same page with a
filter that finds nothing. Reports the 95th percentile of each in milliseconds, and statements.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from benchmarks._machine import KINDS, fresh_database, report

_TIMES: Final = 60
_ORDERS: Final = "/console/orders"
_EVERYTHING: Final = "/console/search"
_FLOOR: Final = "?country=AQ"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.order_list", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--orders", type=int, default=10_000)
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        count = _fill(options.orders)
        figures, floor = _measure(count)
        report("order list", {"db": options.db, "orders": count, **figures}, floor=floor)


def _fill(orders: int) -> int:
    import django

    django.setup()
    from django.db import connection

    from benchmarks._orders import build_orders
    from tradewind.lib.clock import utc_now

    count = build_orders(orders, at=utc_now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return count


def _asked(orders: int) -> dict[str, str]:
    """Filters, places deep in the list, and searches, by what each is."""
    from tradewind.console import typed
    from tradewind.orders.models import Order

    middle = Order.objects.order_by("-placed_at", "-pk").values_list("placed_at", "pk")[orders // 2]
    account = Order.objects.values_list("account_id", flat=True).latest("pk")
    deep = typed.write_key(middle)
    day = middle[0].date()
    return {
        "list": "",
        "list: to dispatch": "?state=paid",
        "list: country and state": "?country=JP&state=completed",
        "list: account": f"?account={account}",
        "list: account and state": f"?account={account}&state=cancelled",
        "list: month": f"?from={day:%Y-%m}-01&to={day:%Y-%m}-28",
        "list: deep": f"?after={deep}",
        "list: deep, with a filter": f"?after={deep}&country=DE",
        "search: number": f"?q=TW-{orders // 3:09}",
        "search: part of a number": f"?q={orders // 3:09}"[:-2],
        "search: name": "?q=greta+behrens",
        "search: mailbox": "?q=buyer1234%40example.com",
        "search: place": "?q=天神橋",
        "search: place and state": "?q=bristol&state=dispatched",
        "search: nothing": "?q=nobody+at+all",
        "everything: number": f"{_EVERYTHING}?q=TW-{orders // 3:09}",
        "everything: part of a number": f"{_EVERYTHING}?q={orders // 3:09}"[:-2],
        "everything: name": f"{_EVERYTHING}?q=greta+behrens",
        "everything: mailbox": f"{_EVERYTHING}?q=buyer1234%40example.com",
        "everything: place": f"{_EVERYTHING}?q=天神橋",
        "everything: nothing": f"{_EVERYTHING}?q=nobody+at+all",
    }


def _measure(orders: int) -> tuple[dict[str, Any], dict[str, Any]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tradewind.core.models.staff import Role
    from tradewind.core.staff import NewStaff, add_staff
    from tradewind.lib.clock import utc_now

    owner = add_staff(NewStaff("mei@shop.example", "Mei", Role.OWNER), password="seven quiet lamps", at=utc_now())  # noqa: S106
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner, "tradewind.core.staff_backend.StaffBackend")
    asked = {"floor": _FLOOR, **_asked(orders)}

    def seconds(query: str) -> float:
        begun = time.perf_counter()
        answer = client.get(query if query.startswith("/") else f"{_ORDERS}{query}")
        taken = time.perf_counter() - begun
        assert answer.status_code == 200, query
        return taken

    statements = {}
    for name, query in asked.items():
        with CaptureQueriesContext(connection) as captured:
            seconds(query)
        statements[name] = len(captured)
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(_TIMES):
        for name, query in asked.items():
            taken[name].append(seconds(query))
    slow = {name: round(1000 * statistics.quantiles(each, n=20)[-1], 1) for name, each in taken.items()}
    floor = slow.pop("floor")
    return {"ms_at_95": slow, "above_floor_ms": _above(slow, floor), "statements": statements}, {"ms_at_95": floor}


def _above(slow: Mapping[str, float], floor: float) -> dict[str, float]:
    return {name: round(each - floor, 1) for name, each in slow.items()}


if __name__ == "__main__":
    main(sys.argv[1:])
