"""The queue: counted by the worker, kept with the warehouse, and steady: pages are made anew only when the day moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.console.making import make_order
from tests.shop import Shop
from tradewind.inventory.models import Reservation, StockLevel, Warehouse
from tradewind.lib.calendars import china_working_calendar
from tradewind.markets.models import Market
from tradewind.orders.models import Order
from tradewind.shipping.loading import count_load, room_on
from tradewind.shipping.quoting import Goods, quotes_for

CHINA = china_working_calendar([2026])
MONDAY = date(2026, 11, 23)
MUG = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen"}))


@pytest.mark.parametrize(
    ("today", "waiting", "sent", "room"),
    [
        (MONDAY, 9, 0, None),
        (MONDAY, 10, 0, date(2026, 11, 24)),
        (MONDAY, 59, 0, date(2026, 11, 30)),  # five days of ten, and a weekend
        (MONDAY, 29, 30, date(2026, 11, 30)),  # the same in the evening
        (date(2026, 11, 28), 20, 5, date(2026, 12, 2)),  # a Saturday: what left counts for no day
    ],
)
def test_the_day_with_room_follows_from_queue_and_capacity(
    today: date, waiting: int, sent: int, room: date | None
) -> None:
    assert room_on(waiting=waiting, sent=sent, per_day=10, today=today, calendar=CHINA) == room


@pytest.fixture
def limited(shop: Shop) -> Shop:
    Warehouse.objects.filter(pk=shop.shenzhen.pk).update(per_day=10)
    return shop


def queue(number: int, *, begin: int = 1, **more: object) -> None:
    for each in range(begin, begin + number):
        make_order(each, state="paid", delivery_option={"warehouse": "shenzhen"}, **more)


def versions() -> list[int]:
    return list(Market.objects.order_by("pk").values_list("version", flat=True))


def room(shop: Shop) -> date | None:
    return Warehouse.objects.get(pk=shop.shenzhen.pk).room_on


def test_new_quotes_leave_on_the_day_with_room_and_pages_count_nothing(
    limited: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    queue(25)

    count_load(limited.at)

    market = limited.market()
    [quote] = quotes_for(market, "DE", MUG, at=limited.at)
    assert (quote.leaves_on, quote.inputs["room_on"]) == (date(2026, 11, 25), "2026-11-25")
    with django_assert_num_queries(0):
        quotes_for(market, "DE", MUG, at=limited.at)


def test_pages_are_made_anew_only_when_the_day_moves_clearly(limited: Shop) -> None:
    queue(20)
    count_load(limited.at)
    first = versions()
    assert room(limited) == date(2026, 11, 25)

    # One more or less at the edge of a day: it stays.
    Order.objects.filter(external_id="").order_by("pk")[0].delete()
    steady = [count_load(limited.at + timedelta(minutes=5)), room(limited), versions()]
    # Clearly shorter.
    for order in Order.objects.order_by("pk")[:3]:
        order.delete()
    moved = count_load(limited.at + timedelta(minutes=10))

    assert steady == [0, date(2026, 11, 25), first]
    assert (moved, room(limited)) == (1, date(2026, 11, 24))
    assert versions() > first


def test_what_left_today_takes_of_todays_room(limited: Shop) -> None:
    queue(12)
    level = StockLevel.objects.get(variant_id=limited.small.pk)
    for number in range(8):
        Reservation.objects.create(
            level=level,
            subject_kind="order",
            subject_id=1000 + number,
            quantity=1,
            state=Reservation.State.SHIPPED,
            made_at=limited.at,
            settled_at=limited.at,
        )

    count_load(limited.at)
    after_midnight = datetime(2026, 11, 23, 16, 1, tzinfo=UTC)
    today, evening = room(limited), (count_load(after_midnight), room(limited))

    assert today == date(2026, 11, 25)
    assert evening == (0, date(2026, 11, 25))


def test_only_what_has_to_leave_from_there_counts(limited: Shop) -> None:
    queue(9)
    make_order(20, state="awaiting_payment", delivery_option={"warehouse": "shenzhen"})
    make_order(21, state="paid", delivery_option={"warehouse": "frankfurt"})
    make_order(22, state="paid", delivery_option={"warehouse": "shenzhen"}, held_at=limited.at)
    recent = limited.at - timedelta(days=1)
    make_order(23, state="paid", account="amazon", source={"others": {"fulfilled_by": "Amazon"}}, placed_at=recent)
    make_order(24, state="paid", account="amazon", source={}, placed_at=limited.at - timedelta(days=40))
    count_load(limited.at)
    assert (Warehouse.objects.get(pk=limited.shenzhen.pk).waiting, room(limited)) == (9, None)

    # Of a sales channel, and to be sent by us: from the first warehouse.
    make_order(25, state="paid", account="amazon", source={"others": {"fulfilled_by": "Merchant"}}, placed_at=recent)
    count_load(limited.at)
    assert (Warehouse.objects.get(pk=limited.shenzhen.pk).waiting, room(limited)) == (10, date(2026, 11, 24))


def test_without_a_limit_nothing_is_counted(shop: Shop, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    queue(25)

    with django_assert_num_queries(1):
        count_load(shop.at)

    assert room(shop) is None
