"""Two workers at the same order tell its news in one letter: whoever comes second waits for the order, and finds it told."""

import pytest
from django.db import connection, transaction

from tests.at_once import at_the_same_time, somebody_waits, wait_until
from tests.shipping.troubled import heard, sent
from tests.shop import open_shop
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message, News
from tradewind.messaging.news import tell_order
from tradewind.orders.models import Order
from tradewind.shipping.tracking_states import Status

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="writers of SQLite wait for each other in any case"),
]


def test_the_second_worker_waits_and_finds_nothing_left() -> None:
    shop = open_shop(utc_now())
    parcel = sent(shop)
    heard(shop, parcel, 2, Status.OUT_FOR_DELIVERY)
    at = parcel.order.placed_at
    News.objects.create(
        order=parcel.order,
        moment="parcel_out_for_delivery",
        subject_kind="parcel",
        subject_id=parcel.pk,
        is_urgent=True,
        happened_at=at,
        heard_at=at,
        due_at=at,
    )
    is_held: list[bool] = []
    # The control: what a worker reads that does not wait for the order.
    unheld: list[int] = []

    def first() -> bool:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=parcel.order_id)
            is_told = tell_order(parcel.order_id, now=at)
            is_held.append(True)
            wait_until(somebody_waits)
            return is_told

    def second() -> bool:
        wait_until(lambda: bool(is_held))
        unheld.append(News.objects.filter(state=News.State.WAITING).count())
        return tell_order(parcel.order_id, now=at)

    assert at_the_same_time(first, second) == [True, False]
    assert unheld == [1]
    assert Message.objects.filter(moment="parcel_out_for_delivery").count() == 1
