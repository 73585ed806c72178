"""How long it takes until the letters of a special notice are planned for many buyers, and their promises told anew.

    PYTHONPATH=src .venv/bin/python -m benchmarks.notices --db sqlite --buyers 50000

One worker within one process, durable commits. Also how long one batch holds the database at most, because on SQLite the shop waits
for it. Floor: as many messages written by one statement for each batch.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from benchmarks._machine import KINDS, fresh_database, report

_AT_ONCE = 5_000


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.notices", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--buyers", type=int, default=10_000)
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        import django

        django.setup()
        figures, floor = _measure(options.buyers)
        report("notices", {"db": options.db, "buyers": options.buyers, **figures}, floor=floor)


def _measure(buyers: int) -> tuple[dict[str, Any], dict[str, Any]]:
    from tradewind.core.reach import EVERYWHERE
    from tradewind.lib.calendars import DayRange
    from tradewind.markets.announcing import Notice, announce
    from tradewind.messaging.models import Message, NoticeRun
    from tradewind.messaging.notice_telling import tell

    at = datetime(2026, 11, 23, 6, tzinfo=UTC)
    _sell(buyers, at)
    acts = DayRange(at.date() + timedelta(days=1), at.date() + timedelta(days=4))
    texts = {"en": "A storm over the harbour.", "de": "Sturm über dem Hafen."}
    row = announce(Notice((), texts, at, effect="dispatch", days=3, acts=acts), by="system", at=at)
    begun = time.perf_counter()
    run = tell(row.pk, revision=1, reach=EVERYWHERE, by="system", at=at)
    chosen = time.perf_counter()
    longest = _work(run, at)
    planned = time.perf_counter()
    run.refresh_from_db()
    assert (run.told, run.state) == (buyers, NoticeRun.State.DONE)
    figures = {
        "chosen_s": round(chosen - begun, 2),
        "planned_s": round(planned - begun, 2),
        "a_second": round(buyers / (planned - begun)),
        "longest_batch_ms": round(1000 * longest),
    }
    one = Message.objects.order_by("pk")[0]
    floor_begun = time.perf_counter()
    for first in range(0, buyers, 200):
        rows = range(first, min(first + 200, buyers))
        Message.objects.bulk_create(_again(one, number) for number in rows)
    return figures, {"written_s": round(time.perf_counter() - floor_begun, 2)}


def _work(run: Any, at: datetime) -> float:
    """Every batch. Returns how long the longest took."""
    from tradewind.core import deliveries
    from tradewind.core.models import Delivery
    from tradewind.messaging.notice_telling import KIND

    longest = 0.0
    while row := Delivery.objects.filter(kind=KIND, subject_id=run.pk, state="waiting").first():
        begun = time.perf_counter()
        deliveries.run_now(row, now=lambda: at)
        longest = max(longest, time.perf_counter() - begun)
    return longest


def _again(message: Any, number: int) -> Any:
    from tradewind.messaging.models import Message

    names = ("language", "sender", "recipient", "subject", "text", "html", "created_at")
    same = {name: getattr(message, name) for name in names}
    return Message(message_id=f"{number}@floor", moment="floor", subject_kind="order", subject_id=number, **same)


def _sell(buyers: int, at: datetime) -> None:
    from tradewind.core.accounts import own_shop
    from tradewind.inventory.models import Warehouse
    from tradewind.markets.models import Market
    from tradewind.orders.models import Order
    from tradewind.promises.models import Promise

    name = {"en": "Germany"}
    Market.objects.create(code="de", name=name, currency="EUR", languages=["de", "en"], shows_tax=True, position=0)
    zone, cutoff = "Asia/Shanghai", time_of_day(16)
    Warehouse.objects.create(code="sz", name=name, city=name, country="CN", zone=zone, cutoff=cutoff, position=0)
    account = own_shop(at=at)
    for first in range(0, buyers, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, buyers))
        orders = Order.objects.bulk_create(_order(account.pk, number, at) for number in numbers)
        Promise.objects.bulk_create(
            _promise(order.pk, kind, at) for order in orders for kind in ("dispatch", "delivery")
        )


def _order(account_id: int, number: int, at: datetime) -> Any:
    from tradewind.orders.models import Order

    return Order(
        ref=f"TW-{number}",
        account_id=account_id,
        state="paid",
        email=f"buyer{number}@example.com",
        ship_to={"name": f"Greta Behrens {number}"},
        country="DE",
        market="de",
        language=("de", "en")[number % 2],
        currency="EUR",
        goods=1000,
        total=1000,
        placed_at=at,
    )


def _promise(order_id: int, kind: str, at: datetime) -> Any:
    from tradewind.promises.models import Promise

    leaves, arrives = at.date() + timedelta(days=1), at.date() + timedelta(days=17)
    last = leaves if kind == "dispatch" else arrives
    return Promise(
        kind=kind,
        subject_kind="order",
        subject_id=order_id,
        made_at=at,
        due_at=datetime.combine(last, time_of_day(16), tzinfo=UTC),
        window_start=None if kind == "dispatch" else at + timedelta(days=9),
        first_day=leaves if kind == "dispatch" else at.date() + timedelta(days=9),
        last_day=last,
        zone="Asia/Shanghai" if kind == "dispatch" else "Europe/Berlin",
        inputs={
            "option": "de-air",
            "country": "DE",
            "warehouse": "sz",
            "warehouse_city": {"en": "Shenzhen"},
            "warehouse_place": ["CN", "", "Asia/Shanghai"],
            "holds_until": at.isoformat(),
        },
        digest="",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
