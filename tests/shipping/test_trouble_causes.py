"""Causes that nobody has to report: goods counted short, and days that are closed after they were promised."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction

from tests.console.making import make_order
from tests.orders.changing import bought
from tests.shipping.troubled import cases
from tests.shop import Shop
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel, Warehouse
from tradewind.inventory.queries import first_warehouse
from tradewind.inventory.reserving import NotEnoughStock, Wanted, reserve
from tradewind.inventory.stocktaking import count_short, receive
from tradewind.inventory.stops import CARRIER, SUPPLIER, Stop
from tradewind.lib.calendars import DayRange, country_calendar
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.holding import hold_order
from tradewind.orders.importing.promising import settle_promises
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping import days_changed
from tradewind.shipping.days_changed import Counted, hit_by, look_at_changed_days
from tradewind.shipping.departing import Departure
from tradewind.shipping.models import Trouble
from tradewind.shipping.shortages import Claim, look_for_shortages, unserved
from tradewind.shipping.trouble_cases import close_all
from tradewind.shipping.trouble_rules import Cause

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("units", "lying", "without"),
    [
        ((1, 1, 1), 3, set()),
        ((1, 1, 1), 2, {3}),
        ((1, 1, 1), -1, {1, 2, 3}),
        # Who needs more than is left leaves it to whoever comes later and needs less.
        ((1, 5, 1), 3, {2}),
    ],
)
def test_who_was_promised_last_goes_without(units: Sequence[int], lying: int, without: set[int]) -> None:
    claims = [Claim(place, each, AT + timedelta(days=place)) for place, each in enumerate(units, 1)]
    for some in itertools.permutations(claims):
        assert unserved(some, lying) == without


@pytest.mark.parametrize(
    ("kept", "is_awaited", "cause"),
    [
        (Departure(), True, None),
        (Departure(carriers=(Stop(CARRIER, DayRange(date(2026, 3, 4), date(2026, 3, 9))),)), False, None),
        (Departure(carriers=(Stop(CARRIER, DayRange(date(2026, 3, 3), date(2026, 3, 3))),)), False, Cause.HOLIDAY),
        (Departure(suppliers=(Stop(SUPPLIER, DayRange(MONDAY, MONDAY)),)), False, None),
        (Departure(suppliers=(Stop(SUPPLIER, DayRange(MONDAY, MONDAY)),)), True, Cause.SUPPLIER),
    ],
)
def test_a_stop_hits_what_cannot_leave_on_its_day_any_more(kept: Departure, is_awaited: bool, cause: Cause) -> None:
    calendar = country_calendar("CN", "Asia/Shanghai", [2026])
    counted = Counted(AT, time(16), 1, date(2026, 3, 3), is_awaited)
    assert hit_by(counted, calendar, kept) == cause


@pytest.mark.django_db
def test_goods_counted_short_are_a_case_of_the_youngest_orders_until_they_come(shop: Shop) -> None:
    first, second, third = (bought(shop, (shop.small, 2)) for _ in range(3))
    # The second was promised an earlier day than the first.
    due = Promise.objects.get(kind="dispatch", subject_id=first.pk).due_at
    Promise.objects.filter(kind="dispatch", subject_id=second.pk).update(due_at=due - timedelta(hours=1))
    _count(shop, 2)
    shop.small.refresh_from_db()
    assert shop.small.available == 0
    with pytest.raises(NotEnoughStock):
        reserve(subject=("order", 99), lines=[Wanted(shop.small.pk, 1)], warehouses=[shop.shenzhen.pk], at=shop.at)

    for _ in range(2):
        look_for_shortages(shop.at)
        assert _hit() == {first.pk: shop.small.sku, third.pk: shop.small.sku}
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=1, by="staff:1", at=shop.at)
    look_for_shortages(shop.at)
    assert set(_hit()) == {first.pk, third.pk}
    cancel_order(order=second, reason="buyer_asked", by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    look_for_shortages(shop.at)
    assert set(_hit()) == {third.pk}
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=1, by="staff:1", at=shop.at)
    assert [look_for_shortages(shop.at), look_for_shortages(shop.at)] == [1, 0]
    assert _hit() == {}
    level = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen)
    assert (level.on_hand, level.reserved, level.short) == (4, 4, 0)
    assert sum(level.movements.values_list("quantity", flat=True)) == 4


@pytest.mark.django_db
def test_days_closed_after_they_were_promised_are_cases_while_they_are_closed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days_changed, "_BATCH", 2)
    orders = [bought(shop, (shop.small, 1)) for _ in range(3)]
    hold_order(order_id=orders[0].pk, reason="waiting_goods", by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    close_all(list(Trouble.objects.all()), at=shop.at)
    Trouble.objects.all().delete()
    last = Promise.objects.filter(kind="dispatch").latest("last_day").last_day
    days = DayRange(shop.at.date() - timedelta(days=1), last)

    _close(days)
    assert [look_at_changed_days(shop.at) for _ in range(3)] == [2, 1, 0]
    assert cases() == [("holiday", "open")] * 3
    assert Promise.objects.filter(kind="dispatch", risk="holiday").count() == 3
    _close(None, Stop(SUPPLIER, days, "Yiwu Glass"))
    look_at_changed_days(shop.at)
    look_at_changed_days(shop.at)
    assert cases(state="open") == [("supplier", "open")]
    case = Trouble.objects.select_related("group").get(state="open")
    assert (case.order_id, case.group.notice) == (orders[0].pk, "Yiwu Glass")
    _close(None)
    look_at_changed_days(shop.at)
    look_at_changed_days(shop.at)
    assert cases(state="open") == []
    assert Promise.objects.filter(kind="dispatch").exclude(risk="").count() == 0


# What the file says of the last day, or nothing: then the channel's rule counts one working day after the payment.
@pytest.mark.django_db
@pytest.mark.parametrize("ship_by", [{}, {"ship_by": "2026-11-25T00:00:00+00:00"}])
def test_days_closed_late_hit_what_was_sold_elsewhere_counted_from_its_payment(
    shop: Shop, ship_by: dict[str, str]
) -> None:
    for number in (1, 2):
        _sold_on_ebay(number, **ship_by)
    at, first = shop.at + timedelta(hours=3), first_warehouse()
    assert first is not None

    _close_first(None)
    look_at_changed_days(at)
    assert cases() == []
    _close_first(DayRange(date(2026, 11, 24), date(2026, 11, 27)))
    assert [look_at_changed_days(at), look_at_changed_days(at)] == [2, 0]
    assert cases() == [("holiday", "open")] * 2
    assert set(Promise.objects.values_list("risk", "risk_note")) == {("holiday", first.code)}
    _close_first(None)
    look_at_changed_days(at)
    assert cases(state="open") == []


@pytest.mark.django_db
def test_what_our_own_handling_makes_late_for_a_channel_has_no_closed_day_to_blame(shop: Shop) -> None:
    _sold_on_ebay(1)
    Warehouse.objects.update(handling_days=9)
    _close_first(DayRange(date(2026, 11, 24), date(2026, 11, 27)))
    assert look_at_changed_days(shop.at) == 1
    assert cases() == []


def _sold_on_ebay(number: int, **moments: str) -> None:
    """Ordered on a Sunday, paid on Monday 23 November at midnight in California, as eBay's file says it."""
    paid_at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    source = {"moments": {"paid_at": paid_at.isoformat(), **moments}, "others": {}}
    placed_at = paid_at - timedelta(hours=30)
    order = make_order(number, account="eBay DE", state="paid", placed_at=placed_at, source=source)
    with transaction.atomic():
        settle_promises([order], "ebay", at=paid_at)


def _close_first(days: DayRange | None) -> None:
    first = first_warehouse()
    assert first is not None
    closures = [[days.first.isoformat(), days.last.isoformat()]] if days else []
    Warehouse.objects.filter(pk=first.pk).update(closures=closures, look_after=0)


def _count(shop: Shop, counted: int) -> None:
    count_short(
        variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=counted, reason="broken", by="staff:1", at=shop.at
    )


def _hit() -> dict[int, str]:
    rows = Trouble.objects.filter(cause="no_stock", state="open")
    return dict(rows.values_list("order_id", "group__notice"))


def _close(days: DayRange | None, *stops: Stop) -> None:
    closures = [[days.first.isoformat(), days.last.isoformat()]] if days else []
    Warehouse.objects.update(closures=closures, stops=[stop.as_data() for stop in stops], look_after=None)
    code = Order.objects.latest("pk").delivery_option["warehouse"]
    Warehouse.objects.filter(code=code).update(look_after=0)
