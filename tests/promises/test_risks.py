"""A promise in danger for several reasons: each ends by itself, and what stands on the promise follows."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from tests.console.making import client_of, make_staff
from tests.messaging.test_special_notices import LATE, holding_back, ordered, tell_all, work
from tests.orders.changing import bought, told_of
from tests.orders.test_merging import merge
from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE
from tradewind.markets.announcing import announce, end_announcement
from tradewind.messaging.notice_telling import promises_hit
from tradewind.orders.models import Order
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.promises.risking import put_at_risk
from tradewind.promises.watching import note_broken
from tradewind.shipping.notice_marks import notices_of
from tradewind.shipping.trouble_orders import clear_orders, note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = pytest.mark.django_db


def _of(order: Order, kind: str = "dispatch") -> Promise:
    return Promise.objects.get(subject_id=order.pk, kind=kind, state="made")


def test_of_two_notices_and_two_cases_each_takes_away_its_own_alone(shop: Shop) -> None:
    [order] = ordered(shop, 1)
    first, second = (announce(holding_back(3), by="staff:1", at=shop.at) for _ in range(2))
    work(shop)
    for cause in (Cause.SUPPLIER, Cause.NOT_LEAVING):
        note_orders(cause, [order.pk], at=shop.at + 2 * LATE, notice="Yiwu Toys")
        note_orders(cause, [order.pk], at=shop.at + 3 * LATE, notice="Yiwu Toys")

    promise = _of(order)
    assert (promise.risk, promise.risk_note) == ("supplier", "Yiwu Toys")
    assert [row.pk for row in notices_of([promise])] == [first.pk, second.pk]
    clear_orders(Cause.SUPPLIER, order_ids=[order.pk], at=shop.at + 4 * LATE)
    assert _of(order).risk == "not_leaving"
    clear_orders(Cause.NOT_LEAVING, order_ids=[order.pk], at=shop.at + 4 * LATE)
    assert _of(order).risk == f"notice:{first.pk}"
    end_announcement(first.pk, by="staff:1", at=shop.at)
    work(shop)

    assert _of(order).risk == f"notice:{second.pk}"
    assert [(row.pk, number) for row, number in promises_hit(EVERYWHERE)] == [(second.pk, 2)]
    end_announcement(second.pk, by="staff:1", at=shop.at)
    work(shop)
    assert (_of(order).is_at_risk, _of(order).risk) == (False, "")
    names = [name for name in told_of(order) if name.startswith(("promises.at_risk", "promises.safe"))]
    assert sorted(names) == ["promises.at_risk"] * 6 + ["promises.safe_again"] * 2


@pytest.mark.usefixtures("post")
def test_told_of_a_notice_what_else_endangers_the_promise_goes_on(shop: Shop) -> None:
    [order] = ordered(shop, 1)
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)
    note_orders(Cause.NO_STOCK, [order.pk], at=shop.at + LATE)
    tell_all(shop, row)
    work(shop)

    assert (_of(order).risk, _of(order, "delivery").is_at_risk) == ("no_stock", False)
    assert _of(order).at_risk_since == shop.at + LATE
    clear_orders(Cause.NO_STOCK, order_ids=[order.pk], at=shop.at + 2 * LATE)
    assert not _of(order).is_at_risk
    assert not PromiseRisk.objects.filter(until=None).exists()


def test_what_has_ended_fears_nothing_more_and_says_what_it_feared(shop: Shop) -> None:
    [order] = ordered(shop, 1)
    note_orders(Cause.SUPPLIER, [order.pk], at=shop.at, notice="Yiwu Toys")
    note_broken(shop.at + timedelta(days=9))
    broken = Promise.objects.get(subject_id=order.pk, kind="dispatch")
    assert (broken.state, broken.risk, broken.risk_note) == ("broken", "supplier", "Yiwu Toys")
    assert not PromiseRisk.objects.filter(until=None).exists()


def test_of_two_orders_that_become_one_a_notice_endangers_the_earlier_date_once(shop: Shop) -> None:
    order, gone = bought(shop, (shop.small, 1)), bought(shop, (shop.small, 1))
    earlier = _of(gone).due_at - timedelta(hours=1)
    Promise.objects.filter(subject_id=gone.pk, kind="dispatch").update(due_at=earlier)
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)
    assert (_of(order).risk, _of(gone).risk) == (f"notice:{row.pk}", f"notice:{row.pk}")

    merge(shop, order, gone)

    stand = PromiseRisk.objects.filter(until=None, promise__kind="dispatch")
    assert list(stand.values_list("promise_id", "source_id")) == [(_of(order).pk, row.pk)]
    assert (_of(order).due_at, _of(order).is_at_risk) == (earlier, True)


def test_the_page_of_an_order_names_every_reason(shop: Shop) -> None:
    [order] = ordered(shop, 1)
    announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)
    note_orders(Cause.SUPPLIER, [order.pk], at=shop.at + LATE, notice="Yiwu Toys")

    page = client_of(make_staff()).get(f"/console/orders/{order.pk}").content.decode()

    # Beside the promise and under "Why this date?"; the arrival is in danger by the notice alone.
    assert page.count("A supplier is late (Yiwu Toys)") == 2
    assert page.count("In danger since Mon 23 Nov: Severe weather") == 4


def test_what_open_promises_said_before_there_were_records_becomes_one_with_its_source(shop: Shop) -> None:
    order, other = ordered(shop, 2)
    note_orders(Cause.SUPPLIER, [order.pk], at=shop.at, notice="Yiwu Toys")
    case = PromiseRisk.objects.get().source_id
    Promise.objects.filter(subject_id=other.pk).update(risk="notice:4", at_risk_since=shop.at)
    PromiseRisk.objects.all().delete()

    import_module("tradewind.promises.migrations.0005_risks_on_record").fill(apps, None)
    import_module("tradewind.shipping.migrations.0062_risks_of_cases").fill(apps, None)

    names = ("promise__subject_id", "cause", "source_kind", "source_id", "note")
    assert sorted(set(PromiseRisk.objects.values_list(*names))) == [
        (order.pk, "supplier", "trouble", case, "Yiwu Toys"),
        (other.pk, "notice:4", "notice", 4, ""),
    ]


def test_promises_of_before_know_whether_something_endangers_them_alone(shop: Shop) -> None:
    first, second, third = (_of(order) for order in ordered(shop, 3))
    put_at_risk(promise_id=first.pk, risk="no_scan", at=shop.at)
    put_at_risk(promise_id=second.pk, risk="notice:7", source=("notice", 7), at=shop.at)
    Promise.objects.update(is_feared_alone=False)

    import_module("tradewind.promises.migrations.0006_feared_alone").fill(apps, None)
    assert [_of_key(each.pk).is_feared_alone for each in (first, second, third)] == [True, False, False]


def _of_key(pk: int) -> Promise:
    return Promise.objects.get(pk=pk)
