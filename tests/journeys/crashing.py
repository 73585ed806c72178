"""A whole purchase, killed with -9 at one step after the other, and what stands after the restart.

    python -m tests.journeys.crashing MIGRATED

prints one JSON object a line, one per step at which the process was killed; MIGRATED is tests.migrated.file(). A step is the moment
before or after a commit, or before or after a call to the outside (the provider, the webhook, the mail server); what a
killed job of the schedule leaves, tests.core.test_schedule asks. Each step starts from a fresh copy of the same prepared
database; killing happens in a forked child, so nothing is cleaned up.
"""

import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django

django.setup()

from django.conf import settings  # noqa: E402  # after setup, like all that follows
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402

from tests import migrated  # noqa: E402
from tests.shop import HAMBURG, Shop, open_shop  # noqa: E402
from tradewind.checkout.details import BuyerDetails  # noqa: E402
from tradewind.checkout.models import Cart  # noqa: E402
from tradewind.checkout.placing import place_order  # noqa: E402
from tradewind.connectors.simulator.choosing import Choice, ChoiceNotOffered, choose  # noqa: E402
from tradewind.connectors.simulator.models import SimulatedMovement, SimulatedPayment  # noqa: E402
from tradewind.core import http  # noqa: E402
from tradewind.core.models import Delivery, InboxItem, Reaction, WorkItem  # noqa: E402
from tradewind.core.schedule import run_schedule  # noqa: E402
from tradewind.core.worker import run_until_idle  # noqa: E402
from tradewind.inventory.models import StockLevel  # noqa: E402
from tradewind.messaging import ports as mail_ports  # noqa: E402
from tradewind.messaging.models import Message  # noqa: E402
from tradewind.orders.models import Order  # noqa: E402
from tradewind.payments import ports as payment_ports  # noqa: E402
from tradewind.payments.models import LedgerEntry, PaymentIntent  # noqa: E402
from tradewind.payments.starting import start_now  # noqa: E402
from tradewind.promises.models import Promise  # noqa: E402

CART = "the-cart-of-this-journey"
NEVER = 10**9


class Killer:
    """Counts steps and kills the process at one of them."""

    def __init__(self, at_step: int) -> None:
        self.at_step = at_step
        self.steps: list[str] = []

    def step(self, name: str) -> None:
        self.steps.append(name)
        if len(self.steps) == self.at_step:
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.step(f"before {name}")
            result = function(*args, **kwargs)
            self.step(f"after {name}")
            return result

        return wrapped

    def arm(self) -> None:
        """Put a step around everything that cannot be taken back."""
        backend = type(connection._connections[connection._alias])  # type: ignore[attr-defined]
        backend._commit = self.around("commit", backend._commit)
        http.send = self.around("webhook", http.send)
        transport = type(mail_ports.transport())
        transport.send = self.around("mail", transport.send)  # type: ignore[method-assign]
        provider = type(payment_ports.provider_named("simulator"))
        provider.start = self.around("provider", provider.start)  # type: ignore[method-assign]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def the_web() -> Iterator[None]:
    """The shop's web on a real port, in this process: it dies with it."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def buy(shop: Shop, details: BuyerDetails, now: Callable[[], datetime]) -> None:
    """What a buyer does, and does again when the page did not answer: order, pay, wait."""
    cart = Cart.objects.filter(key=CART).first()
    agreed = shop.agree(cart, at=now()) if cart else None
    placed = place_order(
        cart_key=CART,
        market=shop.market(),
        language="de",
        details=details,
        agreed=agreed,  # type: ignore[arg-type]  # without a cart the order is there and nothing is agreed anew
        at=now(),
    )
    start_now(placed.intent, now=now)
    payment = SimulatedPayment.objects.first()
    if payment is not None:
        with suppress(ChoiceNotOffered):  # paid before the crash
            choose(ref=payment.ref, choice=Choice.PAY_TRIPLED, at=now())
    run_until_idle(now=now)


def books(shop: Shop) -> dict[str, Any]:
    """What stands after everything has settled."""
    work = [kind._default_manager.all() for kind in (Reaction, Delivery, InboxItem)]
    return {
        "orders": list(Order.objects.values_list("state", "total", "paid")),
        "intents": list(PaymentIntent.objects.values_list("state", "amount")),
        "ledger": list(LedgerEntry.objects.values_list("kind", "amount")),
        "charged": SimulatedMovement.objects.aggregate(sum=Sum("amount"))["sum"],
        "reserved": StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen).reserved,
        "promises": sorted(Promise.objects.filter(state="made").values_list("kind", flat=True)),
        "messages": list(Message.objects.values_list("moment", "state", "message_id")),
        "open": sum(rows.filter(state__in=WorkItem.OPEN).count() for rows in work),
        "stuck": sum(rows.filter(state=WorkItem.State.STUCK).count() for rows in work),
    }


def in_child(run: Callable[[], Any]) -> tuple[int, Any]:
    """Run in a forked child. Returns the signal that killed it (0 for none) and what it returned."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        status = 1
        try:
            answer = json.dumps(run()).encode()
            os.write(writer, answer)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        message = "the child failed by itself; its traceback stands above"
        raise RuntimeError(message)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, json.loads(answer) if answer else None


