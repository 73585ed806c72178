"""Discount codes: what they take off, when they hold, and how often."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.shop import Shop
from tradewind.checkout import codes
from tradewind.checkout.code_goods import Priced
from tradewind.checkout.code_words import code_problem, named_discounts
from tradewind.checkout.codes import BadCode, NewCode, NotWorthIt, SameCode, end_code, make_code, value_code
from tradewind.checkout.models import CodeUse, DiscountCode
from tradewind.checkout.placing import QuoteGotWorse
from tradewind.checkout.summary import Choice, summarise
from tradewind.core.models import AuditEntry
from tradewind.core.worker import run_until_idle
from tradewind.lib.money import Money
from tradewind.orders.cancelling import BUYER_ASKED, cancel_order
from tradewind.orders.models import Order

PERCENT, AMOUNT, DELIVERY = DiscountCode.Gives
BY: Final = "staff:1"


def offer(shop: Shop, code: str = "SPRING", gives: str = PERCENT, **more: Any) -> DiscountCode:
    more = {"percent": 10} | more if gives == PERCENT else more
    new = NewCode(code, DiscountCode.Occasion.SEASON, gives, **{"starts_at": shop.at, **more})
    return make_code(new, by=BY, at=shop.at)


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def one_line(price: Money) -> list[Priced]:
    """A cart that a code for all goods looks at."""
    return [Priced(None, price)]


def test_a_percentage_is_taken_off_the_goods_and_lowers_the_tax(shop: Shop) -> None:
    offer(shop)
    cart = shop.cart((shop.small, 2), (shop.large, 1))

    order = shop.place(cart, agreed=shop.agree(cart, code=" spring ")).order

    # 30.00 of goods, 3.00 less, 6.90 for delivery: 33.90 with 19 % in it.
    assert (order.goods, order.discount, order.delivery, order.total, order.tax) == (3000, -300, 690, 3390, 541)
    lines = list(order.lines.order_by("position").values_list("kind", "sku", "title", "total", "tax_rate", "tax"))
    assert lines[-1] == (
        "discount",
        "SPRING",
        "10 % Rabatt mit dem Code SPRING",
        -300,
        Decimal(19),
        -48,
    )
    assert (sum(line[3] for line in lines), sum(line[5] for line in lines)) == (order.total, order.tax)
    assert CodeUse.objects.values_list("code__code", "order_id", "amount", "currency").get() == (
        "SPRING",
        order.pk,
        300,
        "EUR",
    )


def test_an_amount_is_taken_off_in_the_currency_of_the_market(shop: Shop) -> None:
    offer(shop, gives=AMOUNT, amounts={"EUR": 500, "USD": 600}, least={"EUR": 2000, "USD": 2000})
    germany, world = shop.market(), shop.market("world")

    assert _taken_off(shop, "SPRING", eur(2000)) == eur(500)
    assert value_code(
        "SPRING", one_line(Money(2000, "USD")), Money(890, "USD"), world, at=shop.at
    ).discount == codes.Discount(Money(600, "USD"))
    too_little = value_code("SPRING", one_line(eur(1999)), eur(690), germany, at=shop.at)
    assert (too_little.problem, too_little.discount) == (codes.TOO_LITTLE, None)
    assert code_problem(too_little, "en") == "This code holds for goods worth €20.00 or more."


def test_a_code_without_an_amount_in_a_currency_does_not_hold_there(shop: Shop) -> None:
    offer(shop, gives=AMOUNT, amounts={"EUR": 500}, least={"EUR": 2000})

    found = value_code("SPRING", one_line(Money(9000, "USD")), Money(890, "USD"), shop.market("world"), at=shop.at)

    assert found.problem == codes.OTHER_MARKET


def test_free_delivery_takes_off_whatever_the_chosen_way_costs(shop: Shop) -> None:
    offer(shop, gives=DELIVERY)
    cart = shop.cart((shop.small, 1))

    order = shop.place(cart, agreed=shop.agree(cart, code="SPRING")).order

    assert (order.delivery, order.discount, order.total, order.tax) == (690, -690, 1000, 160)


def test_something_is_always_left_to_pay(shop: Shop) -> None:
    offer(shop, percent=90)

    assert [_taken_off(shop, "SPRING", eur(goods)) for goods in (10, 2, 1)] == [eur(9), eur(1), None]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("SPRING", ""),
        ("ＳＰＲＩＮＧ", ""),
        ("spr ing", ""),
        ("SPRNG", codes.UNKNOWN),
        ("' OR 1", codes.UNKNOWN),
        ("x" * 400, codes.UNKNOWN),
        ("", ""),
    ],
)
def test_a_code_is_known_however_it_is_written(shop: Shop, typed: str, problem: str) -> None:
    offer(shop)

    assert value_code(typed, one_line(eur(1000)), eur(690), shop.market(), at=shop.at).problem == problem


def test_a_code_holds_from_its_beginning_until_its_end(shop: Shop) -> None:
    day = timedelta(days=1)
    offer(shop, starts_at=shop.at + day, ends_at=shop.at + 2 * day)

    moments = [shop.at, shop.at + day, shop.at + 2 * day - timedelta(seconds=1), shop.at + 2 * day]
    found = [value_code("SPRING", one_line(eur(1000)), eur(690), shop.market(), at=at).problem for at in moments]
    assert found == [codes.NOT_YET, "", "", codes.OVER]


def test_a_code_holds_in_its_markets_alone(shop: Shop) -> None:
    offer(shop, markets=("world",))

    assert value_code("SPRING", one_line(eur(1000)), eur(690), shop.market(), at=shop.at).problem == codes.OTHER_MARKET


def test_a_code_that_is_ended_holds_for_no_order_that_was_not_placed(shop: Shop) -> None:
    row = offer(shop)
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart, code="SPRING")
    end_code(row.pk, by=BY, at=shop.at)
    end_code(row.pk, by=BY, at=shop.at)

    with pytest.raises(QuoteGotWorse) as worse:
        shop.place(cart, agreed=agreed)

    assert worse.value.summary.code.problem == codes.OVER
    assert Order.objects.count() == 0
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[-2:] == ["code.made", "code.ended"]


def test_a_buyer_uses_a_code_once_and_the_second_order_is_not_placed_dearer_than_shown(shop: Shop) -> None:
    offer(shop)
    first, second = shop.cart((shop.small, 1)), shop.cart((shop.small, 1))
    agreed = shop.agree(first, code="SPRING")
    shop.place(first, agreed=agreed)

    with pytest.raises(QuoteGotWorse) as worse:
        shop.place(second, agreed=agreed)

    summary = worse.value.summary
    assert (summary.code.problem, summary.discounts, summary.total) == (codes.USED_BEFORE, (), eur(1690))
    assert Order.objects.count() == 1
    again = replace(agreed, code="", shown_digest=summary.digest)
    assert shop.place(second, agreed=again).order.total == 1690


def test_a_code_for_new_buyers_is_refused_to_those_who_have_bought(shop: Shop) -> None:
    offer(shop, is_for_new_buyers=True, is_once_per_buyer=False)
    shop.place(shop.cart((shop.small, 1)))
    cart = shop.cart((shop.small, 1))

    with pytest.raises(QuoteGotWorse) as worse:
        shop.place(cart, agreed=shop.agree(cart, code="SPRING"))

    assert worse.value.summary.code.problem == codes.NOT_NEW


def test_a_cancelled_order_gives_its_use_back(shop: Shop) -> None:
    offer(shop, most_uses=1)
    cart = shop.cart((shop.small, 1))
    order = shop.place(cart, agreed=shop.agree(cart, code="SPRING")).order
    assert value_code("SPRING", one_line(eur(1000)), eur(690), shop.market(), at=shop.at).problem == codes.USED_UP

    cancel_order(order=order, by="buyer", reason=BUYER_ASKED, at=shop.at)
    run_until_idle(now=lambda: shop.at)

    assert value_code("SPRING", one_line(eur(1000)), eur(690), shop.market(), at=shop.at).problem == ""


def test_a_code_that_does_not_hold_leaves_the_price_as_it_is(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    choice = Choice("DE", "de-air", "card", "NOBODY")

    summary = summarise(cart, shop.market(), choice, language="de", at=shop.at)

    assert (summary.total, summary.can_be_placed, summary.code.problem) == (eur(1690), True, codes.UNKNOWN)
    assert named_discounts(summary.code, "de") == ()


@pytest.mark.parametrize("code", ["", "AB", "A" * 25, "TEN%", "A/B/C"])
def test_a_code_that_nobody_can_type_is_refused(shop: Shop, code: str) -> None:
    with pytest.raises(BadCode):
        offer(shop, code)


def test_two_codes_cannot_have_one_name(shop: Shop) -> None:
    offer(shop)

    with pytest.raises(SameCode):
        offer(shop, "spring")

    assert DiscountCode.objects.count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"percent": 0},
        {"percent": 91},
        {"gives": AMOUNT},
        {"gives": AMOUNT, "amounts": {"EUR": 500}},
        {"gives": AMOUNT, "amounts": {"EUR": 500}, "least": {"EUR": 500}},
        {"gives": AMOUNT, "amounts": {"EUR": 500, "USD": 500}, "least": {"EUR": 2000}},
    ],
)
def test_a_discount_that_could_give_goods_away_is_refused(shop: Shop, more: dict[str, Any]) -> None:
    with pytest.raises(NotWorthIt):
        offer(shop, **more)


def _taken_off(shop: Shop, code: str, goods: Money) -> Money | None:
    found = value_code(code, one_line(goods), eur(690), shop.market(), at=shop.at).discount
    return found.amount if found else None
