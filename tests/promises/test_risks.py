"""A promise in danger for several reasons: each ends by itself, and what stands on the promise follows."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from tests.console.making import client_of, make_staff
from tests.messaging.test_special_notices import LATE, holding_back, ordered, tell_all, work
from tests.orders.changing import told_of
from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE
from tradewind.markets.announcing import announce, end_announcement
from tradewind.messaging.notice_telling import promises_hit
from tradewind.orders.models import Order
from tradewind.promises.making import share, unite
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.promises.risking import clear_all, put_at_risk
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
    note_orders(Cause.SUPPLIER, [order.pk], at=shop.at + LATE)
    tell_all(shop, row)
    work(shop)

    assert (_of(order).risk, _of(order, "delivery").is_at_risk) == ("supplier", False)
    clear_orders(Cause.SUPPLIER, order_ids=[order.pk], at=shop.at + 2 * LATE)
    assert not _of(order).is_at_risk
    assert not PromiseRisk.objects.filter(until=None).exists()


def test_a_divided_order_is_endangered_in_both_parts_and_what_has_ended_fears_nothing_more(shop: Shop) -> None:
    order, other = ordered(shop, 2)
    Promise.objects.filter(subject_id=other.pk).delete()
    put_at_risk(promise_id=_of(order).pk, risk="no_scan", at=shop.at, note="5 days", source=("trouble", 7))
    share(order_id=order.pk, with_order=other.pk, at=shop.at, by="staff:1")

    assert [clear_all([_of(order)], source=("trouble", 7), at=shop.at) for _ in range(2)] == [1, 0]
    assert ((_of(order).risk, _of(other).risk), _of(other).risk_note) == (("", "no_scan"), "5 days")
    note_broken(shop.at + timedelta(days=9))
    broken = Promise.objects.get(subject_id=other.pk, kind="dispatch")
    assert (broken.state, broken.risk) == ("broken", "no_scan")
    assert not PromiseRisk.objects.filter(until=None).exists()


def test_of_two_orders_that_become_one_what_endangered_either_endangers_the_earlier_date_once(shop: Shop) -> None:
    order, gone = ordered(shop, 2)
    Promise.objects.filter(subject_id=gone.pk, kind="dispatch").update(due_at=shop.at + timedelta(hours=1))
    for each, risk, source in (
        (order, "supplier", ("trouble", 7)),
        (order, "notice:4", ("notice", 4)),
        (gone, "notice:4", ("notice", 4)),
        (gone, "no_scan", ("trouble", 8)),
    ):
        assert put_at_risk(promise_id=_of(each).pk, risk=risk, at=shop.at, source=source)
    with transaction.atomic():
        unite(order_id=order.pk, gone=gone.pk, at=shop.at, by="staff:1")

    stand = PromiseRisk.objects.filter(until=None).order_by("cause").values_list("promise_id", "cause")
    assert list(stand) == [(_of(order).pk, cause) for cause in ("no_scan", "notice:4", "supplier")]
    assert (_of(order).due_at, _of(order).is_at_risk) == (shop.at + timedelta(hours=1), True)


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
