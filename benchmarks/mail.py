"""How many letters a second are planned, rendered and handed to a mail server, by one worker and by two.

    PYTHONPATH=src .venv/bin/python -m benchmarks.mail --db sqlite

Buyers' addresses were changed, and each of them gets a letter of it: the worker, a process of its own, reacts to the fact, writes and
renders the letter, and hands it to a mail server in another process. The clock runs from the first mail that arrived to the last.
Then the same where the server takes its time for each mail, with one worker and with two. Floor: smtplib hands as many mails of the
same size over one line, and one row is committed for each. Commits are durable.
"""

import argparse
import contextlib
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from benchmarks._machine import KINDS, fresh_database, report
from benchmarks._mail_server import mail_server

AT: Final = datetime(2026, 11, 1, 8, tzinfo=UTC)
LANGUAGES: Final = ("en", "de", "fr", "es", "pt-br", "ja", "zh")
WORKER: Final = """
import threading, django
django.setup()
from tradewind.core.worker import run_until_stopped
from tradewind.lib.clock import utc_now
run_until_stopped(threading.Event(), now=utc_now)
"""


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mail", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--letters", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=0.02, help="that the slow server takes for each")
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        os.environ["TRADEWIND_MAIL_FROM"] = "Tingyu <hello@tingyu.example>"
        import django

        django.setup()
        sizes = _sell(options.letters)
        figures = {**_rendering(), **_sent(options.letters, 0, workers=1)}
        for workers in (1, 2):
            figures |= _sent(options.letters, options.seconds, workers=workers)
        floor = _floor(options.letters, sizes)
    ratio = figures["slow_two_per_second"] / figures["slow_one_per_second"]
    report("mail", {"db": options.db, **figures, "two_to_one": round(ratio, 2)}, floor=floor)


def _sell(letters: int) -> int:
    """Orders with two goods each; how long a mail about one is, in bytes."""
    from tradewind.connectors.smtp.mapping import envelope
    from tradewind.core.accounts import own_shop
    from tradewind.messaging.couriers import outgoing
    from tradewind.messaging.models import Message
    from tradewind.orders.models import Order, OrderLine

    account = own_shop(at=AT)
    made = Order.objects.bulk_create(_order(account.pk, number) for number in range(letters))
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=place, sku=f"CUP-{place}", title="Mug", quantity=1, unit=1000, total=1000)
        for order in made
        for place in range(2)
    )
    written = _letter(made[0])
    mail = Message(
        message_id="0@example.com",
        language="en",
        sender="Tingyu <hello@tingyu.example>",
        recipient="buyer@example.com",
        subject=written.subject,
        text=written.text,
        html=written.html,
        created_at=AT,
    )
    return len(envelope(outgoing(mail)).content)


def _order(account_id: int, number: int) -> Any:
    from tradewind.orders.models import Order

    return Order(
        ref=f"TW-{number}",
        account_id=account_id,
        state="paid",
        email=f"buyer{number}@example.com",
        ship_to={"name": f"Greta Behrens {number}", "line1": "Große Elbstraße 5", "city": "Hamburg", "country": "DE"},
        country="DE",
        market="de",
        language=LANGUAGES[number % len(LANGUAGES)],
        currency="EUR",
        goods=2000,
        total=2000,
        placed_at=AT,
    )


def _letter(order: Any) -> Any:
    from django.db import transaction

    from tradewind.messaging.moments.order_confirmed import order_confirmed
    from tradewind.messaging.rendering import render

    with transaction.atomic():
        return render(order_confirmed(order, at=AT))


