"""Paid orders whose day of dispatch is nearly over become cases, also where nobody looked in time."""

from datetime import timedelta

import pytest

from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_orders import look_for_not_leaving

pytestmark = pytest.mark.django_db


def test_after_a_standstill_what_has_become_late_is_a_case_once(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    due_at = Promise.objects.get(kind="dispatch", subject_id=order.pk).due_at
    back_at = due_at + timedelta(hours=5)
    note_broken(back_at)

    assert [look_for_not_leaving(back_at) for _ in range(2)] == [1, 0]

    assert list(Trouble.objects.values_list("order_id", "cause")) == [(order.pk, "not_leaving")]


def test_what_has_been_late_for_long_is_no_news(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    due_at = Promise.objects.get(kind="dispatch", subject_id=order.pk).due_at
    assert look_for_not_leaving(due_at + timedelta(days=9)) == 0
