"""How fast notices of trackers become the states of parcels, while sixteen clients post them, repeat themselves and mix them up.

    PYTHONPATH=src .venv/bin/python -m benchmarks.tracking --db sqlite

400 parcels with five events each. Every notice says one event, comes twice, and all of them are shuffled. Sixteen threads post
them through the shop's own web stack (no network between), while a worker process hears them (its start counts); the clock stops when the last one is
heard. The floor: the same sixteen threads store as many inbox items, one durable commit each, and nobody reads them.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from benchmarks._machine import KINDS, fresh_database, report

PARCELS: Final = 400
CLIENTS: Final = 16
COPIES: Final = 2
WORKER: Final = """
import threading, django
django.setup()
from tradewind.core.worker import run_until_stopped
from tradewind.lib.clock import utc_now
run_until_stopped(threading.Event(), now=utc_now)
"""
STATUSES: Final = ("label_created", "picked_up", "customs", "out_for_delivery", "delivered")
AT: Final = datetime(2026, 11, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description="From notices to states.")
    parser.add_argument("--db", choices=KINDS, default="sqlite")
    kind = parser.parse_args().db
    with fresh_database(kind) as env:
        os.environ.update(env)
        import django

        django.setup()
        bodies = make_parcels()
        floor = measure_floor(bodies)
        figures = measure(bodies)
    report("tracking", {"db": kind, **figures}, floor)


def make_parcels() -> list[bytes]:
    from django.db import transaction

    from tradewind.core.accounts import own_shop
    from tradewind.orders.models import Order, OrderLine
    from tradewind.shipping.models import Parcel

    with transaction.atomic():
        account = own_shop(at=AT)
        for number in range(PARCELS):
            order = Order.objects.create(
                ref=f"TW-{number}", account=account, state="dispatched", currency="EUR", goods=1, total=1, placed_at=AT
            )
            OrderLine.objects.create(order=order, position=0, title="Mug", quantity=1, dispatched=1, unit=1, total=1)
            Parcel.objects.create(order=order, ref=f"PC-{number}", tracking_number=f"N{number}", handed_over_at=AT)
    bodies = [notice(number, step) for number in range(PARCELS) for step in range(len(STATUSES))] * COPIES
    random.Random(7).shuffle(bodies)
    return bodies


def notice(number: int, step: int) -> bytes:
    at = (AT + timedelta(days=step)).isoformat()
    told = {"id": f"{number}:{step}", "number": f"N{number}", "ref": f"PC-{number}"}
    return json.dumps(told | {"events": [[at, STATUSES[step], "", "Hamburg", "Words"]]}).encode()


def measure_floor(bodies: list[bytes]) -> dict[str, Any]:
    from tradewind.core import inbox
    from tradewind.core.models import InboxItem
    from tradewind.lib.clock import utc_now

    distinct = sorted(set(bodies))

    def store(number: int) -> None:
        inbox.receive("floor", str(number), distinct[number], headers={}, at=utc_now())

    seconds = in_threads(store, range(len(distinct)))
    InboxItem.objects.all().delete()
    return {"what": "inbox items, one commit each", "per_second": round(len(distinct) / seconds, 1)}


def measure(bodies: list[bytes]) -> dict[str, Any]:
    from django.test import Client

    from tradewind.connectors.simulator import signing
    from tradewind.core.models import InboxItem
    from tradewind.shipping.models import Parcel, TrackingEvent

    def post(number: int) -> None:
        body = bodies[number]
        headers = {signing.HEADER: signing.sign(body)}
        answer = Client().post("/hooks/tracking/simulator", body, content_type="application/json", headers=headers)
        if answer.status_code != 200:  # OK
            sys.exit(f"The door answered {answer.status_code}.")

    worker = subprocess.Popen([sys.executable, "-c", WORKER])
    begun = time.perf_counter()
    answered = in_threads(post, range(len(bodies)))
    while InboxItem.objects.filter(finished_at=None).exists():
        time.sleep(0.02)
    seconds = time.perf_counter() - begun
    worker.kill()
    worker.wait()
    distinct = PARCELS * len(STATUSES)
    delivered = Parcel.objects.filter(status="delivered", order__state="delivered").count()
    return {
        "clients": CLIENTS,
        "posted": len(bodies),
        "answered_per_second": round(len(bodies) / answered, 1),
        "heard_per_second": round(distinct / seconds, 1),
        "posted_per_second_until_heard": round(len(bodies) / seconds, 1),
        "is_exact": (delivered, TrackingEvent.objects.count()) == (PARCELS, distinct),
    }


def in_threads(work: Any, numbers: range) -> float:
    from django.db import connection

    def one(number: int) -> None:
        work(number)

    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(one, numbers))
        list(clients.map(lambda _: connection.close(), range(CLIENTS)))
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
