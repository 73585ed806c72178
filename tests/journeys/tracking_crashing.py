"""A parcel on its way, killed with -9 at one step after the other, and what stands after the restart.

    python -m tests.journeys.tracking_crashing MIGRATED

prints one JSON object a line, one per step at which the process was killed (see tests.journeys.crashing, whose
ways it takes). The tracker is the simulated one: it is told about the parcel, posts two scans over real HTTP, and each is heard.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from tests.journeys.crashing import NEVER, Databases, Killer, in_child, the_web  # sets Django up

from django.db import connection, transaction  # isort: skip

from tests.orders.changing import bought  # isort: skip
from tests.shop import open_shop  # isort: skip
from tradewind.connectors.simulator import tracking as simulated  # isort: skip
from tradewind.core import preferences  # isort: skip
from tradewind.core.models import Delivery, FactRecord, InboxItem, Reaction, WorkItem  # isort: skip
from tradewind.core.worker import run_until_idle  # isort: skip
from tradewind.orders.models import Order  # isort: skip
from tradewind.promises.models import Promise  # isort: skip
from tradewind.shipping.dispatching import mark_dispatched  # isort: skip
from tradewind.shipping.models import Parcel  # isort: skip
from tradewind.shipping.parcels import Tracking  # isort: skip


def books() -> dict[str, Any]:
    """What stands after everything has settled."""
    work = [
        kind._default_manager.exclude(kind="messaging.mail") if kind is Delivery else kind._default_manager.all()
        for kind in (Reaction, Delivery, InboxItem)
    ]
    facts = FactRecord.objects.filter(name__startswith="shipping.").values_list("name", flat=True)
    return {
        "parcel": Parcel.objects.values_list("status", "watch").get(),
        "events": Parcel.objects.get().events.count(),
        "order": Order.objects.values_list("state", flat=True).get(),
        "promises": sorted(Promise.objects.values_list("kind", "state")),
        "facts": dict(sorted(Counter(facts).items())),
        "open": sum(rows.filter(state__in=WorkItem.OPEN).count() for rows in work),
        "stuck": sum(rows.filter(state=WorkItem.State.STUCK).count() for rows in work),
    }


def killed_at(step: int, databases: Databases) -> dict[str, Any] | None:
    """Kill a parcel's way at a step, start again ten minutes later, and report. None when there is no such step."""
    name = databases.copy(step)

    def first() -> list[str]:
        databases.use(name)
        Killer(step).arm()
        # The schedule's jobs ran a moment ago, when the order was made.
        _work(lambda: datetime.now(UTC) + timedelta(minutes=2))
        return sorted(sys.modules)

    def again() -> dict[str, Any]:
        databases.use(name)
        for minutes in (12, 22, 32):
            _work(lambda: datetime.now(UTC) + timedelta(minutes=minutes))  # noqa: B023  # used at once
        return books()

    try:
        killed_by, modules = in_child(first)
        if killed_by == 0:
            return {"modules": modules} if step == NEVER else None
        _, stands = in_child(again)
        return {"step": step, **stands}
    finally:
        databases.drop(name)


def _work(now: Callable[[], datetime]) -> None:
    with the_web():
        run_until_idle(now=now)


def main() -> None:
    # Two scans are steps enough; the children inherit it.
    simulated.scans_of = lambda _number: (simulated._WAY[1], simulated._ARRIVES[-1])
    databases = Databases()
    at = datetime.now(UTC)
    shop = open_shop(at)
    order = bought(shop, (shop.small, 1))
    with transaction.atomic():
        preferences.change(simulated.EVERY, 0, by="system", at=at)
        Delivery.objects.filter(kind="messaging.mail").update(state="done", finished_at=at)
    mark_dispatched(order=order, by="staff:1", at=at, tracking=Tracking("China Post", "RR123456785CN"))
    connection.close()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    unharmed = killed_at(NEVER, databases)
    for module in unharmed["modules"] if unharmed else ():
        import_module(module)
    step = 1
    while (report := killed_at(step, databases)) is not None:
        sys.stdout.write(json.dumps(report, default=str) + "\n")
        step += 1
    if connection.vendor == "postgresql":
        databases.forget()


if __name__ == "__main__":
    main()
