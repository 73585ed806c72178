"""How long one act on thousands of orders takes, from the click to the worker's last batch, and how long orders wait meanwhile.

    PYTHONPATH=src .venv/bin/python -m benchmarks.bulk --db sqlite --orders 5000

Orders of a past in which each holds a unit in stock and has its promises are tagged, held, released and marked dispatched, one act
after the other. Floor: for each act, so many rows written one by one in transactions of their own by the same process: what it would
cost at the least to change each order alone. `meanwhile` is a buyer who orders and pays without a pause in another process.
"""

import argparse
import os
import time
from collections.abc import Sequence
from typing import Any, Final

from benchmarks._machine import KINDS, fill, fresh_database, report
from benchmarks._meanwhile import Meanwhile, order_without_a_pause

_FLOOR: Final = 10.0
_ALONE: Final = 500


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--orders", type=int, default=5_000)
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        fill(200)
        _fill_orders(options.orders)
        alone = _change_alone()
        with Meanwhile(order_without_a_pause) as buyer:
            time.sleep(_FLOOR)
            undisturbed = buyer.told()
            figures: dict[str, Any] = {act: _do(act, options.orders) for act in ("tag", "hold", "release", "dispatch")}
            figures["meanwhile"] = buyer.told()
    floor = {"per_second": alone, "seconds": round(options.orders / alone, 1), "meanwhile": undisturbed}
    report("bulk", {"db": options.db, "orders": options.orders, **figures}, floor=floor)


def _fill_orders(number: int) -> None:
    """Paid orders, each with a line, a unit held in stock, and the promise of a day to leave."""
    from datetime import timedelta

    from django.db import transaction

    from tradewind.core.accounts import own_shop
    from tradewind.inventory.models import Reservation, StockLevel
    from tradewind.lib.clock import utc_now
    from tradewind.orders.models import Order, OrderLine

    now = utc_now()
    account = own_shop(at=now)
    levels = list(StockLevel.objects.order_by("pk")[:100])
    amounts = {"currency": "EUR", "goods": 1000, "total": 1000, "paid": 1000}
    with transaction.atomic():
        StockLevel.objects.filter(pk__in=[level.pk for level in levels]).update(on_hand=number, reserved=0)
        orders = Order.objects.bulk_create(
            Order(
                ref=f"TW-B{each:08}", account=account, state="paid", placed_at=now - timedelta(minutes=each), **amounts
            )
            for each in range(number)
        )
        OrderLine.objects.bulk_create(
            OrderLine(order=order, position=0, sku="B", title="B", quantity=1, unit=10, total=1000) for order in orders
        )
        for each, level in enumerate(levels):
            mine = orders[each :: len(levels)]
            StockLevel.objects.filter(pk=level.pk).update(reserved=len(mine))
            Reservation.objects.bulk_create(
                Reservation(level=level, subject_kind="order", subject_id=order.pk, quantity=1, made_at=now)
                for order in mine
            )
    _promise(orders, now)


def _promise(orders: Sequence[Any], now: Any) -> None:
    from datetime import timedelta

    from django.db import transaction

    from tradewind.buyers.models import Buyer
    from tradewind.promises.models import Promise

    day = now.date()
    with transaction.atomic():
        buyer = Buyer.objects.create(ref="B-BULK", created_at=now)
        Promise.objects.bulk_create(
            Promise(
                kind="dispatch",
                buyer_id=buyer.pk,
                subject_kind="order",
                subject_id=order.pk,
                made_at=now,
                due_at=now + timedelta(days=2),
                first_day=day,
                last_day=day,
                zone="Asia/Shanghai",
                inputs={},
                digest="",
            )
            for order in orders
        )


def _change_alone() -> float:
    """Rows a second, each in a transaction of its own."""
    from django.db import transaction

    from tradewind.core.trail import write_audit
    from tradewind.lib.clock import utc_now

    begun = time.perf_counter()
    for each in range(_ALONE):
        with transaction.atomic():
            write_audit("benchmark.floor", subject=("order", each), by="system", at=utc_now())
    return round(_ALONE / (time.perf_counter() - begun), 1)


def _do(act: str, number: int) -> dict[str, Any]:
    from tradewind.core import deliveries
    from tradewind.core.models import Delivery
    from tradewind.core.reach import EVERYWHERE
    from tradewind.lib.clock import utc_now
    from tradewind.orders import bulk
    from tradewind.orders.models import BulkRun
    from tradewind.orders.queries import OrderFilters

    begun = time.perf_counter()
    found = OrderFilters(text="", is_held=act == "release", placed_until=_before_the_buyer())
    run = bulk.choose_found(act=BulkRun.Act(act), filters=found, reach=EVERYWHERE, by="staff:1", at=utc_now())
    if act == "tag":
        bulk.choose_tag(run_id=run.pk, name="Benchmark", at=utc_now())
    shown = len(bulk.split(run).can)
    chosen = time.perf_counter()
    bulk.begin(run_id=run.pk, by="staff:1", at=utc_now(), reason="other")
    while run.state != BulkRun.State.DONE:
        # Its batches alone: the letters and payments of whoever orders meanwhile are another measurement.
        deliveries.run_now(Delivery.objects.get(Delivery.IS_OPEN, kind=bulk.KIND), now=utc_now)
        run.refresh_from_db()
    if (shown, run.done, run.refused) != (number, number, 0):
        raise SystemExit(f"{act}: {shown} could, {run.done} done, {run.refused} refused")
    seconds = time.perf_counter() - chosen
    return {
        "seconds_to_choose": round(chosen - begun, 2),
        "seconds": round(seconds, 1),
        "per_second": round(number / seconds, 1),
    }


def _before_the_buyer() -> Any:
    """Everything that was there before somebody ordered meanwhile."""
    from tradewind.orders.models import Order

    return Order.objects.filter(ref="TW-B00000000").values_list("placed_at", flat=True)[0].replace(microsecond=999_999)


if __name__ == "__main__":
    main()
