"""Asking to be erased: one request while it waits, due within the law's month, and the erasing left to a person."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.shop import Shop, open_shop
from tradewind.core.facts import record
from tradewind.core.models import FactRecord, Todo
from tradewind.orders.erasing import ASKED, answer_by, ask_for_erasure, erasure_asked
from tradewind.orders.events import ErasureAsked
from tradewind.orders.models import Order


@pytest.mark.parametrize(
    ("asked_at", "until"),
    [
        (datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 12, 23, 6, tzinfo=UTC)),
        (datetime(2026, 12, 5, 6, tzinfo=UTC), datetime(2027, 1, 5, 6, tzinfo=UTC)),
        (datetime(2027, 1, 31, 6, tzinfo=UTC), datetime(2027, 2, 28, 6, tzinfo=UTC)),
        # Already the first of February in Shanghai.
        (datetime(2027, 1, 31, 20, tzinfo=UTC), datetime(2027, 2, 28, 20, tzinfo=UTC)),
    ],
)
def test_a_month_ends_on_the_same_date_or_the_last_day(asked_at: datetime, until: datetime) -> None:
    assert answer_by(asked_at, "Asia/Shanghai") == until


def test_asking_erases_nothing(shop: Shop, now: datetime) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    before = Order.objects.filter(pk=order.pk).values().get()

    ask_for_erasure(order_id=order.pk, at=now)

    assert Order.objects.filter(pk=order.pk).values().get() == before
    assert FactRecord.objects.get(name="orders.erasure_asked").data == {
        "order_id": order.pk,
        "buyer_id": order.buyer_id,
    }


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_request(now: datetime) -> None:
    order_id = placed(now)

    assert succeed_at_once(*[lambda: ask_for_erasure(order_id=order_id, at=now)] * 2) == 2

    assert (Todo.objects.filter(kind=ASKED).count(), asked_facts()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_writing_later_records_it_twice(now: datetime) -> None:
    """The control: without the lock, both clicks find that nobody has asked."""
    order_id = placed(now)
    both_have_looked = threading.Barrier(2)

    def ask() -> None:
        assert erasure_asked(order_id) is None
        both_have_looked.wait()
        with transaction.atomic():
            record(ErasureAsked(order_id, None), by="buyer", at=now)

    assert succeed_at_once(ask, ask) == 2
    assert asked_facts() == 2


def placed(now: datetime) -> int:
    shop = open_shop(now)
    return shop.place(shop.cart((shop.small, 1))).order.pk


def asked_facts() -> int:
    return FactRecord.objects.filter(name="orders.erasure_asked").count()
