"""How long it takes until a special notice is looked at and its letters are planned for many buyers, and how many leave in a second.

    PYTHONPATH=src .venv/bin/python -m benchmarks.notices --db sqlite --orders 50000

One worker within one process, durable commits, and mail to nowhere. Also how long one batch takes at most, because on SQLite the shop
waits for it. Floor: as many items written by one statement for each batch; letters: as many commits of one row.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any, Final

from benchmarks._machine import KINDS, fresh_database, report

_AT_ONCE: Final = 5_000
# Marking takes as long for each order, however many there are.
_LOOKED_AT: Final = 2_000


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.notices", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--letters", type=int, default=500, help="how many of them leave")
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        import django

        django.setup()
        figures, floor = _measure(options.orders, min(options.letters, options.orders))
        ratio = {"ratio_of_planning": round(figures["planned_s"] / floor["written_s"], 1)}
        report("notices", {"db": options.db, "orders": options.orders, **figures, **ratio}, floor=floor)


def _measure(orders: int, letters: int) -> tuple[dict[str, Any], dict[str, Any]]:
    from tradewind.core.reach import EVERYWHERE
    from tradewind.lib.calendars import DayRange, load_holidays
    from tradewind.markets.announcing import Notice, announce
    from tradewind.messaging.models import NoticeRun
    from tradewind.messaging.notice_telling import tell

    at = datetime(2026, 11, 23, 6, tzinfo=UTC)
    _sell(orders, at)
    # The first batch of a process reads them before it holds anything.
    load_holidays()
    # As the house does before its parts begin to work: else a batch takes as long as the collector needs for all that was made here.
    gc.collect()
    gc.freeze()
    acts = DayRange(at.date() + timedelta(days=1), at.date() + timedelta(days=4))
    texts = {"en": "A storm over the harbour.", "de": "Sturm über dem Hafen."}
    row = announce(Notice((), texts, at, effect="dispatch", days=3, acts=acts), by="system", at=at)
    looked = _work(look := _look(row.pk, at), at, lambda run: run.looked_at >= min(orders, _LOOKED_AT))
    NoticeRun.objects.filter(pk=look.pk).update(state=NoticeRun.State.DONE)
    begun, at_work = time.perf_counter(), time.process_time()
    run = tell(row.pk, revision=1, reach=EVERYWHERE, by="system", at=at)
    started = time.perf_counter() - begun
    planned = _work(run, at, lambda run: run.stage == NoticeRun.Stage.WRITE)
    at_work = time.process_time() - at_work
    assert run.planned == orders
    left = _send(run, letters, at)
    figures = {
        "looked_a_second": round(look.looked_at / sum(looked)),
        "longest_look_ms": round(1000 * max(looked)),
        "started_ms": round(1000 * started),
        "planned_s": round(started + sum(planned), 2),
        "planned_processor_s": round(at_work, 2),
        "planned_a_second": round(orders / (started + sum(planned))),
        "longest_plan_ms": round(1000 * max(planned)),
        "letters_a_second": round(letters / left, 1),
    }
    return figures, _floor(run, orders, letters)


def _look(notice_id: int, at: datetime) -> Any:
    from django.db import transaction

    from tradewind.messaging.notice_telling import look

    with transaction.atomic():
        return look(notice_id, at=at)


def _work(run: Any, at: datetime, is_over: Callable[[Any], bool]) -> list[float]:
    """How long each batch took."""
    from tradewind.core import deliveries
    from tradewind.core.models import Delivery
    from tradewind.messaging.notice_telling import KIND

    took = []
    while not is_over(run):
        batch = Delivery.objects.get(kind=KIND, subject_id=run.pk, state="waiting")
        begun = time.perf_counter()
        deliveries.run_now(batch, now=lambda: at)
        took.append(time.perf_counter() - begun)
        run.refresh_from_db()
    return took


def _send(run: Any, letters: int, at: datetime) -> float:
    """How long it takes until so many letters were written, looked at once more, sent, and their promises told anew."""
    from django.conf import settings

    from tradewind.core.deliveries import run_deliveries
    from tradewind.messaging import ports
    from tradewind.messaging.notice_work import PAUSE

    class Nowhere:
        def send(self, mail: ports.OutgoingMail) -> ports.Accepted:  # noqa: ARG002  # the port's shape
            return ports.Accepted("250 forgotten")

    settings.MAIL_FROM = "shop@example.com"
    ports.fill(Nowhere())
    begun, now = time.perf_counter(), at
    while run.told < letters:
        if not run_deliveries(now=lambda: now):  # noqa: B023  # called before it moves on
            now += PAUSE
        run.refresh_from_db()
    return time.perf_counter() - begun


def _floor(run: Any, orders: int, letters: int) -> dict[str, Any]:
    from django.db import transaction

    from tradewind.core.rows import insert_each
    from tradewind.messaging.models import NoticeItem, NoticeRun
    from tradewind.messaging.notice_work import BATCHES

    other = NoticeRun.objects.create(
        announcement=run.announcement, revision=1, act="tell", stage="plan", state="done", made_at=run.made_at
    )
    keys = list(run.items.values_list("order_id", flat=True))
    begun = time.perf_counter()
    for first in range(0, orders, BATCHES[NoticeRun.Stage.PLAN]):
        with transaction.atomic():
            some = keys[first : first + BATCHES[NoticeRun.Stage.PLAN]]
            rows = ((other.pk, pk, "waiting", "", {}) for pk in some)
            insert_each(NoticeItem, ("run", "order", "state", "why", "letter"), rows)
    written = time.perf_counter() - begun
    begun = time.perf_counter()
    for number in range(letters):
        NoticeRun.objects.filter(pk=other.pk).update(step=number)
    return {"written_s": round(written, 2), "commits_a_second": round(letters / (time.perf_counter() - begun))}


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
