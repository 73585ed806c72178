"""Rows that the console's pages show, made directly: the activities that make them have tests of their own."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.test import Client

from tradewind.console.account.again import COOKIE, note_given
from tradewind.core import search
from tradewind.core.accounts import account_named, own_shop
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.searching import order_texts
from tradewind.payments.models import MANUAL, PaymentIntent

PASSWORD = "seven quiet lamps"
AT = datetime.fromisoformat("2026-11-20T03:00:00+00:00")
STAFF_BACKEND = "tradewind.core.staff_backend.StaffBackend"


def make_staff(role: Role = Role.OWNER, *, language: str = "en", password: str | None = None) -> Staff:
    """Without a password nobody can log in as them, and no time is spent on hashing."""
    return Staff.objects.create(
        email=f"{role}@shop.example",
        name=f"Ms {role.title()}",
        role=role,
        language=language,
        created_at=AT,
        password=make_password(password),
    )


def client_of(staff: Staff, **settings: Any) -> Client:
    client = Client(**settings)
    client.force_login(staff, STAFF_BACKEND)
    # As after a log-in, where the password was given a moment ago.
    request, session = HttpRequest(), client.session
    request.session = session
    note_given(request, at=utc_now())
    session.save()
    client.cookies[COOKIE] = request.given_again  # type: ignore[attr-defined]
    return client


def make_order(number: int = 1, *, account: str = "", **fields: Any) -> Order:
    """Order TW-TEST000001 and so on, each a minute older than the one before."""
    at = AT - timedelta(minutes=number)
    values = {
        "ref": f"TW-TEST{number:06}",
        "account": account_named(account, channel="file", at=AT) if account else own_shop(at=AT),
        "state": "awaiting_payment",
        "email": f"buyer{number}@example.com",
        "ship_to": {"name": f"Buyer {number}", "line1": "Große Elbstraße 5", "city": "Hamburg", "country": "DE"},
        "country": "DE",
        "language": "de",
        "currency": "EUR",
        "goods": 2000,
        "delivery": 690,
        "total": 2690,
        "placed_at": at,
    } | fields
    with transaction.atomic():
        order = Order.objects.create(**values)
        line = OrderLine.objects.create(
            order=order, position=0, sku="MUG-S", title="Becher", quantity=2, unit="10.0000", total=2000
        )
        search.index("order", order.pk, order_texts(order, [line]))
    return order


def make_transfer(order: Order, **fields: Any) -> PaymentIntent:
    values = {
        "ref": f"PI-{order.pk}",
        "subject_kind": "order",
        "subject_id": order.pk,
        "amount": order.total,
        "currency": order.currency,
        "method": "bank_transfer",
        "provider": MANUAL,
        "state": "pending",
        "created_at": order.placed_at,
    } | fields
    return PaymentIntent.objects.create(**values)
