"""Carts and what they come to."""

from datetime import timedelta

import pytest

from tests.shop import Shop
from tradewind.catalog.models import Product
from tradewind.checkout.carts import (
    MOST_OF_ONE,
    NoSuchVariant,
    QuantityRefused,
    add_line,
    count_units,
    find_cart,
    forget_carts,
    open_cart,
    save_draft,
    set_quantity,
)
from tradewind.checkout.details import BadDetails, read_details
from tradewind.checkout.models import Cart, CartLine
from tradewind.checkout.summary import Choice, Summary, summarise
from tradewind.inventory.reserving import Wanted, reserve
from tradewind.lib.money import Money

GRETA = {
    "email": "greta@example.com",
    "name": "Greta Öztürk",
    "line1": "Große Elbstraße 5",
    "postcode": "22767",
    "city": "Hamburg",
    "country": "DE",
}


def _summary(shop: Shop, cart: Cart, choice: Choice | None = None) -> Summary:
    market = shop.market(cart.market)
    return summarise(cart, market, choice or Choice("DE"), language=cart.language, at=shop.at)


def test_the_same_thing_twice_is_one_line(shop: Shop) -> None:
    cart = shop.cart((shop.small, 2), (shop.small, 3))

    assert list(cart.lines.values_list("variant_id", "quantity")) == [(shop.small.pk, 5)]
    assert count_units(cart) == 5


@pytest.mark.parametrize("quantity", [0, -1, MOST_OF_ONE + 1])
def test_a_quantity_that_nobody_means_is_refused(shop: Shop, quantity: int) -> None:
    with pytest.raises(QuantityRefused):
        add_line(shop.cart(), variant_id=shop.small.pk, quantity=quantity, at=shop.at)


def test_what_is_not_on_sale_cannot_be_put_in(shop: Shop) -> None:
    with pytest.raises(NoSuchVariant):
        add_line(shop.cart(), variant_id=999_999, quantity=1, at=shop.at)
    Product.objects.update(state=Product.State.DRAFT)
    with pytest.raises(NoSuchVariant):
        add_line(shop.cart(), variant_id=shop.small.pk, quantity=1, at=shop.at)


def test_setting_to_zero_takes_a_line_out(shop: Shop) -> None:
    cart = shop.cart((shop.small, 2), (shop.large, 1))

    set_quantity(cart, variant_id=shop.small.pk, quantity=0, at=shop.at)
    set_quantity(cart, variant_id=shop.large.pk, quantity=4, at=shop.at)

    assert list(cart.lines.values_list("variant_id", "quantity")) == [(shop.large.pk, 4)]
    with pytest.raises(QuantityRefused):
        set_quantity(cart, variant_id=shop.small.pk, quantity=1, at=shop.at)


def test_a_cart_survives_a_change_of_market_and_shows_its_prices(shop: Shop) -> None:
    cart = shop.cart((shop.small, 2))
    moved = open_cart(cart.key, market="world", language="en", at=shop.at)

    assert moved.pk == cart.pk
    assert _summary(shop, moved, Choice("FR")).goods == Money(1800, "USD")


def test_a_forgotten_or_forged_key_finds_no_cart(shop: Shop) -> None:
    assert find_cart(None) is None
    assert find_cart("forged") is None


def test_carts_that_nobody_touches_go_with_what_was_typed_into_them(shop: Shop) -> None:
    old, fresh = shop.cart((shop.small, 1)), shop.cart((shop.small, 1))
    save_draft(fresh, {"name": "Greta"}, at=shop.at + timedelta(days=30))

    forget_carts(shop.at + timedelta(days=61))

    assert list(Cart.objects.values_list("pk", flat=True)) == [fresh.pk]
    assert find_cart(old.key) is None


