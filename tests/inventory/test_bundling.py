"""Bundles are in stock as far as their parts are, and nothing is sold twice through them."""

import threading
from datetime import datetime
from functools import partial

import pytest
from django.test import Client

from tests.at_once import succeed_at_once
from tests.shop import Shop, open_shop
from tradewind.catalog.models import Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.checkout.placing import QuoteGotWorse
from tradewind.checkout.summary import FEWER_TOGETHER, Choice, summarise
from tradewind.core.models import FactRecord
from tradewind.inventory.bundling import NestedBundle, NotAPart, Part, PartNotKnown, StockOfItsOwn, set_parts
from tradewind.inventory.models import Reservation, StockLevel
from tradewind.inventory.reserving import NotEnoughStock, Wanted, release, reserve, ship
from tradewind.inventory.stocktaking import IsABundle, adjust, receive
from tradewind.lib.money import Money


def make_set(shop: Shop, small: int = 2, large: int = 1, sku: str = "SET") -> Variant:
    """A set of two small mugs and a large one."""
    bundle = Variant.objects.create(product=shop.product, sku=sku, weight_g=900, position=9, options={"size": sku})
    for market, currency in ((shop.de, "EUR"), (shop.world, "USD")):
        set_price(
            variant=bundle, market_id=market.pk, price=Money(2500, currency), by="system", at=shop.at, reason="opening"
        )
    parts = [Part(shop.small.pk, small), Part(shop.large.pk, large)]
    set_parts(bundle=bundle, parts=parts, by="staff:1", at=shop.at)
    return bundle


def shown(variant: Variant) -> tuple[int, list[str]]:
    variant.refresh_from_db()
    return variant.available, variant.stocked_at


def buy(shop: Shop, variant: Variant, quantity: int = 1, *, order: int = 1) -> list[Reservation]:
    lines = [Wanted(variant.pk, quantity)]
    return reserve(subject=("order", order), lines=lines, warehouses=[shop.shenzhen.pk, shop.frankfurt.pk], at=shop.at)


def reserved(variant: Variant) -> int:
    return sum(StockLevel.objects.filter(variant_id=variant.pk).values_list("reserved", flat=True))


def test_a_bundle_is_there_as_often_as_its_scarcest_part_allows(shop: Shop) -> None:
    assert shown(make_set(shop)) == (5, ["shenzhen"])  # ten small ones make five pairs


def test_it_leaves_from_one_place_that_has_all_of_it(shop: Shop) -> None:
    bundle = make_set(shop)

    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=6, by="system", at=shop.at)
    assert shown(bundle) == (5, ["shenzhen"])
    receive(variant_id=shop.large.pk, warehouse=shop.frankfurt, quantity=2, by="system", at=shop.at)
    assert shown(bundle) == (7, ["shenzhen", "frankfurt"])


def test_selling_a_part_lowers_the_bundle_and_selling_the_bundle_lowers_its_parts(shop: Shop) -> None:
    bundle = make_set(shop)

    buy(shop, shop.small, 3)
    assert shown(bundle)[0] == 3
    buy(shop, bundle, 2, order=2)

    assert (shown(bundle)[0], shown(shop.small)[0], shown(shop.large)[0]) == (1, 3, 8)
    assert (reserved(shop.small), reserved(shop.large), reserved(bundle)) == (7, 2, 0)


def test_its_parts_leave_the_house_or_come_back_with_the_order(shop: Shop) -> None:
    bundle = make_set(shop)
    buy(shop, bundle, 2)
    buy(shop, bundle, 1, order=2)

    assert ship(subject=("order", 1), at=shop.at) == 6
    assert release(subject=("order", 2), at=shop.at) == 3

    assert (shown(bundle)[0], shown(shop.small)[0], shown(shop.large)[0]) == (3, 6, 8)


def test_the_page_says_at_once_that_a_set_is_sold_out_and_when_it_is_back(shop: Shop) -> None:
    from django.core.cache import cache

    cache.clear()
    make_set(shop)

    def page() -> str:
        return Client().get("/de/de/product/mug/?size=SET").content.decode()

    assert "https://schema.org/OutOfStock" not in page()
    buy(shop, shop.large, 10)
    assert "https://schema.org/OutOfStock" in page()
    release(subject=("order", 1), at=shop.at)
    assert "https://schema.org/OutOfStock" not in page()


def test_running_out_and_coming_back_are_facts_of_the_bundle_too(shop: Shop) -> None:
    bundle = make_set(shop)
    buy(shop, shop.large, 10)
    release(subject=("order", 1), at=shop.at)

    names = FactRecord.objects.filter(name__startswith="inventory.", data__variant_id=bundle.pk).order_by("pk")
    assert list(names.values_list("name", flat=True)) == [
        "inventory.came_back",
        "inventory.bundle_changed",
        "inventory.ran_out",
        "inventory.came_back",
    ]


def test_demand_is_summed_over_a_bundle_and_its_parts_before_anything_is_held(shop: Shop) -> None:
    bundle = make_set(shop)
    lines = [Wanted(bundle.pk, 4), Wanted(shop.small.pk, 3)]

    with pytest.raises(NotEnoughStock) as refusal:
        reserve(subject=("order", 1), lines=lines, warehouses=[shop.shenzhen.pk], at=shop.at)

    assert (refusal.value.variant_id, refusal.value.wanted) == (shop.small.pk, 11)
    assert not Reservation.objects.exists()


def test_a_cart_with_a_set_and_its_part_is_judged_together(shop: Shop) -> None:
    bundle = make_set(shop)
    cart = shop.cart((bundle, 5), (shop.small, 1))

    summary = summarise(cart, shop.market(), Choice("DE"), language="de", at=shop.at)

    assert [line.problem for line in summary.lines] == ["", FEWER_TOGETHER]
    assert not summary.can_be_placed
    assert "Zusammen mit dem Übrigen" in _cart_page(cart.key)


