"""Placing: once, in one transaction, never worse than what was shown."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections

from tests.shop import HAMBURG, Shop, open_shop
from tradewind.buyers.models import Buyer
from tradewind.catalog.models import Product
from tradewind.catalog.pricing import set_price
from tradewind.checkout.models import Cart
from tradewind.checkout.placing import Agreement, CartIsEmpty, Placed, QuoteGotWorse, place_order
from tradewind.checkout.summary import Choice, summarise
from tradewind.checkout.unpaid import cancel_unpaid
from tradewind.core.models import Delivery, FactRecord
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import Reservation, StockLevel
from tradewind.inventory.reserving import Wanted, reserve
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.markets.models import MarketRule
from tradewind.orders.cancelling import BUYER_ASKED, cancel_order
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.models import PaymentIntent, Refund
from tradewind.payments.settling import record_capture
from tradewind.promises.models import Promise


def _reserved(shop: Shop) -> int:
    return StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen).reserved


def test_an_order_is_written_as_it_was_agreed(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 2), (shop.large, 1)))

    order = Order.objects.get(pk=placed.order.pk)
    assert (order.state, order.currency, order.total) == (OrderState.AWAITING_PAYMENT, "EUR", 3690)
    assert (order.goods, order.delivery, order.tax, order.tax_included) == (3000, 690, 589, True)
    lines = list(order.lines.order_by("position").values_list("kind", "sku", "quantity", "total", "tax"))
    assert lines == [
        ("goods", "MUG-S", 2, 2000, 319),
        ("goods", "MUG-L", 1, 1000, 160),
        ("delivery", "", 1, 690, 110),
    ]
    assert order.ship_to["name"] == "Greta Öztürk"
    assert (placed.intent.amount, placed.intent.currency, placed.intent.method) == (3690, "EUR", "card")


def test_placing_holds_stock_and_makes_both_promises(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 2)))

    assert _reserved(shop) == 2
    promises = Promise.objects.order_by("pk").values_list("kind", "state", "first_day", "last_day", "subject_id")
    assert list(promises) == [
        ("dispatch", "made", date(2026, 11, 24), date(2026, 11, 24), placed.order.pk),
        ("delivery", "made", date(2026, 12, 2), date(2026, 12, 10), placed.order.pk),
    ]
    names = FactRecord.objects.filter(subjects__kind="order").order_by("pk").values_list("name", flat=True)
    assert list(names) == ["orders.placed", "promises.made", "promises.made"]


def test_the_same_cart_twice_is_one_order(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart)

    first = shop.place(cart, agreed=agreed)
    second = shop.place(cart, agreed=agreed)

    assert (first.is_new, second.is_new) == (True, False)
    assert second.order == first.order
    assert second.intent == first.intent
    assert (Order.objects.count(), PaymentIntent.objects.count(), _reserved(shop)) == (1, 1, 1)


def test_a_higher_price_than_shown_asks_again_and_loses_nothing(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart)
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(1100, "EUR"), by="staff:1", at=shop.at)

    with pytest.raises(QuoteGotWorse) as asked:
        shop.place(cart, agreed=agreed)

    assert asked.value.summary.total == Money(1790, "EUR")
    assert (Order.objects.count(), _reserved(shop), Buyer.objects.count()) == (0, 0, 0)
    assert shop.place(cart).order.total == 1790


def test_a_later_date_than_shown_asks_again(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart)

    with pytest.raises(QuoteGotWorse) as asked:
        shop.place(cart, agreed=agreed, at=shop.at + timedelta(hours=3))

    assert asked.value.summary.option is not None
    assert asked.value.summary.option.leaves_on == date(2026, 11, 25)


def test_stock_that_went_meanwhile_is_said_and_nothing_is_written(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart)
    reserve(subject=("order", 99), lines=[Wanted(shop.small.pk, 10)], warehouses=[shop.shenzhen.pk], at=shop.at)

    with pytest.raises(QuoteGotWorse) as asked:
        shop.place(cart, agreed=agreed)

    assert [line.problem for line in asked.value.summary.lines] == ["sold_out"]
    assert Order.objects.count() == 0


def test_an_option_that_is_gone_is_not_replaced_silently(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    seen = shop.agree(cart)

    with pytest.raises(QuoteGotWorse):
        shop.place(cart, agreed=Agreement("de-express", "card", seen.shown_digest))
    with pytest.raises(QuoteGotWorse):
        shop.place(cart, agreed=Agreement("de-air", "cash", seen.shown_digest))


def test_a_product_that_went_offline_cannot_be_ordered(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart)
    Product.objects.update(state=Product.State.OFFLINE)

    with pytest.raises(QuoteGotWorse) as asked:
        shop.place(cart, agreed=agreed)
    assert [line.problem for line in asked.value.summary.lines] == ["gone"]


def test_an_empty_or_unknown_cart_is_no_order(shop: Shop) -> None:
    cart = shop.cart()

    with pytest.raises(CartIsEmpty):
        shop.place(cart)
    with pytest.raises(CartIsEmpty):
        place_order(
            cart_key="forged",
            market=shop.market(),
            language="de",
            details=HAMBURG,
            agreed=Agreement("de-air", "card", ""),
            at=shop.at,
        )


def test_money_that_takes_days_starts_the_dates_when_it_is_here(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 1)), method="bank_transfer")

    assert placed.intent.method == "bank_transfer"
    assert Promise.objects.count() == 0


def test_an_order_nobody_paid_gives_its_stock_back(shop: Shop) -> None:
    shop.place(shop.cart((shop.small, 2)), method="bank_transfer")
    placed = Order.objects.get()

    assert cancel_unpaid(shop.at + timedelta(days=7)) == 0
    assert cancel_unpaid(shop.at + timedelta(days=7, minutes=1)) == 1
    run_until_idle(now=lambda: shop.at + timedelta(days=8))

    placed.refresh_from_db()
    assert placed.state == OrderState.CANCELLED
    assert _reserved(shop) == 0
    assert list(Reservation.objects.values_list("state", flat=True)) == ["released"]
    assert list(PaymentIntent.objects.values_list("state", flat=True)) == ["cancelled"]


def _place_at_once(shop: Shop, carts: list[Cart], agreed: list[Agreement]) -> list[Placed | Exception]:
    gate = threading.Barrier(len(carts))
    results: list[Placed | Exception] = []

    def run(cart: Cart, agreement: Agreement) -> None:
        try:
            gate.wait()
            results.append(shop.place(cart, agreed=agreement))
        except QuoteGotWorse as refusal:
            results.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(carts, agreed, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_are_one_order(now: datetime) -> None:
    shop = open_shop(now)
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart)

    results = _place_at_once(shop, [cart] * 8, [agreed] * 8)

    assert [isinstance(result, Placed) for result in results] == [True] * 8
    assert len({result.order.pk for result in results if isinstance(result, Placed)}) == 1
    assert (Order.objects.count(), PaymentIntent.objects.count(), Delivery.objects.count()) == (1, 1, 1)
    assert _reserved(shop) == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_buyers_of_the_last_unit_one_gets_it_and_the_others_are_told(now: datetime) -> None:
    shop = open_shop(now, stock=1)
    carts = [shop.cart((shop.small, 1)) for _ in range(8)]
    agreed = [shop.agree(cart) for cart in carts]

    results = _place_at_once(shop, carts, agreed)

    assert sorted(type(result).__name__ for result in results) == ["Placed", *["QuoteGotWorse"] * 7]
    assert (Order.objects.count(), _reserved(shop)) == (1, 1)


def test_paying_after_the_cut_off_renews_the_dates_and_keeps_the_old_ones_on_record(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 1)))
    late = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    record_capture(intent_id=placed.intent.pk, external_id="m-1", amount=Money(1690, "EUR"), by="system", at=late)
    run_until_idle(now=lambda: late)

    states = Promise.objects.order_by("pk").values_list("kind", "state", "last_day")
    assert list(states) == [
        ("dispatch", "renewed", date(2026, 11, 24)),
        ("delivery", "renewed", date(2026, 12, 10)),
        ("dispatch", "made", date(2026, 11, 25)),
        ("delivery", "made", date(2026, 12, 11)),
    ]


def test_more_than_the_nearest_warehouse_has_travels_from_one_that_has_all_of_it(shop: Shop) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=2, by="system", at=shop.at)
    cart = shop.cart((shop.small, 3))

    offered = summarise(cart, shop.market(), Choice("DE"), language="de", at=shop.at)
    placed = shop.place(cart)

    assert [option.option for option in offered.options] == ["de-air"]
    assert placed.order.delivery_option["warehouse"] == "shenzhen"
    one = summarise(shop.cart((shop.small, 1)), shop.market(), Choice("DE"), language="de", at=shop.at)
    assert [option.option for option in one.options] == ["de-local", "de-air"]


def test_cancelling_a_paid_order_gives_the_money_back_once(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 1)), method="bank_transfer")
    record_capture(intent_id=placed.intent.pk, external_id="m-1", amount=Money(1690, "EUR"), by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    order = Order.objects.get()

    cancel_order(order=order, by="staff:1", reason=BUYER_ASKED, at=shop.at)
    run_until_idle(now=lambda: shop.at)

    assert list(Refund.objects.values_list("amount", "reason")) == [(1690, "order.cancelled")]
    assert _reserved(shop) == 0


def _rule(shop: Shop, key: str, **value: object) -> None:
    MarketRule.objects.create(
        market=shop.de,
        key=f"charge.{key}",
        value={"name": {"en": key}, **value},
        valid_from=date(2026, 7, 1),
        source="test",
        checked_on=date(2026, 11, 1),
        confidence="V",
    )
    touch(shop.de.pk)


def _german_charges(shop: Shop) -> None:
    _rule(shop, "vat", sort="tax", kind="percent", rate="19", collected="in_price", up_to="150.00")
    _rule(
        shop,
        "duty",
        sort="duty",
        kind="per_heading",
        amount="3.00",
        collected="at_checkout",
        up_to="150.00",
        is_taxable=True,
        imports_only=True,
    )
    _rule(shop, "import_vat", sort="tax", kind="percent", rate="19", collected="at_import", above="150.00")


def test_a_duty_is_a_line_of_the_order_with_its_tax_and_the_order_keeps_the_versions_of_the_rules(shop: Shop) -> None:
    _german_charges(shop)

    order = shop.place(shop.cart((shop.small, 2))).order

    lines = list(order.lines.order_by("position").values_list("kind", "total", "tax"))
    assert lines == [("goods", 2000, 319), ("delivery", 690, 110), ("charge", 357, 57)]
    assert (order.total, order.tax) == (2000 + 690 + 357, 319 + 110 + 57)
    assert order.rules["versions"]["charge.duty"] == "2026-07-01"


def test_a_new_duty_asks_a_buyer_who_saw_the_page_without_it(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart)
    _german_charges(shop)

    with pytest.raises(QuoteGotWorse) as refusal:
        shop.place(cart, agreed=agreed)

    assert [charge.total for charge in refusal.value.summary.charges] == [Money(357, "EUR")]
    assert Order.objects.count() == 0


def test_above_the_limit_the_order_is_without_the_tax_and_keeps_what_was_said_of_the_door(shop: Shop) -> None:
    _german_charges(shop)
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(23800, "EUR"), by="system", at=shop.at)

    order = shop.place(shop.cart((shop.small, 1))).order

    assert list(order.lines.order_by("position").values_list("kind", "total", "tax")) == [
        ("goods", 23800, 0),
        ("delivery", 690, 0),
        ("charge", -3910, 0),
    ]
    assert (order.total, order.tax) == (20580, 0)
    assert order.rules["at_door"] == [["import_vat", {"en": "import_vat"}, 3800]]


def test_from_a_warehouse_inside_the_border_no_duty_is_due(shop: Shop) -> None:
    _german_charges(shop)
    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=5, by="system", at=shop.at)

    near = summarise(shop.cart((shop.small, 1)), shop.market(), Choice("DE", "de-local"), language="de", at=shop.at)
    far = summarise(shop.cart((shop.small, 1)), shop.market(), Choice("DE", "de-air"), language="de", at=shop.at)

    assert ([c.total for c in near.charges], [c.total for c in far.charges]) == ([], [Money(357, "EUR")])
