"""A part of an order has left, and the rest does not come: its money goes back by the rules of goods that come off an order."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from tests.at_once import at_the_same_time
from tests.messaging.test_trouble_settling import arrival, lost, refund
from tests.orders.changing import bought, held
from tests.shipping.troubled import heard, moment
from tests.shop import Shop, open_shop
from tradewind.aftersales import missing_goods
from tradewind.aftersales.missing_goods import NotOwed
from tradewind.checkout.codes import NewCode, make_code
from tradewind.core.models import Todo
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_prospects import Wish, prospect
from tradewind.messaging.trouble_settling import owed_now, refund_all, refund_preview
from tradewind.messaging.trouble_telling import AlreadyTold, tell
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order
from tradewind.payments.models import Refund
from tradewind.payments.refunding import plan_refunds
from tradewind.promises.models import Promise
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.tracking_states import Status
from tradewind.shipping.trouble_orders import look_for_not_leaving, note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = pytest.mark.django_db


def left_in_part(shop: Shop, *, code: str = "") -> Order:
    """Two of three small ones have left; one of them and a large one are still here."""
    order = bought(shop, (shop.small, 3), (shop.large, 1), code=code)
    line = order.lines.get(kind="goods", variant_id=shop.small.pk)
    tracking = Tracking("DHL", "JD01", is_waiting=False)
    part = Part({line.pk: 2}, seen_left(lines_left(order.pk)), 0, 0, tracking)
    send_part(order_id=order.pk, part=part, by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    return Order.objects.get(pk=order.pk)


def case_about(shop: Shop, order: Order, cause: Cause = Cause.NO_STOCK) -> Trouble:
    note_orders(cause, [order.pk], at=shop.at)
    return Trouble.objects.select_related("order__account", "parcel", "group").get(order=order, cause=cause)


def test_the_rest_comes_off_the_order_and_its_money_goes_back(shop: Shop) -> None:
    order = left_in_part(shop)
    case, at = case_about(shop, order), moment(shop, 1)
    owed = owed_now(case, at=at)
    assert (owed.goods.amount, owed.delivery.amount, owed.back.amount, owed.is_all) == (2000, 0, 2000, False)
    letter = refund_preview(case, owed, "Leider vergriffen.")

    done = refund(case, 2000, at, "Leider vergriffen.")
    run_until_idle(now=lambda: at)

    order.refresh_from_db()
    units = list(order.lines.filter(kind="goods").values_list("sku", "quantity", "dispatched"))
    assert (order.state, order.total, order.paid, units) == ("dispatched", 2690, 2690, [("MUG-S", 2, 2)])
    assert held(order) == {}
    assert list(Refund.objects.values_list("amount", "reason")) == [(2000, "reduced")]
    assert (done.state, [each["act"] for each in done.done]) == ("solved", ["refund"])
    assert Todo.objects.filter(kind="parcel.trouble", state="open").count() == 0
    # The parcel that has left is still to come; nothing is to leave any more.
    kinds = dict(Promise.objects.filter(subject_kind="order").order_by("pk").values_list("kind", "state"))
    assert kinds == {"dispatch": "released", "delivery": "made"}
    # One letter, which names the rest alone.
    (message,) = Message.objects.exclude(moment__in=["order_confirmed", "order_dispatched", "parcel_delivered"])
    assert letter is not None
    assert (message.subject, message.language) == (letter.subject, "de")
    words = " ".join(message.text.split())
    for each in ("Leider vergriffen.", "20,00", "Nicht geschickt, aus Bestellung", "den Rest Ihrer Bestellung"):
        assert each in words
    assert words.count("1 × Becher") == 2
    with pytest.raises(AlreadyTold):
        refund(case, 2000, at)
    heard(shop, Parcel.objects.get(), 4, Status.DELIVERED)
    order.refresh_from_db()
    assert (order.state, arrival()) == ("delivered", "kept")


def test_what_is_here_already_makes_the_order_arrive(shop: Shop) -> None:
    order = left_in_part(shop)
    case = case_about(shop, order)
    heard(shop, Parcel.objects.get(), 2, Status.DELIVERED)
    assert Order.objects.get().state == "paid"
    refund(case, 2000, moment(shop, 3))
    assert (Order.objects.get().state, arrival()) == ("delivered", "released")


def test_where_nothing_of_the_order_comes_the_delivery_goes_back_too(shop: Shop) -> None:
    order = left_in_part(shop)
    case = case_about(shop, order)
    refund(lost(shop, Parcel.objects.get()), 2000, moment(shop, 3))
    owed = owed_now(case, at=moment(shop, 4))
    assert (owed.goods.amount, owed.delivery.amount, owed.before.amount, owed.back.amount) == (4000, 690, 2000, 2690)

    refund(case, 2690, moment(shop, 4))

    assert list(Refund.objects.order_by("pk").values_list("amount", "reason")) == [
        (2000, "not_arrived"),
        (2000, "reduced"),
        (690, "not_arrived"),
    ]
    assert arrival() == "released"


def test_what_somebody_gave_back_before_does_not_go_again(shop: Shop) -> None:
    order = left_in_part(shop)
    case, at = case_about(shop, order), moment(shop, 1)
    plan_refunds(subject=("order", order.pk), amount=Money(500, "EUR"), reason="by_staff", at=at, by="staff:1")
    owed = owed_now(case, at=at)
    assert (owed.before.amount, owed.back.amount) == (500, 1500)
    with pytest.raises(NotOwed, match=missing_goods.CHANGED):
        refund(case, 2000, at)
    refund(case, 1500, at)
    run_until_idle(now=lambda: at)
    order.refresh_from_db()
    assert (order.total, order.paid) == (2690, 2690)
    assert not Todo.objects.filter(kind="order.overpaid", state="open").exists()


def test_what_was_given_before_comes_off_once_however_many_parts_are_paid_back(shop: Shop) -> None:
    order, at = left_in_part(shop), moment(shop, 1)
    small = order.lines.get(kind="goods", variant_id=shop.small.pk)
    part = Part({small.pk: 1}, seen_left(lines_left(order.pk)), 0, 0, Tracking("DHL", "JD02", is_waiting=False))
    send_part(order_id=order.pk, part=part, by="staff:1", at=at)
    run_until_idle(now=lambda: at)
    case = case_about(shop, order)
    plan_refunds(subject=("order", order.pk), amount=Money(300, "EUR"), reason="by_staff", at=at, by="staff:1")
    refund(case, 700, at)
    first, second = Parcel.objects.order_by("pk")
    owed = owed_now(lost(shop, second, 4), at=moment(shop, 4))
    assert (owed.goods.amount, owed.before.amount, owed.back.amount, owed.is_all) == (1000, 0, 1000, False)
    refund(Trouble.objects.get(parcel=second, cause="lost"), 1000, moment(shop, 4))
    refund(lost(shop, first, 5), 2690, moment(shop, 5))
    assert sum(Refund.objects.values_list("amount", flat=True)) == 4690


def test_a_part_that_leaves_meanwhile_is_not_paid_back(shop: Shop) -> None:
    order = left_in_part(shop)
    case, at = case_about(shop, order), moment(shop, 1)
    line = order.lines.get(kind="goods", variant_id=shop.large.pk)
    part = Part({line.pk: 1}, seen_left(lines_left(order.pk)), 0, 0, Tracking("DHL", "JD02"))
    send_part(order_id=order.pk, part=part, by="staff:1", at=at)
    with pytest.raises(NotOwed, match=missing_goods.CHANGED):
        refund(case, 2000, at)
    assert owed_now(case, at=at).back.amount == 1000


def test_what_is_held_for_its_goods_is_let_go(shop: Shop) -> None:
    order = left_in_part(shop)
    hold_order(order_id=order.pk, reason="waiting_goods", by="staff:1", at=shop.at)
    refund(case_about(shop, order), 2000, moment(shop, 1))
    order.refresh_from_db()
    assert (order.held_at, order.state) == (None, "dispatched")


def test_a_code_that_would_not_hold_is_decided_on_the_orders_page(shop: Shop) -> None:
    how = {"gives": "percent", "percent": 10, "least": {"EUR": 3000}, "starts_at": shop.at}
    make_code(NewCode(code="THIRTY", occasion="season", **how), by="staff:1", at=shop.at)
    case = case_about(shop, left_in_part(shop, code="THIRTY"))
    with pytest.raises(NotOwed, match=missing_goods.CODE_FAILS):
        refund(case, 2000, moment(shop, 1))
    assert Refund.objects.count() == 0


def test_the_rest_that_leaves_later_is_told_by_itself_and_promised(shop: Shop) -> None:
    order = left_in_part(shop)
    due = Promise.objects.get(kind="dispatch", subject_id=order.pk).due_at
    look_for_not_leaving(due - timedelta(hours=7))
    case = Trouble.objects.select_related("order__account", "parcel").get()
    at = due - timedelta(hours=6)
    leaves = prospect(case, at=at).news.leaves

    tell(trouble_id=case.pk, wish=Wish(back=100), by="staff:1", at=at)

    letter = Message.objects.get(moment="order_trouble")
    words = " ".join(letter.text.split())
    assert "Noch offen, aus Bestellung" in words
    assert (words.count("1 × Becher"), "3 × Becher" in words, "1,00" in words) == (2, False, True)
    assert Promise.objects.get(kind="dispatch", state="made").last_day == leaves


@pytest.mark.django_db(transaction=True)
def test_of_several_at_the_same_moment_one_gives_the_rest_back() -> None:
    shop = open_shop(utc_now() - timedelta(days=9))
    case, at = case_about(shop, left_in_part(shop)), moment(shop, 1)

    results = at_the_same_time(*[lambda: refund(case, 2000, at)] * 3)

    assert sorted(type(each).__name__ for each in results) == ["AlreadyTold", "AlreadyTold", "Trouble"]
    assert list(Refund.objects.values_list("amount", flat=True)) == [2000]
    assert Message.objects.filter(moment="trouble_refunded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_each_who_has_looked_gives_it_back() -> None:
    """The control: what is looked at first and decided later goes back as often as somebody has looked."""
    shop = open_shop(utc_now() - timedelta(days=9))
    case, at = case_about(shop, left_in_part(shop)), moment(shop, 1)
    together = threading.Barrier(2)

    def unlocked() -> object:
        owed = owed_now(case, at=at)
        together.wait(10)
        with transaction.atomic():
            missing_goods.send_back(owed, owed.back, by="staff:1", at=at)
            return owed

    results = at_the_same_time(unlocked, unlocked)

    assert [type(each).__name__ for each in results] == ["Owed", "Owed"]
    assert list(Refund.objects.values_list("amount", flat=True)) == [2000, 2000]
    with pytest.raises(NotOwed):
        refund_all(trouble_id=case.pk, seen=2000, note="", by="staff:1", at=at)