def test_one_of_each_is_no_problem(shop: Shop) -> None:
    summary = summarise(
        shop.cart((make_set(shop), 1), (shop.small, 1)), shop.market(), Choice("DE"), language="de", at=shop.at
    )

    assert summary.can_be_placed


def test_an_order_keeps_what_its_set_consisted_of(shop: Shop) -> None:
    bundle = make_set(shop)
    placed = shop.place(shop.cart((bundle, 2)))

    set_parts(bundle=bundle, parts=[Part(shop.large.pk, 1)], by="staff:1", at=shop.at)

    line = placed.order.lines.get(variant_id=bundle.pk)
    assert line.parts == [[shop.small.sku, 2], [shop.large.sku, 1]]
    assert (reserved(shop.small), reserved(shop.large)) == (4, 2)


def test_what_the_parts_may_not_travel_with_the_set_may_not_either(shop: Shop) -> None:
    Variant.objects.filter(pk=shop.large.pk).update(customs={"traits": ["battery"]})

    bundle = make_set(shop)

    assert bundle.customs["traits"] == ["battery"]


def test_a_set_of_sets_and_parts_that_are_none_are_refused(shop: Shop) -> None:
    bundle = make_set(shop)
    other = Variant.objects.create(product=shop.product, sku="OTHER", weight_g=1)

    for parts, refusal in [
        ([Part(bundle.pk, 1)], NestedBundle),
        ([Part(10**9, 1)], PartNotKnown),
        ([Part(other.pk, 1)], PartNotKnown),
        ([Part(shop.small.pk, 0)], NotAPart),
        ([Part(shop.small.pk, 1), Part(shop.small.pk, 2)], NotAPart),
    ]:
        with pytest.raises(refusal):
            set_parts(bundle=other, parts=parts, by="staff:1", at=shop.at)
    with pytest.raises(NestedBundle):
        set_parts(bundle=shop.small, parts=[Part(other.pk, 1)], by="staff:1", at=shop.at)
    with pytest.raises(StockOfItsOwn):
        set_parts(bundle=_stocked(shop, other), parts=[Part(shop.small.pk, 1)], by="staff:1", at=shop.at)


def test_a_bundle_is_not_received_or_counted(shop: Shop) -> None:
    bundle = make_set(shop)

    with pytest.raises(IsABundle):
        receive(variant_id=bundle.pk, warehouse=shop.shenzhen, quantity=1, by="system", at=shop.at)
    with pytest.raises(IsABundle):
        adjust(variant_id=bundle.pk, warehouse=shop.shenzhen, counted=1, reason="?", by="system", at=shop.at)


def test_saying_the_same_again_changes_nothing_and_no_parts_make_it_a_thing_by_itself(shop: Shop) -> None:
    bundle = make_set(shop)
    parts = [Part(shop.large.pk, 1), Part(shop.small.pk, 2)]

    assert set_parts(bundle=bundle, parts=parts, by="staff:1", at=shop.at) is False
    assert set_parts(bundle=bundle, parts=[], by="staff:1", at=shop.at) is True
    assert shown(bundle) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_buyers_of_sets_and_of_parts_at_once_get_no_more_than_there_is(now: datetime) -> None:
    shop = open_shop(now, stock=4)
    bundle = make_set(shop)

    crowd = [partial(buy, shop, bundle if number % 2 else shop.small, order=number) for number in range(1, 17)]
    served = succeed_at_once(*crowd, refusals=(NotEnoughStock, QuoteGotWorse))

    held = {variant.pk: reserved(variant) for variant in (shop.small, shop.large)}
    sets = held[shop.large.pk]
    assert held[shop.small.pk] == 4
    assert served == sets + (4 - 2 * sets)
    assert shown(bundle)[0] == 0
    assert shown(shop.small)[0] == 0
    assert shown(shop.large)[0] == 4 - sets


@pytest.mark.django_db(transaction=True)
def test_reading_first_and_holding_later_would_sell_too_much(now: datetime) -> None:
    """The control: sixteen buyers who all see enough are too many for what there is."""
    shop = open_shop(now, stock=4)
    bundle = make_set(shop)
    looked = threading.Barrier(16)
    wanted: list[int] = []

    def look_and_want(buyer: int) -> None:
        variant = Variant.objects.get(pk=bundle.pk if buyer % 2 else shop.small.pk)
        looked.wait()
        if variant.available > 0:
            wanted.append(2 if buyer % 2 else 1)

    assert succeed_at_once(*[partial(look_and_want, number) for number in range(1, 17)]) == 16
    assert sum(wanted) > 4


@pytest.mark.django_db(transaction=True)
def test_selling_different_parts_at_once_leaves_the_set_shown_right(now: datetime) -> None:
    shop = open_shop(now, stock=10)
    bundle = make_set(shop, 1, 1)

    for _ in range(3):
        crowd = [partial(buy, shop, shop.large if number % 2 else shop.small, order=number) for number in range(1, 9)]
        succeed_at_once(*crowd, refusals=(NotEnoughStock, QuoteGotWorse))
        for order in range(1, 9):
            release(subject=("order", order), at=shop.at)

    assert shown(bundle) == (10, ["shenzhen"])
    assert Product.objects.get(pk=shop.product.pk).is_available


def _stocked(shop: Shop, variant: Variant) -> Variant:
    receive(variant_id=variant.pk, warehouse=shop.shenzhen, quantity=1, by="system", at=shop.at)
    return variant


def _cart_page(key: str) -> str:
    client = Client()
    client.cookies["tw_cart"] = key
    return client.get("/de/de/cart/").content.decode()
