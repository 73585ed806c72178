"""What watching costs while many promises are open, and how long *Today* takes then.

    PYTHONPATH=src .venv/bin/python -m benchmarks.promises --db postgresql --promises 1000000

Within one process. A round of the watch with nothing due (floor: one statement that finds nothing, SELECT 1), a round with 1,000
due (floor: 1,000 rows updated by one statement, one durable commit), and *Today* through all of Django (floor: the same page before
there is any promise), where a special notice hits 50,000 of them. Milliseconds at the 95th percentile, and statements.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from benchmarks._machine import KINDS, fresh_database, report

_TIMES: Final = 40
_DUE: Final = 1000
_HIT: Final = 50_000
_ORDERS: Final = 5_000
_AT_ONCE: Final = 5_000


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.promises", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--promises", type=int, default=100_000)
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        import django

        django.setup()
        figures, floor = _measure(options.promises)
        report("promises", {"db": options.db, "promises": options.promises, **figures}, floor=floor)


def _measure(promises: int) -> tuple[dict[str, Any], dict[str, Any]]:
    from django.db import connection

    from benchmarks._orders import build_orders
    from tradewind.lib.clock import utc_now
    from tradewind.promises.models import Promise
    from tradewind.promises.watching import note_broken

    build_orders(_ORDERS, at=utc_now())
    ask = _today()
    empty = _at_95(ask)
    now = utc_now()
    for batch in _batches(promises, now):
        Promise.objects.bulk_create(batch)
    _hit(min(_HIT, promises), now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    figures: dict[str, Any] = {"tick_nothing_due_ms": _at_95(lambda: note_broken(now))}
    floor = {"select_1_ms": _at_95(_select_1), "today_without_promises_ms": empty}
    for many in (_DUE, 2 * _DUE):
        _due(many, now)
    floor["update_1000_ms"] = _once(lambda: Promise.objects.filter(due_at=now - timedelta(hours=2)).update(risk="x"))
    figures["statements"] = {"tick_1000_due": _statements(lambda: note_broken(now - timedelta(minutes=90)))}
    figures["tick_1000_due_ms"] = _once(lambda: note_broken(now))
    figures["statements"] |= {"tick_nothing_due": _statements(lambda: note_broken(now)), "today": _statements(ask)}
    figures["today_ms"] = _at_95(ask)
    figures["today_above_floor_ms"] = round(figures["today_ms"] - empty, 1)
    return figures, floor


def _today() -> Callable[[], None]:
    from django.test import Client

    from tradewind.core.models.staff import Role
    from tradewind.core.staff import NewStaff, add_staff
    from tradewind.lib.clock import utc_now

    owner = add_staff(NewStaff("mei@shop.example", "Mei", Role.OWNER), password="seven quiet lamps", at=utc_now())  # noqa: S106
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner, "tradewind.core.staff_backend.StaffBackend")

    def ask() -> None:
        assert client.get("/console/").status_code == 200

    return ask


def _batches(promises: int, now: datetime) -> Iterator[list[Any]]:
    """Open ones, due in two days and later; their orders are others than those that there are."""
    for begin in range(0, promises, _AT_ONCE):
        numbers = range(begin, min(begin + _AT_ONCE, promises))
        yield [_promise(10**9 + number, now + timedelta(days=2, minutes=number % 80_000), now) for number in numbers]


def _hit(many: int, now: datetime) -> None:
    """A special notice puts so many of them at risk."""
    from django.db import transaction

    from tradewind.markets.models import Announcement
    from tradewind.promises.models import Promise
    from tradewind.promises.risking import put_all

    notice = Announcement.objects.create(text={"en": "Storm"}, begins_at=now, by="system")
    for begin in range(0, many, _AT_ONCE):
        promises = list(Promise.objects.order_by("pk")[begin : min(begin + _AT_ONCE, many)])
        with transaction.atomic():
            put_all(promises, risk="notice:dispatch", source=("notice", notice.pk), at=now)


def _due(many: int, now: datetime) -> None:
    """So many of orders that wait, or that do not: for the first of them two hours ago, for the others one."""
    from tradewind.orders.models import Order
    from tradewind.promises.models import Promise

    first = _DUE if many > _DUE else 0
    keys = list(Order.objects.order_by("pk").values_list("pk", flat=True)[first:many])
    due_at = now - timedelta(hours=1 if first else 2)
    Promise.objects.bulk_create(_promise(pk, due_at, now) for pk in keys)


def _promise(order_id: int, due_at: datetime, now: datetime) -> Any:
    from tradewind.promises.models import Promise

    return Promise(
        kind=Promise.Kind.DISPATCH if order_id % 2 else Promise.Kind.DELIVERY,
        subject_kind="order",
        subject_id=order_id,
        made_at=now,
        due_at=due_at,
        first_day=due_at.date(),
        last_day=due_at.date(),
        zone="Asia/Shanghai",
        inputs={"warehouse_city": {"en": "Shenzhen"}},
        digest="",
    )


def _select_1() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _statements(work: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def _once(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return round(1000 * (time.perf_counter() - begun), 2)


def _at_95(work: Callable[[], object]) -> float:
    work()
    return round(statistics.quantiles([_once(work) for _ in range(_TIMES)], n=20)[-1], 2)


if __name__ == "__main__":
    main(sys.argv[1:])
