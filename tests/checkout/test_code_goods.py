"""Codes for certain goods, and for one buyer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checkout.test_codes import AMOUNT, DELIVERY, eur, offer
from tests.shop import Shop
from tradewind.catalog.models import Category, Variant
from tradewind.checkout import codes
from tradewind.checkout.code_goods import spread
from tradewind.checkout.code_words import code_note, code_problem
from tradewind.checkout.models import Cart, CodeUse
from tradewind.checkout.placing import QuoteGotWorse
from tradewind.checkout.summary import Choice, Summary, summarise
from tradewind.lib.money import Money, sum_of
from tradewind.orders.models import Order


@given(
    lines=st.lists(st.integers(0, 10**7), min_size=1, max_size=8).filter(any),
    percent=st.integers(1, 1000),
    currency=st.sampled_from(["JPY", "EUR", "KWD"]),
)
def test_a_spread_adds_up_and_is_above_no_line(lines: list[int], percent: int, currency: str) -> None:
    total = Money(sum(lines) * percent // 1000, currency)
    counted = [Money(line, currency) for line in lines]

    parts = spread(total, counted)

    assert sum_of(parts, currency) == total
    assert all(Money.zero(currency) <= part <= line for part, line in zip(parts, counted, strict=True))


def test_a_percentage_is_one_of_the_lines_that_match(shop: Shop, bowl: Variant) -> None:
    offer(shop, products=(bowl.product_id,))
    cart = shop.cart((shop.small, 1), (bowl, 1))

    order = shop.place(cart, agreed=shop.agree(cart, code="SPRING")).order

    # 33.33 of 43.33 count: 3.33 less. With 6.90 for delivery 46.90 are left, with 19 % in them.
    assert (order.goods, order.discount, order.total, order.tax) == (4333, -333, 4690, 749)
    assert CodeUse.objects.get().amount == 333
    # Whoever pays back one of them must know what it cost.
    assert list(order.lines.filter(kind="goods").values_list("sku", "total", "discount")) == [
        (shop.small.sku, 1000, 0),
        (bowl.sku, 3333, -333),
    ]


def test_a_code_off_the_delivery_takes_nothing_off_a_line(shop: Shop, bowl: Variant) -> None:
    offer(shop, gives=DELIVERY)
    cart = shop.cart((bowl, 1))

    order = shop.place(cart, agreed=shop.agree(cart, code="SPRING")).order

    assert (order.discount, [line.discount for line in order.lines.all()]) == (-690, [0, 0, 0])


def test_a_percentage_is_one_of_the_lines_that_match_where_prices_are_without_tax(shop: Shop, bowl: Variant) -> None:
    offer(shop, products=(bowl.product_id,))
    cart = shop.cart((shop.small, 1), (bowl, 1), market="world")

    found = _summary(shop, cart, country="BR")

    assert (found.goods.amount, [part.amount for part in found.code.parts]) == (3400, [0, 250])
    assert found.total == Money(3400 - 250 + 890, "USD")


def test_a_category_includes_those_below_it(shop: Shop, bowl: Variant) -> None:
    above = Category.objects.get(slug="table")
    offer(shop, categories=(above.pk,))
    cart = shop.cart((shop.small, 1), (bowl, 2))

    assert [part.amount for part in _summary(shop, cart).code.parts] == [0, 667]


def test_an_amount_is_at_most_what_the_lines_that_match_cost(shop: Shop, bowl: Variant) -> None:
    offer(shop, gives=AMOUNT, amounts={"EUR": 1500}, least={"EUR": 4000}, products=(shop.product.pk,))
    cart = shop.cart((shop.small, 1), (bowl, 1))

    found = _summary(shop, cart).code

    # 10.00 of mugs; the least value of 40.00 is reached by the whole cart alone.
    assert found.discount == codes.Discount(eur(1000))
    assert list(found.parts) == [eur(1000), eur(0)]


def test_free_delivery_is_given_where_any_line_matches(shop: Shop, bowl: Variant) -> None:
    offer(shop, gives=DELIVERY, products=(bowl.product_id,))

    with_bowl, without = shop.cart((shop.small, 1), (bowl, 1)), shop.cart((shop.small, 1))

    assert _summary(shop, with_bowl).code.discount == codes.Discount(eur(690), is_off_delivery=True)
    assert _summary(shop, without).code.problem == codes.OTHER_GOODS


def test_a_code_for_nothing_in_the_cart_names_what_it_is_for_in_the_language_of_the_buyer(
    shop: Shop, bowl: Variant
) -> None:
    offer(shop, products=(bowl.product_id,), categories=(Category.objects.get(slug="table").pk,))
    cart = shop.cart((shop.small, 1))

    found = _summary(shop, cart)

    assert (found.code.discount, found.goods) == (None, eur(1000))
    assert code_problem(found.code, "en") == "This code holds for these goods alone: Table, Bowl."
    assert "Tisch, Schale" in code_problem(found.code, "de")


def test_a_code_of_another_buyer_is_refused_and_the_cart_kept(shop: Shop) -> None:
    offer(shop, email="Lena@Example.com")
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart, code="SPRING")
    note = code_note(_summary(shop, cart).code, "en")
    assert note == "This code holds for the e-mail address that it was given to, and for no other."

    with pytest.raises(QuoteGotWorse) as worse:
        shop.place(cart, agreed=agreed)

    said = code_problem(worse.value.summary.code, "en")
    assert said == "This code does not hold for this e-mail address."
    assert "lena" not in (note + said).lower()
    assert (Order.objects.count(), CodeUse.objects.count()) == (0, 0)
    assert Cart.objects.get(pk=cart.pk).lines.count() == 1


def test_the_buyer_of_a_code_uses_it_however_the_address_is_written(shop: Shop) -> None:
    offer(shop, email="Greta@Example.com")
    cart = shop.cart((shop.small, 1))

    order = shop.place(cart, agreed=shop.agree(cart, code="SPRING")).order

    assert order.discount == -100


def _summary(shop: Shop, cart: Cart, *, country: str = "DE") -> Summary:
    choice = Choice(country, code="SPRING")
    return summarise(cart, shop.market(cart.market), choice, language="de", at=shop.at)
