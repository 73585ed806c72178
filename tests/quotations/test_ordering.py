"""Orders that staff write: worth what the checkout would have asked, held in stock, paid in one of three ways, and once."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.checkout.test_code_goods_abroad import AMERICA, BRITAIN, FRANCE, Case
from tests.checkout.test_revising import take, written
from tests.quotations.putting import begin, change, looked, place, seller, send
from tests.shop import HAMBURG, Shop, add_method, add_option, open_shop
from tradewind.buyers.models import Buyer
from tradewind.catalog.models import Variant
from tradewind.catalog.pricing import set_price
from tradewind.checkout.placing import Agreement, place_order
from tradewind.checkout.summary import Choice, summarise
from tradewind.core.models import FactRecord
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel
from tradewind.inventory.reserving import NotEnoughStock
from tradewind.lib.money import Money
from tradewind.markets.opening import open_preset
from tradewind.messaging.models import Message
from tradewind.orders.models import Order, OrderNote
from tradewind.orders.states import OrderState
from tradewind.payments.models import LedgerEntry, Refund
from tradewind.promises.queries import promises_about
from tradewind.quotations.accepting import write_down
from tradewind.quotations.drafting import DraftLine, DraftOutdated, content_of_draft, save_draft
from tradewind.quotations.keeping import compose, placer
from tradewind.quotations.models import Quotation
from tradewind.quotations.ordering import Paying
from tradewind.quotations.papering import quotation_paper
from tradewind.quotations.readying import NotReady, SummaryChanged, make_ready, registered
from tradewind.quotations.summarising import NO_PRICE, TOO_MUCH_OFF
from tradewind.shipping.agreeing import AGREED


@pytest.mark.parametrize("case", [FRANCE, BRITAIN, AMERICA], ids=lambda case: case.market)
def test_without_prices_of_ones_own_it_is_worth_what_the_checkout_asks(
    shop: Shop,
    bowl: Variant,
    case: Case,
) -> None:
    made = open_preset(code=case.market, at=shop.at, by="command")
    add_option(made, shop.shenzhen, "air", Money(600, made.currency), (6, 12), 0)
    add_method(made, "card", "simulator", 0, is_instant=True, hold_days=1)
    for variant, price, code in ((shop.small, case.mug, "691110"), (bowl, case.bowl, "701337")):
        Variant.objects.filter(pk=variant.pk).update(customs={"traits": [], "hs_code": code})
        set_price(variant=variant, market_id=made.pk, price=Money(price, made.currency), by="system", at=shop.at)
    region = {"US": "TX"}.get(case.country, "")
    details = replace(HAMBURG, country=case.country, postcode=case.postcode, region=region)
    cart, market = shop.cart((shop.small, 2), (bowl, 1), market=case.market), shop.market(case.market)
    found = summarise(cart, market, Choice(case.country, "air", "card"), language="en", at=shop.at)
    how = {"market": market, "language": "en", "details": details, "at": shop.at}
    bought = place_order(cart_key=cart.key, agreed=Agreement("air", "card", found.digest), **how).order
    lines = (DraftLine(2, shop.small.pk), DraftLine(1, bowl.pk))

    draft = begin(shop, *lines, market=case.market, who=details, language="en", option="air")
    paper = quotation_paper(send(shop, draft))
    order = place(shop, draft)

    assert written(order) == written(bought)
    assert (paper.total.amount, sum(group.tax.amount for group in paper.taxes)) == (bought.total, bought.tax)
    assert (order.email, order.ship_to, order.delivery_option) == (
        bought.email,
        bought.ship_to,
        bought.delivery_option,
    )


def test_prices_words_and_a_discount_of_ones_own(shop: Shop) -> None:
    lines = (
        DraftLine(5, shop.small.pk, price=800),
        DraftLine(1, shop.large.pk),
        DraftLine(1, title="Gravur", price=2500),
    )

    order = place(shop, begin(shop, *lines, discount=1000, delivery_price=0))

    rows = list(
        order.lines.order_by("position").values_list("kind", "title", "quantity", "total", "discount", "tax_rate")
    )
    assert rows == [
        ("goods", "Becher", 5, 4000, -534, 19),
        ("goods", "Becher", 1, 1000, -133, 19),
        ("goods", "Gravur", 1, 2500, -333, 19),
        ("delivery", "de-air", 1, 0, 0, 19),
        ("discount", "Rabatt", 1, -1000, 0, 19),
    ]
    # 65.00 with 19 % in it.
    assert (order.goods, order.delivery, order.discount, order.total, order.tax) == (7500, 0, -1000, 6500, 1038)
    held = StockLevel.objects.filter(warehouse=shop.shenzhen).order_by("variant_id").values_list("reserved", flat=True)
    assert list(held) == [5, 1]
    assert FactRecord.objects.get(name="orders.placed").actor == f"staff:{seller().pk}"


def test_a_way_of_its_own_is_promised_once_the_money_is_here(shop: Shop) -> None:
    agreed = {"name": "Sea freight", "warehouse": "shenzhen", "days": [30, 40]}
    draft = begin(
        shop, DraftLine(1, title="A stand at the fair", price=9000), option=AGREED, agreed=agreed, delivery_price=5000
    )

    order = place(shop, draft, Paying.PAID, words="cash at the fair, from Greta")
    assert not promises_about("order", order.pk)
    run_until_idle(now=lambda: shop.at)

    order.refresh_from_db()
    assert (order.state, order.paid, order.total) == (OrderState.PAID, 14000, 14000)
    assert LedgerEntry.objects.get().external_id == order.ref  # what was said of it may name somebody, and is a note
    assert OrderNote.objects.get(order=order).text == "cash at the fair, from Greta"
    dispatch, delivery = promises_about("order", order.pk)
    assert (delivery.inputs["transit_days"], delivery.last_day - dispatch.last_day > timedelta(days=50)) == (
        [30, 40],
        True,
    )


@pytest.mark.parametrize(("how", "moment"), [(Paying.LINK, "order_to_pay"), (Paying.TRANSFER, "order_received")])
def test_who_has_yet_to_pay_is_told_how(shop: Shop, how: Paying, moment: str, bank: None) -> None:
    order = place(shop, begin(shop, DraftLine(1, shop.small.pk)), how)

    run_until_idle(now=lambda: shop.at)

    assert list(Message.objects.values_list("moment", "recipient", "language")) == [(moment, HAMBURG.email, "de")]
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING_PAYMENT


def test_what_is_missing_is_said_at_once_and_nothing_is_written(shop: Shop) -> None:
    lines = (DraftLine(11, shop.small.pk), DraftLine(1, title="?"), DraftLine(1, 999))
    draft = begin(shop, *lines, discount=20000, who=replace(HAMBURG, postcode="1", email="greta"))

    with pytest.raises(NotReady) as refusal:
        place(shop, draft)

    assert set(refusal.value.details) == {"email", "postcode"}
    assert [line.problem for line in refusal.value.summary.lines] == ["fewer_left", "", "gone"]
    assert refusal.value.summary.problems == (TOO_MUCH_OFF,)
    assert (Order.objects.count(), Buyer.objects.count()) == (0, 0)


def test_an_article_without_a_price_there_needs_one(shop: Shop) -> None:
    shop.small.prices.filter(market_id=shop.de.pk).delete()
    draft = begin(shop, DraftLine(1, shop.small.pk))

    with pytest.raises(NotReady) as refusal:
        place(shop, draft)
    assert [line.problem for line in refusal.value.summary.lines] == [NO_PRICE]

    change(shop, draft, lines=(DraftLine(1, shop.small.pk, price=500),))
    assert place(shop, draft).goods == 500


def test_who_looked_at_another_price_or_at_an_older_draft_decides_nothing(shop: Shop) -> None:
    draft = begin(shop, DraftLine(1, shop.small.pk))
    before = looked(shop, draft)
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(1200, "EUR"), by="system", at=shop.at)
    with pytest.raises(SummaryChanged):
        make_ready(draft, before, needs_stock=True, at=shop.at)
    change(shop, draft, note="anew")

    content = content_of_draft(draft)
    with pytest.raises(DraftOutdated):
        save_draft(
            quotation_id=draft.pk, seen=before.seen, content=replace(content, note="mine"), by="staff:2", at=shop.at
        )
    draft.refresh_from_db()
    assert draft.note == "anew"


@pytest.mark.django_db(transaction=True)
def test_placed_twice_at_the_same_moment_it_is_one_order(now: datetime) -> None:
    shop = open_shop(now, stock=2)
    draft = begin(shop, DraftLine(1, shop.small.pk))
    seller()

    assert succeed_at_once(*[lambda: place(shop, draft)] * 3) == 3

    assert Order.objects.count() == 1
    assert StockLevel.objects.get(variant_id=shop.small.pk).reserved == 1


@pytest.mark.django_db(transaction=True)
def test_two_drafts_for_the_last_units_become_one_order(now: datetime) -> None:
    shop = open_shop(now, stock=1)
    drafts = [begin(shop, DraftLine(1, shop.small.pk)) for _ in range(3)]
    seller()

    won = succeed_at_once(
        *[lambda draft=draft: place(shop, draft) for draft in drafts], refusals=(NotReady, NotEnoughStock)
    )

    assert (won, Order.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_looking_first_whether_it_is_an_order_writes_two(now: datetime) -> None:
    """The control: the same without holding the draft's row."""
    shop = open_shop(now)
    draft = begin(shop, DraftLine(1, shop.small.pk))
    both_have_looked = threading.Barrier(2)

    def place_without_lock() -> None:
        mine = Quotation.objects.get(pk=draft.pk)
        assert mine.order is None
        both_have_looked.wait(10)
        with transaction.atomic():
            ready = make_ready(mine, looked(shop, mine), needs_stock=True, at=now)
            who = placer(registered(ready, by="staff:1", at=now), ready.details, "de")
            write_down(
                mine, compose(ready.summary, ready.market, who, mine.account), is_accepted=False, by="staff:1", at=now
            )

    assert succeed_at_once(place_without_lock, place_without_lock) == 2
    assert Order.objects.count() == 2


def test_what_was_agreed_off_stays_when_goods_are_taken_off_later(shop: Shop, bank: None) -> None:
    order = place(shop, begin(shop, DraftLine(3, shop.small.pk), discount=100), how=Paying.PAID, words="cash")
    run_until_idle(now=lambda: shop.at)
    alike = place(shop, begin(shop, DraftLine(2, shop.small.pk), discount=100), how=Paying.PAID, words="cash")

    take(order, 2, at=shop.at)

    assert written(order) == written(alike)
    assert (order.discount, Refund.objects.get().amount) == (-100, 1000)
