"""Whatever is received, counted, reserved, released and shipped, in whatever order: no unit appears or disappears."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.shop import Shop, open_shop
from tradewind.catalog.models import Product, Variant
from tradewind.inventory.models import Reservation, StockLevel, StockMovement, Warehouse
from tradewind.inventory.reserving import NotEnoughStock, Wanted, release, reserve, ship
from tradewind.inventory.stocktaking import ReservedIsMore, adjust, receive

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ORDERS = st.integers(min_value=1, max_value=4)
UNITS = st.integers(min_value=1, max_value=6)
SIDES = st.integers(min_value=0, max_value=1)


class StockRoom(RuleBasedStateMachine):
    """Two variants, two warehouses, four orders, and a model of them in plain dictionaries."""

    @initialize()
    def open(self) -> None:
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.shop: Shop = open_shop(AT, stock=0)
        self.on_hand = {(v, w): 0 for v in (0, 1) for w in (0, 1)}
        self.held: dict[int, list[tuple[int, int]]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)  # Django's signature
        self.frame.__exit__(None, None, None)

    def _place(self, side: int) -> Warehouse:
        return (self.shop.shenzhen, self.shop.frankfurt)[side]

    def _free(self, variant: int) -> int:
        held = sum(units for parts in self.held.values() for which, units in parts if which == variant)
        return sum(units for (which, _), units in self.on_hand.items() if which == variant) - held

    @rule(variant=SIDES, side=SIDES, units=UNITS)
    def goods_arrive(self, variant: int, side: int, units: int) -> None:
        receive(
            variant_id=self.shop.variants[variant].pk, warehouse=self._place(side), quantity=units, by="staff:1", at=AT
        )
        self.on_hand[variant, side] += units

    @rule(variant=SIDES, side=SIDES, counted=st.integers(min_value=0, max_value=8))
    def somebody_counts(self, variant: int, side: int, counted: int) -> None:
        try:
            adjust(
                variant_id=self.shop.variants[variant].pk,
                warehouse=self._place(side),
                counted=counted,
                reason="count",
                by="staff:1",
                at=AT,
            )
        except ReservedIsMore:
            held = Reservation.objects.filter(
                level__variant_id=self.shop.variants[variant].pk, level__warehouse=self._place(side), state="held"
            )
            assert sum(held.values_list("quantity", flat=True)) > counted
        else:
            self.on_hand[variant, side] = counted

    @rule(order=ORDERS, variant=SIDES, units=UNITS)
    def an_order_reserves(self, order: int, variant: int, units: int) -> None:
        wanted = [Wanted(self.shop.variants[variant].pk, units)]
        warehouses = [self.shop.shenzhen.pk, self.shop.frankfurt.pk]
        try:
            reserve(subject=("order", order), lines=wanted, warehouses=warehouses, at=AT)
        except NotEnoughStock:
            assert units > self._free(variant)
        else:
            assert units <= self._free(variant)
            self.held.setdefault(order, []).append((variant, units))

    @rule(order=ORDERS)
    def an_order_gives_back(self, order: int) -> None:
        assert release(subject=("order", order), at=AT) == sum(units for _, units in self.held.pop(order, []))

    @rule(order=ORDERS)
    def an_order_is_shipped(self, order: int) -> None:
        parts = Reservation.objects.filter(subject_id=order, state=Reservation.State.HELD).select_related("level")
        for part in parts:
            variant = [v.pk for v in self.shop.variants].index(part.level.variant_id)
            side = [self.shop.shenzhen.pk, self.shop.frankfurt.pk].index(part.level.warehouse_id)
            self.on_hand[variant, side] -= part.quantity
        assert ship(subject=("order", order), at=AT) == sum(units for _, units in self.held.pop(order, []))

    @invariant()
    def the_books_agree_with_the_model(self) -> None:
        if not hasattr(self, "shop"):
            return
        for number, variant in enumerate(self.shop.variants):
            levels = list(StockLevel.objects.filter(variant_id=variant.pk))
            for level in levels:
                side = [self.shop.shenzhen.pk, self.shop.frankfurt.pk].index(level.warehouse_id)
                moved = sum(StockMovement.objects.filter(level=level).values_list("quantity", flat=True))
                held = sum(Reservation.objects.filter(level=level, state="held").values_list("quantity", flat=True))
                assert level.on_hand == moved == self.on_hand[number, side]
                assert level.reserved == held
            free = sum(level.on_hand - level.reserved for level in levels)
            assert free == self._free(number)
            assert Variant.objects.get(pk=variant.pk).available == free
        sellable = Variant.objects.filter(product=self.shop.product, available__gt=0).exists()
        assert Product.objects.get(pk=self.shop.product.pk).is_available == sellable


@pytest.mark.django_db
@pytest.mark.slow
def test_no_unit_appears_or_disappears() -> None:
    run_state_machine_as_test(
        StockRoom,
        settings=settings(
            max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