def _rendering() -> dict[str, float]:
    """A confirmation, in turn in all languages: rendered alone, and with all that is read for it."""
    from django.db import transaction

    from tradewind.messaging.moments.order_confirmed import order_confirmed
    from tradewind.messaging.rendering import render
    from tradewind.orders.models import Order

    orders = list(Order.objects.order_by("pk")[:200])
    for order in orders[: len(LANGUAGES)]:
        _letter(order)
    with transaction.atomic():
        begun = time.perf_counter()
        letters = [order_confirmed(order, at=AT) for order in orders]
        read = time.perf_counter() - begun
        begun = time.perf_counter()
        for letter in letters:
            render(letter)
        rendered = time.perf_counter() - begun
        transaction.set_rollback(True)
    return {"rendered_ms": round(1000 * rendered / 200, 2), "written_ms": round(1000 * read / 200, 2)}


def _sent(letters: int, seconds: float, *, workers: int) -> dict[str, float]:
    """From facts to mails, once more for the same orders."""
    name = f"slow_{'one' if workers == 1 else 'two'}_per_second" if seconds else "per_second"
    with mail_server(seconds) as server:
        os.environ["TRADEWIND_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        with _at_work(workers):
            _change_addresses(letters)
            server.wait_for(1)
            begun = time.perf_counter()
            server.wait_for(letters - 1)
            took = time.perf_counter() - begun
            _check(letters)
    return {name: round((letters - 1) / took, 1)}


@contextlib.contextmanager
def _at_work(workers: int) -> Iterator[None]:
    known = _beating()
    running = [subprocess.Popen([sys.executable, "-c", WORKER]) for _ in range(workers)]
    try:
        _wait_until_beating(workers, known)
        yield
    finally:
        for each in running:
            each.kill()
            each.wait()


def _beating() -> set[str]:
    from tradewind.core.models import WorkerBeat

    return set(WorkerBeat.objects.values_list("worker", flat=True))


def _wait_until_beating(workers: int, known: set[str]) -> None:
    begun = time.perf_counter()
    while len(_beating() - known) < workers:
        if time.perf_counter() - begun > 60:
            sys.exit("The workers do not start.")
        time.sleep(0.05)


def _change_addresses(letters: int) -> None:
    from django.db import transaction

    from tradewind.core.facts import record_many
    from tradewind.lib.clock import utc_now
    from tradewind.orders.events import AddressChanged
    from tradewind.orders.models import AddressChange, Order

    now = utc_now()
    with transaction.atomic():
        orders = list(Order.objects.order_by("pk")[:letters])
        made = AddressChange.objects.bulk_create(
            AddressChange(order=order, key=str(now), after=order.ship_to, asked_at=now, confirmed_at=now)
            for order in orders
        )
        facts = [AddressChanged(change.order_id, None, change.pk) for change in made]
        record_many(facts, by="buyer", at=now)


def _check(letters: int) -> None:
    """All of this turn's are noted as sent, and none twice. The last one's commit may be to come."""
    from tradewind.core.models import Delivery
    from tradewind.messaging.models import Message

    begun = time.perf_counter()
    while Delivery.objects.filter(finished_at=None).exists():
        if time.perf_counter() - begun > 20:
            sys.exit("Deliveries are left.")
        time.sleep(0.05)
    states = set(Message.objects.values_list("state", flat=True))
    if states != {"sent"} or Message.objects.count() % letters:
        sys.exit(f"Not all letters are sent: {states}, {Message.objects.count()}")


def _floor(letters: int, size: int) -> dict[str, Any]:
    from django.db import transaction

    from tradewind.core.models import ScheduledJob

    row = ScheduledJob.objects.create(name="floor", due_at=AT)
    mail = b"Subject: floor\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * (size // 72)
    with mail_server() as server, smtplib.SMTP("127.0.0.1", server.port) as line:
        begun = time.perf_counter()
        for number in range(letters):
            line.sendmail("hello@tingyu.example", [f"buyer{number}@example.com"], mail)
            with transaction.atomic():
                ScheduledJob.objects.filter(pk=row.pk).update(error=str(number))
        took = time.perf_counter() - begun
    return {"what": "smtplib and one commit each", "bytes": size, "per_second": round(letters / took, 1)}


if __name__ == "__main__":
    main(sys.argv[1:])