def test_tax_is_in_the_price_in_germany_and_absent_in_the_rest_of_the_world(shop: Shop) -> None:
    german = _summary(shop, shop.cart((shop.small, 2)))
    world = _summary(shop, shop.cart((shop.small, 2), market="world", language="en"), Choice("FR"))

    assert (german.goods, german.delivery, german.tax, german.total) == (
        Money(2000, "EUR"),
        Money(690, "EUR"),
        Money(429, "EUR"),
        Money(2690, "EUR"),
    )
    assert (world.goods, world.delivery, world.tax, world.total) == (
        Money(1800, "USD"),
        Money(890, "USD"),
        Money(0, "USD"),
        Money(2690, "USD"),
    )


def test_a_line_with_more_than_is_left_says_so_and_cannot_be_placed(shop: Shop) -> None:
    reserve(subject=("order", 9), lines=[Wanted(shop.small.pk, 9)], warehouses=[shop.shenzhen.pk], at=shop.at)

    summary = _summary(shop, shop.cart((shop.small, 2)))

    assert [(line.problem, line.offer.available) for line in summary.lines if line.offer] == [("fewer_left", 1)]
    assert not summary.can_be_placed


def test_a_sold_out_line_costs_nothing(shop: Shop) -> None:
    reserve(subject=("order", 9), lines=[Wanted(shop.small.pk, 10)], warehouses=[shop.shenzhen.pk], at=shop.at)

    summary = _summary(shop, shop.cart((shop.small, 2), (shop.large, 1)))

    assert [line.problem for line in summary.lines] == ["sold_out", ""]
    assert summary.goods == Money(1000, "EUR")


def test_a_country_of_another_market_is_a_problem_with_a_name(shop: Shop) -> None:
    assert _summary(shop, shop.cart((shop.small, 1)), Choice("FR")).problems == ("other_market",)
    world = shop.cart((shop.small, 1), market="world", language="en")
    assert _summary(shop, world, Choice("DE")).problems == ("other_market",)
    assert _summary(shop, world, Choice("FR")).problems == ()


def test_an_empty_cart_cannot_be_placed(shop: Shop) -> None:
    summary = _summary(shop, shop.cart())

    assert (summary.problems, summary.can_be_placed, summary.total) == (("empty",), False, Money(0, "EUR"))


def test_the_digest_stays_while_nothing_that_was_shown_changes(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    market = shop.market()

    def digest(minutes: int) -> str:
        at = shop.at + timedelta(minutes=minutes)
        return summarise(cart, market, Choice("DE"), language="de", at=at).digest

    assert digest(0) == digest(119)
    assert digest(0) != digest(120)  # 16:00 in Shenzhen: it leaves a day later


def test_typed_details_become_an_address() -> None:
    details = read_details({**GRETA, "country": "de", "name": "  Greta Öztürk "}, language="de")

    assert (details.name, details.country, details.line2) == ("Greta Öztürk", "DE", "")
    assert "email" not in details.ship_to()


def test_every_field_that_cannot_be_used_is_named_at_once() -> None:
    typed = {"email": "greta@", "name": " ", "line1": "x" * 121, "city": "Hamburg", "country": "XX", "postcode": "1"}

    with pytest.raises(BadDetails) as refusal:
        read_details(typed, language="en")

    assert sorted(refusal.value.errors) == ["country", "email", "line1", "name"]


def test_signs_that_cannot_be_seen_never_reach_a_label() -> None:
    details = read_details({**GRETA, "name": "Greta\x00\r\nBcc: x@example.com", "city": "Ham\u200bburg"}, language="en")

    assert details.name == "Greta   Bcc: x@example.com"
    assert details.city == "Ham burg"


def test_a_cart_that_became_an_order_meanwhile_is_not_changed(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    shop.place(cart)

    assert set_quantity(cart, variant_id=shop.small.pk, quantity=5, at=shop.at) is None
    assert set_quantity(cart, variant_id=shop.small.pk, quantity=0, at=shop.at) is None
    assert CartLine.objects.count() == 0


def test_an_address_that_grows_beyond_what_is_stored_when_it_is_compared_is_refused(shop: Shop) -> None:
    domain = ".".join(["ß" * 60] * 4)

    with pytest.raises(BadDetails) as refused:
        read_details({**GRETA, "email": f"a@{domain}.de"}, language="en")

    assert list(refused.value.errors) == ["email"]
