"""The rows of lists say what prices, texts and stock say, after whatever happened, at the moment it is committed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalog.goods import Piece, add_goods, clothes, define_filters
from tests.shop import Shop
from tradewind.catalog.listing import forget_listing_changes, lists_key, note_changes, relist
from tradewind.catalog.models import AttributeValue, Listing, ListingChange, Product
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import publish
from tradewind.catalog.shelving import shelve, shelve_after_upgrade, shelve_all
from tradewind.core.models import SearchDocument
from tradewind.inventory.reserving import NotEnoughStock, Wanted, release, reserve
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money

FIELDS = ("product__slug", "market_id", "category_id", "lowest", "highest", "currency", "is_available", "recommended")


def rows() -> list[tuple[Any, ...]]:
    return list(Listing.objects.order_by("product_id", "market_id").values_list(*FIELDS))


def derived() -> list[list[tuple[Any, ...]]]:
    """Everything that is made of the products, without the numbers of rows and versions."""
    documents = SearchDocument.objects.filter(kind__startswith="goods.").order_by("kind", "subject_id")
    values = AttributeValue.objects.order_by("product_id", "variant_id", "attribute_id", "choice_id")
    return [
        rows(),
        list(documents.values_list("kind", "subject_id", "tokens")),
        list(values.values_list("product_id", "variant_id", "attribute_id", "choice_id", "number", "text")),
    ]


def test_a_product_is_listed_in_the_markets_that_have_a_price_for_it(shop: Shop) -> None:
    kitchen = shop.product.category_id

    assert rows() == [
        ("mug", shop.de.pk, kitchen, 1000, 1000, "EUR", True, 0),
        ("mug", shop.world.pk, kitchen, 900, 900, "USD", True, 0),
    ]


def test_a_price_is_in_the_list_with_the_change(shop: Shop) -> None:
    set_price(variant=shop.large, market_id=shop.de.pk, price=Money(1500, "EUR"), by="x", at=shop.at)

    assert [row[3:5] for row in rows()] == [(1000, 1500), (900, 900)]


def test_what_was_rolled_back_changes_neither_rows_nor_version(shop: Shop) -> None:
    before = rows(), lists_key("de")

    with transaction.atomic():
        set_price(variant=shop.large, market_id=shop.de.pk, price=Money(1500, "EUR"), by="x", at=shop.at)
        assert (rows(), lists_key("de")) != before
        transaction.set_rollback(True)

    assert (rows(), lists_key("de")) == before


def test_selling_out_puts_a_product_behind_the_others_and_coming_back_to_its_place(shop: Shop) -> None:
    places = [shop.shenzhen.pk]

    reserve(subject=("order", 1), lines=[Wanted(v.pk, 10) for v in shop.variants], warehouses=places, at=shop.at)
    assert [(row[6], row[7] > 2**39) for row in rows()] == [(False, True)] * 2
    release(subject=("order", 1), at=shop.at)
    assert [(row[6], row[7]) for row in rows()] == [(True, 0)] * 2


def test_a_unit_less_of_many_is_no_change_of_a_list(shop: Shop) -> None:
    before = lists_key("de")

    reserve(subject=("order", 1), lines=[Wanted(shop.small.pk, 1)], warehouses=[shop.shenzhen.pk], at=shop.at)

    assert lists_key("de") == before


def test_each_change_gives_the_markets_lists_a_version_that_they_never_had(shop: Shop) -> None:
    seen = [lists_key("de")]

    set_price(variant=shop.small, market_id=shop.world.pk, price=Money(1, "USD"), by="x", at=shop.at)
    assert lists_key("de") == seen[0]  # another market
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(1, "EUR"), by="x", at=shop.at)
    seen.append(lists_key("de"))
    publish(product=shop.product, languages=["en", "de", "zh"], by="x", at=shop.at)
    seen.append(lists_key("de"))
    forget_listing_changes(shop.at + timedelta(hours=1))
    seen.append(lists_key("de"))
    note_changes([shop.de.pk])
    seen.append(lists_key("de"))

    assert len(set(seen)) == len(seen)
    assert lists_key("mars") is None


def test_old_changes_are_forgotten_one_stays_for_each_market(shop: Shop) -> None:
    note_changes([shop.de.pk, shop.world.pk])
    assert ListingChange.objects.count() > 2

    assert forget_listing_changes(shop.at) > 0
    assert [row.market_id for row in ListingChange.objects.order_by("market_id")] == [shop.de.pk, shop.world.pk]
    assert forget_listing_changes(shop.at) == 0


def test_what_is_offline_is_neither_listed_nor_found(shop: Shop) -> None:
    Product.objects.update(state=Product.State.OFFLINE)
    shelve(shop.product)

    assert (rows(), SearchDocument.objects.filter(kind__startswith="goods.").count()) == ([], 0)


def test_a_shop_that_was_there_before_lists_were_is_listed_by_the_schedule(shop: Shop) -> None:
    before = derived()
    Listing.objects.all().delete()
    SearchDocument.objects.filter(kind__startswith="goods.").delete()

    assert shelve_after_upgrade(shop.at) == 1
    assert derived() == before
    assert shelve_after_upgrade(shop.at) == 0


def test_a_shop_without_anything_on_sale_is_left_alone(shop: Shop) -> None:
    Product.objects.update(state=Product.State.OFFLINE)
    shelve(shop.product)

    assert shelve_after_upgrade(shop.at) == 0


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("price"), st.integers(0, 3), st.sampled_from([500, 900, 1700])),
        st.tuples(st.just("take"), st.integers(0, 3), st.integers(1, 6)),
        st.tuples(st.just("give"), st.integers(0, 3), st.integers(1, 3)),
        st.tuples(st.just("publish"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("offline"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("move"), st.integers(0, 1), st.integers(0, 9)),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=timedelta(seconds=10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_what_activities_kept_right_is_what_deriving_anew_gives(
    shop: Shop, changes: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():  # each example begins where the fixture ended
        _go_through(shop, changes)
        kept = derived()
        Listing.objects.all().delete()
        SearchDocument.objects.filter(kind__startswith="goods.").delete()
        AttributeValue.objects.all().delete()
        assert shelve_all(at_once=1) == 2
        assert derived() == kept
        transaction.set_rollback(True)


def _go_through(shop: Shop, changes: list[tuple[str, int, int]]) -> None:
    define_filters()
    shelve(shop.product)  # published before there were attributes
    shirt = add_goods(shop, "shirt", clothes(shop), [Piece({"size": "s"}), Piece({"size": "m"}, stock=0)])
    products, variants = [shop.product, shirt], [*shop.variants, *shirt.variants.order_by("pk")]
    for number, (what, index, size) in enumerate(changes):
        if what == "price":
            set_price(variant=variants[index], market_id=shop.de.pk, price=Money(size, "EUR"), by="x", at=shop.at)
        elif what == "take":
            try:
                reserve(
                    subject=("order", number),
                    lines=[Wanted(variants[index].pk, size)],
                    warehouses=[shop.shenzhen.pk],
                    at=shop.at,
                )
            except NotEnoughStock:
                continue
        elif what == "give":
            receive(variant_id=variants[index].pk, warehouse=shop.frankfurt, quantity=size, by="x", at=shop.at)
        elif what == "publish":
            publish(product=products[index], languages=["en", "de", "zh"], by="x", at=shop.at)
        elif what == "offline":
            Product.objects.filter(pk=products[index].pk).update(state=Product.State.OFFLINE)
            shelve(products[index])
        else:
            Product.objects.filter(pk=products[index].pk).update(position=size)
            relist(products[index].pk)
