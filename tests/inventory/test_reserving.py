"""Nothing is sold twice."""

import threading
from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import F

from tests.at_once import succeed_at_once
from tests.shop import Shop, open_shop
from tradewind.catalog.models import Product, Variant
from tradewind.core.models import FactRecord
from tradewind.inventory.models import Reservation, StockLevel, StockMovement
from tradewind.inventory.reserving import NotEnoughStock, Wanted, release, reserve, ship
from tradewind.inventory.stocktaking import NotAQuantity, ReservedIsMore, adjust, receive


def _reserve(shop: Shop, quantity: int, *, order: int = 1, variant: Variant | None = None) -> list[Reservation]:
    return reserve(
        subject=("order", order),
        lines=[Wanted((variant or shop.small).pk, quantity)],
        warehouses=[shop.shenzhen.pk, shop.frankfurt.pk],
        at=shop.at,
    )


def _level(shop: Shop, variant: Variant | None = None) -> StockLevel:
    return StockLevel.objects.get(variant_id=(variant or shop.small).pk, warehouse=shop.shenzhen)


def test_reserving_holds_units_and_writes_what_is_left_into_the_catalogue(shop: Shop) -> None:
    _reserve(shop, 4)

    assert (_level(shop).on_hand, _level(shop).reserved) == (10, 4)
    shop.small.refresh_from_db()
    assert (shop.small.available, shop.small.stocked_at) == (6, ["shenzhen"])


def test_releasing_gives_everything_back_and_a_second_time_nothing(shop: Shop) -> None:
    _reserve(shop, 4)

    assert release(subject=("order", 1), at=shop.at) == 4
    assert release(subject=("order", 1), at=shop.at) == 0
    assert _level(shop).reserved == 0


def test_shipping_takes_units_off_the_shelf_and_out_of_the_reservation(shop: Shop) -> None:
    _reserve(shop, 4)

    assert ship(subject=("order", 1), at=shop.at) == 4

    assert (_level(shop).on_hand, _level(shop).reserved) == (6, 0)
    assert sum(StockMovement.objects.filter(level=_level(shop)).values_list("quantity", flat=True)) == 6


def test_two_lines_of_one_item_are_summed_before_the_test(shop: Shop) -> None:
    with pytest.raises(NotEnoughStock) as refusal:
        reserve(
            subject=("order", 1),
            lines=[Wanted(shop.small.pk, 6), Wanted(shop.small.pk, 6)],
            warehouses=[shop.shenzhen.pk],
            at=shop.at,
        )

    assert (refusal.value.wanted, refusal.value.available) == (12, 10)
    assert _level(shop).reserved == 0


def test_all_lines_are_held_or_none(shop: Shop) -> None:
    with pytest.raises(NotEnoughStock):
        reserve(
            subject=("order", 1),
            lines=[Wanted(shop.small.pk, 1), Wanted(shop.large.pk, 11)],
            warehouses=[shop.shenzhen.pk],
            at=shop.at,
        )

    assert _level(shop).reserved == 0
    assert Reservation.objects.count() == 0


def test_one_warehouse_that_has_all_goes_before_two_that_have_parts(shop: Shop) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=20, by="system", at=shop.at)

    made = _reserve(shop, 15)

    assert [(r.level.warehouse_id, r.quantity) for r in made] == [(shop.frankfurt.pk, 15)]


def test_two_warehouses_together_serve_what_neither_has_alone(shop: Shop) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=3, by="system", at=shop.at)

    made = _reserve(shop, 12)

    assert [(r.level.warehouse_id, r.quantity) for r in made] == [(shop.shenzhen.pk, 10), (shop.frankfurt.pk, 2)]


def test_the_last_unit_ends_the_sale_and_a_return_of_stock_opens_it_again(shop: Shop) -> None:
    _reserve(shop, 10, variant=shop.small)
    _reserve(shop, 10, order=2, variant=shop.large)

    assert Product.objects.get(pk=shop.product.pk).is_available is False
    release(subject=("order", 1), at=shop.at)
    assert Product.objects.get(pk=shop.product.pk).is_available is True
    names = list(FactRecord.objects.filter(name__startswith="inventory.").order_by("pk").values_list("name", "data"))
    assert names[-3:] == [
        ("inventory.ran_out", {"variant_id": shop.small.pk}),
        ("inventory.ran_out", {"variant_id": shop.large.pk}),
        ("inventory.came_back", {"variant_id": shop.small.pk, "available": 10}),
    ]


def test_a_page_gets_a_new_version_only_when_it_says_something_else(shop: Shop) -> None:
    def version() -> int:
        return Product.objects.values_list("stock_version", flat=True).get(pk=shop.product.pk)

    before = version()
    _reserve(shop, 5)
    assert version() == before  # ten or five left: both are "in stock"
    _reserve(shop, 3, order=2)
    assert version() == before + 1  # "only two left"


def test_a_count_below_what_orders_hold_is_refused(shop: Shop) -> None:
    _reserve(shop, 4)

    with pytest.raises(ReservedIsMore) as refusal:
        adjust(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=3, reason="count", by="staff:1", at=shop.at)

    assert (refusal.value.reserved, refusal.value.counted) == (4, 3)
    assert _level(shop).on_hand == 10


def test_a_count_corrects_the_books_with_its_reason(shop: Shop) -> None:
    adjust(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=8, reason="two broken", by="staff:1", at=shop.at)

    movement = StockMovement.objects.latest("pk")
    assert (movement.quantity, movement.reason, movement.by) == (-2, "two broken", "staff:1")
    shop.small.refresh_from_db()
    assert shop.small.available == 8


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_receipt_of_nothing_is_refused(shop: Shop, quantity: int) -> None:
    with pytest.raises(NotAQuantity):
        receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=quantity, by="system", at=shop.at)


@pytest.mark.django_db(transaction=True)
def test_sixteen_buyers_at_once_get_the_three_units_that_there_are(now: datetime) -> None:
    shop = open_shop(now, stock=3)

    def buy(buyer: int) -> None:
        _reserve(shop, 1, order=buyer)

    assert succeed_at_once(*[partial(buy, number) for number in range(1, 17)], refusals=(NotEnoughStock,)) == 3
    assert (_level(shop).on_hand, _level(shop).reserved) == (3, 3)


@pytest.fixture
def no_check(transactional_db: None) -> Iterator[None]:
    """The table without its last line of defence, for the control."""
    table, name = StockLevel._meta.db_table, "stock_never_oversold"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    StockLevel.objects.update(reserved=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (on_hand >= reserved - short)")


def test_without_the_guard_the_same_buyers_oversell(no_check: None, now: datetime) -> None:
    """The control: reading, deciding and writing apart sells more than there is once the database lets it."""
    shop = open_shop(now, stock=3)
    level_id = _level(shop).pk
    between = threading.Barrier(16)

    def buy(buyer: int) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = ON")
        seen = StockLevel.objects.get(pk=level_id)
        between.wait()
        if seen.on_hand - seen.reserved < 1:
            raise NotEnoughStock(shop.small.pk, 1, 0)
        with transaction.atomic():
            StockLevel.objects.filter(pk=level_id).update(reserved=F("reserved") + 1)

    assert succeed_at_once(*[partial(buy, number) for number in range(1, 17)]) == 16
    assert _level(shop).reserved == 16