class Databases:
    """A database of this journey's own, and fresh copies of it, one per step."""

    def __init__(self) -> None:
        self.base = str(settings.DATABASES["default"]["NAME"])
        if connection.vendor == "postgresql":
            # Nobody else is connected to it: a database in use cannot be copied.
            self.base = f"journey_{os.getpid()}"
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{self.base}" TEMPLATE "{migrated.NAME}"')
            self.use(self.base)
        else:
            shutil.copy(sys.argv[1], self.base)

    def copy(self, step: int) -> str:
        connection.close()
        if connection.vendor == "sqlite":
            target = f"{self.base}.{step}"
            shutil.copy(self.base, target)
            return target
        target = f"{Path(self.base).name}_{step}"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{self.base}"')
        return target

    def use(self, name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = name

    def forget(self) -> None:
        """Drop the journey's own database."""
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"]
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{self.base}" WITH (FORCE)')

    def drop(self, name: str) -> None:
        self.use(self.base)
        if connection.vendor == "sqlite":
            for ending in ("", "-wal", "-shm", ".turn"):
                Path(name + ending).unlink(missing_ok=True)
            return
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def killed_at(step: int, shop: Shop, databases: Databases) -> dict[str, Any] | None:
    """Kill a purchase at a step, start again ten minutes later, and report. None when there is no such step.

    A purchase that is killed NEVER reports the modules that it loaded.
    """
    name = databases.copy(step)
    details = BuyerDetails(**{**HAMBURG.ship_to(), "email": f"greta+{step}@example.com"})

    def first() -> list[str]:
        databases.use(name)
        # Every job has just had its turn: what is killed is the purchase, not five times as often a job that finds nothing.
        run_schedule(now=partial(datetime.now, UTC))
        Killer(step).arm()
        with the_web():
            buy(shop, details, partial(datetime.now, UTC))
        return sorted(sys.modules)

    def again() -> dict[str, Any]:
        databases.use(name)
        with the_web():
            for minutes in (10, 20):
                buy(shop, details, lambda: datetime.now(UTC) + timedelta(minutes=minutes))  # noqa: B023  # used at once
        return books(shop)

    try:
        killed_by, modules = in_child(first)
        if killed_by == 0:
            return {"modules": modules} if step == NEVER else None
        _, stands = in_child(again)
        return {"step": step, **stands}
    finally:
        databases.drop(name)


def import_what_it_needs(shop: Shop, databases: Databases) -> None:
    """Import once what a purchase loads on its way, which each child would load anew. They inherit nothing else of it."""
    unharmed = killed_at(NEVER, shop, databases)
    for module in unharmed["modules"] if unharmed else ():
        import_module(module)


def main() -> None:
    databases = Databases()
    at = datetime.now(UTC)
    with transaction.atomic():
        shop = open_shop(at)
        cart = shop.cart((shop.small, 2))
        Cart.objects.filter(pk=cart.pk).update(key=CART)
    run_schedule(now=lambda: at)
    connection.close()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    import_what_it_needs(shop, databases)
    step = 1
    while (report := killed_at(step, shop, databases)) is not None:
        sys.stdout.write(json.dumps(report, default=str) + "\n")
        step += 1
    if connection.vendor == "postgresql":
        databases.forget()


if __name__ == "__main__":
    main()
