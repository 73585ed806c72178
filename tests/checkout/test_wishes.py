"""Wish lists: what may be on them, what keeps them, and when they are forgotten."""

import threading
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.shop import Shop, open_shop
from tradewind.catalog.models import Product, Variant
from tradewind.checkout.carts import NoSuchVariant
from tradewind.checkout.models import Wish, WishList
from tradewind.checkout.wishes import (
    KEPT_FOR,
    MOST_WISHES,
    WishListFull,
    add_wish,
    find_list,
    forget_wishes,
    remove_wish,
    wished,
)


def fill(wish_list: WishList, count: int) -> None:
    Wish.objects.bulk_create(Wish(wish_list=wish_list, variant_id=900_000 + number) for number in range(count))


def test_the_same_thing_twice_is_on_the_list_once(shop: Shop) -> None:
    wish_list = add_wish(None, variant_id=shop.small.pk, at=shop.at)
    again = add_wish(wish_list.key, variant_id=shop.small.pk, at=shop.at)

    assert again.pk == wish_list.pk
    assert list(Wish.objects.values_list("variant_id", flat=True)) == [shop.small.pk]


def test_what_is_not_on_sale_cannot_be_wished_for_and_leaves_no_empty_list(shop: Shop) -> None:
    with pytest.raises(NoSuchVariant):
        add_wish(None, variant_id=999_999, at=shop.at)
    Variant.objects.filter(pk=shop.small.pk).update(is_offered=False)
    with pytest.raises(NoSuchVariant):
        add_wish(None, variant_id=shop.small.pk, at=shop.at)

    assert WishList.objects.count() == 0


def test_a_full_list_takes_nothing_more_and_keeps_what_it_has(shop: Shop) -> None:
    wish_list = add_wish(None, variant_id=shop.small.pk, at=shop.at)
    fill(wish_list, MOST_WISHES - 1)

    with pytest.raises(WishListFull):
        add_wish(wish_list.key, variant_id=shop.large.pk, at=shop.at)
    add_wish(wish_list.key, variant_id=shop.small.pk, at=shop.at)  # it is there already

    assert wish_list.wishes.count() == MOST_WISHES


def test_the_last_wish_comes_first_and_what_went_offline_keeps_its_name(shop: Shop) -> None:
    wish_list = add_wish(None, variant_id=shop.small.pk, at=shop.at)
    add_wish(wish_list.key, variant_id=shop.large.pk, at=shop.at)
    Variant.objects.filter(pk=shop.small.pk).update(is_offered=False)
    fill(wish_list, 1)

    lines = wished(wish_list, market_id=shop.de.pk, language="de")

    assert [(line.variant_id, line.offer is None, line.title) for line in lines] == [
        (900_000, True, ""),
        (shop.large.pk, False, ""),
        (shop.small.pk, True, "Becher, small"),
    ]
    Product.objects.update(state=Product.State.OFFLINE)
    assert [line.offer for line in wished(wish_list, market_id=shop.de.pk, language="de")] == [None] * 3


def test_taking_the_last_wish_off_erases_the_list(shop: Shop) -> None:
    wish_list = add_wish(None, variant_id=shop.small.pk, at=shop.at)
    add_wish(wish_list.key, variant_id=shop.large.pk, at=shop.at)

    remove_wish(wish_list.key, variant_id=shop.small.pk, at=shop.at)
    remove_wish(wish_list.key, variant_id=shop.small.pk, at=shop.at)
    assert list(Wish.objects.values_list("variant_id", flat=True)) == [shop.large.pk]
    remove_wish(wish_list.key, variant_id=shop.large.pk, at=shop.at)
    remove_wish(wish_list.key, variant_id=shop.large.pk, at=shop.at)

    assert WishList.objects.count() == 0


def test_a_list_that_nobody_looked_at_for_a_year_is_forgotten_and_looking_keeps_it(shop: Shop) -> None:
    add_wish(None, variant_id=shop.small.pk, at=shop.at)
    looked_at = add_wish(None, variant_id=shop.small.pk, at=shop.at)
    find_list(looked_at.key, at=shop.at + timedelta(days=30))

    forget_wishes(shop.at + KEPT_FOR + timedelta(minutes=1))

    assert list(WishList.objects.values_list("pk", flat=True)) == [looked_at.pk]
    assert Wish.objects.count() == 1


def test_a_forgotten_or_forged_key_finds_no_list(shop: Shop) -> None:
    assert find_list(None, at=shop.at) is None
    assert find_list("forged", at=shop.at) is None
    assert add_wish("forged", variant_id=shop.small.pk, at=shop.at).key != "forged"


def _almost_full(shop: Shop) -> tuple[WishList, list[int]]:
    """A list with one place left, and eight other variants to wish for."""
    wish_list = add_wish(None, variant_id=shop.small.pk, at=shop.at)
    fill(wish_list, MOST_WISHES - 2)
    made = [Variant.objects.create(product=shop.product, sku=f"X-{n}", weight_g=1, position=n + 2) for n in range(8)]
    return wish_list, [variant.pk for variant in made]


@pytest.mark.django_db(transaction=True)
def test_of_eight_wishes_at_once_one_takes_the_last_place(now: datetime) -> None:
    wish_list, wanted = _almost_full(open_shop(now))

    def wish(number: int) -> None:
        add_wish(wish_list.key, variant_id=wanted[number], at=now)

    assert succeed_at_once(*[partial(wish, number) for number in range(8)], refusals=(WishListFull,)) == 1
    assert wish_list.wishes.count() == MOST_WISHES


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_wishes_all_find_room(now: datetime) -> None:
    """The control: counting before and writing after, with nothing held between."""
    wish_list, wanted = _almost_full(open_shop(now))
    between = threading.Barrier(8)

    def wish(number: int) -> None:
        present = wish_list.wishes.count()
        between.wait()
        if present >= MOST_WISHES:
            raise WishListFull
        with transaction.atomic():
            Wish.objects.create(wish_list=wish_list, variant_id=wanted[number])

    assert succeed_at_once(*[partial(wish, number) for number in range(8)]) == 8
    assert wish_list.wishes.count() == MOST_WISHES + 7
