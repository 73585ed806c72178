"""Sends the simulated provider's notices over real HTTP: by the worker, never from within a web request."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connections

from tradewind.connectors.simulator import signing
from tradewind.core import deliveries, http
from tradewind.core.models import Delivery

NOTICE: Final = "simulator.notice"


def plan_notice(notice_id: str, body: str, *, copies: int, due_at: datetime) -> Delivery:
    return deliveries.plan(NOTICE, f"{NOTICE}:{notice_id}", {"body": body, "copies": copies}, at=due_at)


class NoticeCourier:
    """Sends every copy at the same time, as a provider does that has lost count."""

    kind = NOTICE

    def call(self, delivery: Delivery) -> dict[str, Any]:
        copies = delivery.payload["copies"]
        with ThreadPoolExecutor(copies) as senders:
            answers = list(senders.map(_send, [delivery.payload["body"]] * copies))
        return {"answers": answers}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # the shop cannot be asked
        return None

    def settle(self, delivery: Delivery, result: Mapping[str, Any], now: datetime) -> None:
        """Nothing follows on the provider's side."""

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """The delivery stays visible; the shop asks by itself."""


def _send(body: str) -> int:
    raw = body.encode()
    headers = {"Content-Type": "application/json", signing.HEADER: signing.sign(raw)}
    address = f"{settings.BASE_URL}/hooks/payments/simulator"
    try:
        return http.send("POST", address, content=raw, headers=headers).status_code
    finally:
        # Which proxy leads there was read in this thread, which ends now.
        connections.close_all()
