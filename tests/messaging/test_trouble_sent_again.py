"""Goods that went once more and did not arrive either: the money that was paid for them goes back, once, and never more than that."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.at_once import at_the_same_time
from tests.messaging.test_trouble_settling import arrival, lost, refund, two_parcels
from tests.orders.changing import bought, split
from tests.shipping.troubled import heard, look, moment, sent
from tests.shop import Shop, open_shop
from tradewind.aftersales import missing_goods
from tradewind.aftersales.missing_goods import NotOwed, owed_for
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_prospects import prospect
from tradewind.messaging.trouble_settling import owed_now, refund_preview, send_goods_again
from tradewind.messaging.trouble_telling import AlreadyTold
from tradewind.orders.merging import mergeable_with
from tradewind.orders.models import Order
from tradewind.payments.models import Refund
from tradewind.payments.refunding import plan_refunds
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.tracking_states import Status
from tradewind.shipping.trouble_proposing import Act

pytestmark = pytest.mark.django_db


def lost_again(shop: Shop, case: Trouble, days: float = 8, number: str = "LP9") -> Trouble:
    """The goods of a case go once more, and are lost once more."""
    made = send_goods_again(trouble_id=case.pk, by="staff:1", at=moment(shop, days - 4))
    run_until_idle(now=lambda: moment(shop, days - 4))
    order = Order.objects.get(pk=made.pk)
    mark_dispatched(order=order, by="staff:1", at=moment(shop, days - 3), tracking=Tracking("YunExpress", number))
    parcel = Parcel.objects.get(order=order)
    heard(shop, parcel, days - 2, Status.PICKED_UP)
    return lost(shop, parcel, days)


def amounts() -> list[tuple[int, int]]:
    """(order, amount) of all that goes back."""
    return list(Refund.objects.order_by("pk").values_list("intent__subject_id", "amount"))


def test_what_was_lost_twice_is_paid_back_with_the_money_of_the_first_order(shop: Shop) -> None:
    first = lost(shop, sent(shop, units=2))
    again, at = lost_again(shop, first), moment(shop, 8)
    owed = owed_now(again, at=at)
    assert (owed.order, again.order.paid) == (first.order, 0)
    assert (owed.goods.amount, owed.delivery.amount, owed.back.amount, owed.is_all) == (2000, 690, 2690, True)
    letter = refund_preview(again, owed, "")
    assert letter is not None

    refund(again, 2690, at)

    assert amounts() == [(first.order_id, 2690)]
    message = Message.objects.get(moment="trouble_refunded")
    assert (message.subject, message.recipient) == (letter.subject, "greta@example.com")
    assert first.order.ref in message.subject
    # Nobody waits for either of the two any more, and neither case gives it back again.
    assert Parcel.objects.filter(refunded_at=at).count() == 2
    assert set(Trouble.objects.values_list("state", flat=True)) == {"solved"}
    assert arrival() == "released"
    with pytest.raises(AlreadyTold):
        refund(again, 2690, at)
    look(shop, 80)
    assert not Trouble.objects.filter(closed_at=None).exists()


def test_of_one_parcel_of_several_its_goods_go_back_and_with_the_last_the_delivery(shop: Shop) -> None:
    one, other = two_parcels(shop)
    again = lost_again(shop, lost(shop, one))
    owed = owed_now(again, at=moment(shop, 8))
    assert (owed.back.amount, owed.is_all) == (2000, False)
    refund(again, 2000, moment(shop, 8))

    last = owed_for(lost(shop, other, 9), at=moment(shop, 9))

    assert (last.before.amount, last.back.amount, last.is_all) == (2000, 1690, True)


def test_of_goods_that_went_again_in_parts_each_part_goes_back(shop: Shop) -> None:
    first = lost(shop, sent(shop, units=3))
    made = send_goods_again(trouble_id=first.pk, by="staff:1", at=moment(shop, 4))
    line = made.lines.get(kind="goods")
    found = []
    for days, (units, number) in enumerate(((1, "JD1"), (2, "JD2"))):
        tracking = Tracking("DHL", number, is_waiting=False)
        part = Part({line.pk: units}, seen_left(lines_left(made.pk)), 0, 0, tracking)
        send_part(order_id=made.pk, part=part, by="staff:1", at=moment(shop, 5 + days))
        heard(shop, parcel := made.parcels.latest("pk"), 6 + days, Status.PICKED_UP)
        found.append(parcel)
    one, two = (lost(shop, parcel, 9 + days) for days, parcel in enumerate(found))
    refund(one, 1000, moment(shop, 10))
    assert Parcel.objects.filter(order=first.order, refunded_at=None).exists()
    owed = owed_now(two, at=moment(shop, 11))
    assert (owed.before.amount, owed.back.amount, owed.is_all) == (1000, 2690, True)
    refund(two, 2690, moment(shop, 11))
    assert sum(amount for _, amount in amounts()) == 3690


def test_what_went_again_twice_leads_to_the_order_that_was_paid(shop: Shop) -> None:
    first = lost(shop, sent(shop))
    third = lost_again(shop, lost_again(shop, first), 16, "LP10")
    refund(third, 1690, moment(shop, 16))
    assert amounts() == [(first.order_id, 1690)]
    assert Parcel.objects.filter(refunded_at=None).count() == 0


def test_never_more_than_was_paid_goes_back(shop: Shop) -> None:
    first = lost(shop, sent(shop))
    again, at = lost_again(shop, first), moment(shop, 8)
    money = Money(1600, "EUR")
    plan_refunds(subject=("order", first.order_id), amount=money, reason="by_staff", at=at, by="staff:1")
    with pytest.raises(NotOwed, match=missing_goods.CHANGED):
        refund(again, 1690, at)
    refund(again, 90, at)
    assert amounts() == [(first.order_id, 1600), (first.order_id, 90)]


def test_where_the_first_parcel_arrived_after_all_nothing_goes_back(shop: Shop) -> None:
    parcel = sent(shop)
    again = lost_again(shop, lost(shop, parcel))
    heard(shop, parcel, 9, Status.DELIVERED)
    with pytest.raises(NotOwed, match=missing_goods.ARRIVED):
        refund(again, 1690, moment(shop, 10))


def test_the_buyer_has_waited_since_the_first_order(shop: Shop) -> None:
    again = lost_again(shop, lost(shop, sent(shop)), 31)
    assert prospect(again, at=moment(shop, 31)).proposal.act is Act.REFUND


@pytest.mark.django_db(transaction=True)
def test_of_several_at_the_same_moment_one_gives_the_money_back() -> None:
    shop = open_shop(utc_now() - timedelta(days=19))
    one, _ = two_parcels(shop)
    again, at = lost_again(shop, lost(shop, one)), moment(shop, 8)

    def once_more() -> object:
        return send_goods_again(trouble_id=again.pk, by="staff:1", at=at)

    results = at_the_same_time(*[lambda: refund(again, 2000, at)] * 3, once_more)

    done = sorted(type(each).__name__ for each in results)
    # Whoever is first of the two kinds, the goods go again or the money does.
    assert done in (["AlreadyTold"] * 3 + ["Trouble"], ["NotOwed"] * 3 + ["Order"])
    assert [amount for _, amount in amounts()] == ([2000] if "Trouble" in done else [])


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_each_who_has_looked_gives_it_back() -> None:
    """The control: what is looked at first and written later goes back as often as somebody has looked."""
    shop = open_shop(utc_now() - timedelta(days=19))
    one, _ = two_parcels(shop)
    again = lost_again(shop, lost(shop, one))
    together = threading.Barrier(2)

    def unlocked() -> object:
        owed = owed_now(again, at=moment(shop, 8))
        together.wait(10)
        with transaction.atomic():
            # Half of it: twice as much as there is goes back in no way.
            missing_goods.send_back(owed, Money(1500, "EUR"), by="staff:1", at=moment(shop, 8))
            return owed

    results = at_the_same_time(unlocked, unlocked)

    assert [type(each).__name__ for each in results] == ["Owed", "Owed"]
    assert [amount for _, amount in amounts()] == [1500, 1500]


def test_a_part_that_was_split_off_leads_to_the_money_of_the_first_order_as_well(shop: Shop) -> None:
    first = lost(shop, sent(shop, units=3))
    made = send_goods_again(trouble_id=first.pk, by="staff:1", at=moment(shop, 4))
    run_until_idle(now=lambda: moment(shop, 4))
    part, found = split(shop, made, 1), []
    for days, (order, number) in enumerate(((part, "JD1"), (made, "JD2"))):
        tracking = Tracking("DHL", number)
        mark_dispatched(
            order=Order.objects.get(pk=order.pk), by="staff:1", at=moment(shop, 5 + days), tracking=tracking
        )
        heard(shop, parcel := Parcel.objects.get(order=order), 6 + days, Status.PICKED_UP)
        found.append(lost(shop, parcel, 9 + days))
    one, two = found
    refund(one, 1000, moment(shop, 10))
    # The other part may still arrive.
    assert Parcel.objects.filter(order=first.order, refunded_at=None).exists()
    owed = owed_now(two, at=moment(shop, 11))
    assert (owed.order, owed.before.amount, owed.back.amount, owed.is_all) == (first.order, 1000, 2690, True)
    refund(two, 2690, moment(shop, 11))
    assert not Parcel.objects.filter(refunded_at=None).exists()


def test_goods_that_go_again_become_one_parcel_with_no_others(shop: Shop) -> None:
    made = send_goods_again(trouble_id=lost(shop, sent(shop, units=2)).pk, by="staff:1", at=moment(shop, 4))
    run_until_idle(now=lambda: moment(shop, 4))
    bought(shop, (shop.small, 1))
    part = split(shop, made, 1)
    assert mergeable_with(Order.objects.get(pk=made.pk)) == [part]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_orders_of_before_name_their_case_after_an_upgrade() -> None:
    shop = open_shop(utc_now() - timedelta(days=19))
    case = lost(shop, sent(shop, units=3))
    made = send_goods_again(trouble_id=case.pk, by="staff:1", at=moment(shop, 4))
    run_until_idle(now=lambda: moment(shop, 4))
    part = split(shop, made, 2)
    smallest, other = split(shop, part, 1), bought(shop, (shop.small, 1))
    split(shop, bought(shop, (shop.small, 2)), 1)
    call_command("migrate", "orders", "0026", verbosity=0)

    call_command("migrate", verbosity=0)

    named = Order.objects.exclude(case_id=None).order_by("pk").values_list("pk", "case_id")
    assert list(named) == [(each.pk, case.pk) for each in (made, part, smallest)]
    assert Order.objects.filter(pk=other.pk, case_id=None).exists()
