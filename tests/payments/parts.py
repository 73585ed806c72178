"""What tests of payments share: an order that awaits its money, a way to pay, and providers that do as they are told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from tradewind.connectors.simulator import signing
from tradewind.core.accounts import own_shop
from tradewind.core.models import Staff
from tradewind.core.staff import NewStaff, Role, add_staff
from tradewind.lib.money import Money
from tradewind.lib.refs import new_ref
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.couriers import register_couriers
from tradewind.payments.methods import Offer
from tradewind.payments.models import PaymentIntent
from tradewind.payments.ports import Notice, ProviderState, Refunded, RefundRequest, Started, StartRequest
from tradewind.payments.starting import create_intent, start_now

T = TypeVar("T")
TEN = Money(1000, "EUR")
CARD = Offer("card", "simulator", "Card", "", is_instant=True, hold_days=1)
TRANSFER = Offer("bank_transfer", "manual", "Bank transfer", "", is_instant=False, hold_days=7)
SCRIPTED = Offer("scripted", "scripted", "Scripted", "", is_instant=True, hold_days=1)


def order_over(total: Money, *, at: datetime, state: OrderState = OrderState.AWAITING_PAYMENT) -> Order:
    return Order.objects.create(
        ref=new_ref("TW"),
        account=own_shop(at=at),
        state=state,
        currency=total.currency,
        goods=total.amount,
        total=total.amount,
        placed_at=at,
    )


def intent_for(order: Order, method: Offer, *, at: datetime, amount: Money | None = None) -> PaymentIntent:
    due = amount or Money(order.total, order.currency)
    return create_intent(subject=("order", order.pk), amount=due, method=method, at=at, description=order.ref)


def started(method: Offer, *, at: datetime, amount: Money = TEN) -> PaymentIntent:
    """An intent that is open at its provider."""
    register_couriers()
    return start_now(intent_for(order_over(amount, at=at), method, at=at), now=lambda: at)


def somebody(at: datetime) -> Staff:
    return add_staff(NewStaff("mei@example.com", "Mei", Role.MANAGER), password="a-long-Passw0rd", at=at)


def signed(notice: object) -> tuple[bytes, dict[str, str]]:
    """A notice as the simulated provider would send it, whatever is in it."""
    body = notice if isinstance(notice, bytes) else json.dumps(notice).encode()
    return body, {signing.HEADER: signing.sign(body)}


def paid_notice(provider_ref: str, *, notice_id: str = "N-1", **movement: object) -> object:
    """Keywords change the movement: its `id`, `amount`, `currency` and `moved_at`."""
    moved_at = movement.pop("moved_at", "2026-11-23T06:00:00Z")
    moved = {"id": "MV-1", "amount": 1000, "currency": "EUR", "at": moved_at, **movement}
    return {"id": notice_id, "payment": provider_ref, "state": "paid", "problem": "", "movements": [moved]}


@dataclass
class ScriptedProvider:
    """A provider that answers what the test wrote down, or raises it, and remembers what it was asked."""

    code: str = "scripted"
    starts: Started | Exception | None = None
    tells: ProviderState | Exception | None = None
    refunds: Refunded | Exception | None = None
    notice: Notice | Exception | None = None
    asked: list[str] = field(default_factory=list)

    def start(self, request: StartRequest) -> Started:
        self.asked.append(f"start {request.ref}")
        return _or_raise(self.starts)

    def ask(self, provider_ref: str, idempotency_key: str) -> ProviderState | None:
        self.asked.append(f"ask {provider_ref or idempotency_key}")
        return None if self.tells is None else _or_raise(self.tells)

    def refund(self, request: RefundRequest) -> Refunded:
        self.asked.append(f"refund {request.idempotency_key}")
        return _or_raise(self.refunds)

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:  # noqa: ARG002  # answers as told
        return _or_raise(self.notice)


def _or_raise(answer: T | Exception | None) -> T:
    if isinstance(answer, Exception):
        raise answer
    assert answer is not None
    return answer
