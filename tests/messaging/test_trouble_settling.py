"""Goods that did not come: all of the money back, with its letter and once, or the goods once more, and never both."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.at_once import at_the_same_time
from tests.checkout.test_codes import offer
from tests.orders.changing import bought
from tests.shipping.troubled import cases, heard, look, moment, sent
from tests.shop import Shop, open_shop
from tradewind.aftersales import missing_goods
from tradewind.aftersales.missing_goods import NotOwed, give_back, owed_for
from tradewind.aftersales.sent_again import again_key
from tradewind.api.parcels_telling import parcel_in_list
from tradewind.core.models import AuditEntry, Todo
from tradewind.core.reach import EVERYWHERE
from tradewind.core.words import LOCALES
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import Reservation
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_settling import refund_all, refund_preview, send_goods_again
from tradewind.messaging.trouble_telling import AlreadyTold
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.models import Order
from tradewind.payments.models import Refund
from tradewind.payments.queries import intents_for
from tradewind.payments.refunding import plan_refund, plan_refunds
from tradewind.promises.models import Promise
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.parcel_queries import ParcelFilters, parcels_within
from tradewind.shipping.parcels import Tracking, replace_label
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.tracking_states import Reason, Status
from tradewind.shipping.trouble_orders import look_for_not_leaving

pytestmark = pytest.mark.django_db


def lost(shop: Shop, parcel: Parcel, days: float = 3) -> Trouble:
    heard(shop, parcel, days, Status.EXCEPTION, Reason.LOST)
    look(shop, days)
    return case_of(parcel)


def case_of(parcel: Parcel) -> Trouble:
    return Trouble.objects.select_related("order__account", "parcel").get(parcel=parcel, cause="lost")


def refund(case: Trouble, seen: int, at: datetime, note: str = "") -> Trouble:
    return refund_all(trouble_id=case.pk, seen=seen, note=note, by="staff:1", at=at)


def arrival() -> str:
    """What became of the last promise of arrival."""
    return Promise.objects.filter(kind="delivery").latest("pk").state


def two_parcels(shop: Shop) -> tuple[Parcel, Parcel]:
    """Two of three, and the last."""
    order = bought(shop, (shop.small, 3))
    line = order.lines.get(kind="goods")
    for units, number in ((2, "JD01"), (1, "JD02")):
        tracking = Tracking("DHL", number, is_waiting=False)
        part = Part({line.pk: units}, seen_left(lines_left(order.pk)), 0, 0, tracking)
        send_part(order_id=order.pk, part=part, by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    first, second = Parcel.objects.order_by("pk")
    for parcel in (first, second):
        heard(shop, parcel, 1, Status.PICKED_UP)
    return first, second


def test_everything_is_lost_and_everything_goes_back_with_its_letter(shop: Shop) -> None:
    case, at = lost(shop, sent(shop, units=2)), moment(shop, 3)
    owed = owed_for(case, at=at)
    assert (owed.goods.amount, owed.delivery.amount, owed.back.amount, owed.is_all) == (2000, 690, 2690, True)
    letter = refund_preview(case, owed, "Es tut uns leid.")

    done = refund(case, 2690, at, "Es tut uns leid.")

    assert (done.state, [(each["act"], each["amount"]) for each in done.done]) == ("solved", [("refund", 2690)])
    assert list(Refund.objects.values_list("amount", "reason", "by")) == [(2690, "not_arrived", "staff:1")]
    message = Message.objects.get(moment="trouble_refunded")
    assert (message.language, message.recipient) == ("de", "greta@example.com")
    assert message.subject == f"Ihr Geld für die Bestellung {case.order.ref} kommt zurück"
    assert letter is not None
    assert letter.subject == message.subject
    for words in ("Es tut uns leid.", "26,90", "20,00", "6,90"):
        assert words in message.text
    run_until_idle(now=lambda: at)
    promise = Promise.objects.get(kind="refund")
    assert (promise.state, promise.last_day) in {("made", owed.until), ("kept", owed.until)}
    # Nobody waits for it any more: nothing about it is trouble again, and its arrival is not owed.
    assert arrival() == "released"
    look(shop, 60)
    assert cases() == [("lost", "solved")]
    assert Todo.objects.filter(kind="parcel.trouble", state="open").count() == 0
    parcel = Parcel.objects.select_related("order").get()
    shown = parcel_in_list(parcel)
    assert (shown.refunded_at, shown.due_at, shown.troubles) == (at, None, [])
    within = [
        parcels_within(ParcelFilters(view=view), EVERYWHERE, now=moment(shop, 60)) for view in ("late", "trouble")
    ]
    assert [list(rows) for rows in within] == [[], []]
    assert AuditEntry.objects.filter(action="trouble.refunded").count() == 1


def test_the_letter_is_whole_in_every_language(shop: Shop) -> None:
    case = lost(shop, sent(shop))
    owed, told = owed_for(case, at=shop.at), set()
    for language in LOCALES:
        case.order.language = language
        letter = refund_preview(case, owed, "")
        assert letter is not None
        told |= {letter.subject, *letter.text.split("\n")[4:8]}
        assert case.order.ref in letter.subject
        assert ("16.90" in letter.text) or ("16,90" in letter.text)
    # No two of them share a subject, what happened, or what goes back.
    assert len([words for words in told if words]) == 3 * len(LOCALES)


def test_of_one_parcel_its_goods_go_back_and_of_the_last_the_delivery_too(shop: Shop) -> None:
    first, second = two_parcels(shop)
    case = lost(shop, first)
    owed = owed_for(case, at=moment(shop, 3))
    assert (owed.back.amount, owed.is_all) == (2000, False)
    refund(case, 2000, moment(shop, 3))
    # The other one is still to come.
    assert arrival() == "made"
    again = lost(shop, second, 4)
    assert case_of(second).handled_at is None

    last = owed_for(again, at=moment(shop, 4))

    assert (last.goods.amount, last.delivery.amount, last.before.amount, last.back.amount) == (3000, 690, 2000, 1690)
    refund(again, 1690, moment(shop, 4))
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [1690, 2000]
    assert arrival() == "released"


def test_when_the_rest_is_there_the_order_has_arrived(shop: Shop) -> None:
    first, second = two_parcels(shop)
    heard(shop, second, 2, Status.DELIVERED)
    refund(lost(shop, first), 2000, moment(shop, 3))
    order = Order.objects.get()
    assert (order.state, arrival()) == ("delivered", "released")


def test_the_rest_that_comes_later_keeps_the_promise(shop: Shop) -> None:
    first, second = two_parcels(shop)
    refund(lost(shop, first), 2000, moment(shop, 3))
    heard(shop, second, 4, Status.DELIVERED)
    order = Order.objects.get()
    assert (order.state, arrival()) == ("delivered", "kept")


def test_with_a_code_its_share_stays_with_the_shop(shop: Shop) -> None:
    offer(shop, "TEN")
    order = bought(shop, (shop.small, 2), code="TEN")
    assert order.total == 1800 + 690
    assert owed_total(shop, order) == (1800, 690, 2490)


def owed_total(shop: Shop, order: Order) -> tuple[int, int, int]:
    look_for_not_leaving(Promise.objects.get(kind="dispatch", subject_id=order.pk).due_at - timedelta(hours=7))
    case = Trouble.objects.select_related("order__account", "parcel").get(order=order)
    owed = owed_for(case, at=shop.at)
    return owed.goods.amount, owed.delivery.amount, owed.back.amount


def test_what_went_back_before_does_not_go_again(shop: Shop) -> None:
    case = lost(shop, sent(shop, units=2))
    intent = intents_for("order", case.order_id)[0]
    plan_refund(intent=intent, amount=Money(190, "EUR"), reason="trouble", at=shop.at, by="staff:1")
    owed = owed_for(case, at=shop.at)
    assert (owed.before.amount, owed.back.amount) == (190, 2500)
    # Somebody who looked at another amount decides again.
    with pytest.raises(NotOwed) as refused:
        refund(case, 2690, shop.at)
    assert refused.value.why == missing_goods.CHANGED
    assert Refund.objects.filter(reason="not_arrived").count() == 0
    refund(case, 2500, shop.at)
    with pytest.raises(AlreadyTold):
        refund(case, 2500, shop.at)


def test_an_order_that_has_not_left_is_cancelled_with_it(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    due = Promise.objects.get(kind="dispatch", subject_id=order.pk).due_at
    look_for_not_leaving(due - timedelta(hours=7))
    case = Trouble.objects.select_related("order__account", "parcel").get()
    refund(case, 1690, shop.at)
    run_until_idle(now=lambda: shop.at)

    order.refresh_from_db()
    assert (order.state, Reservation.objects.filter(state="held").count()) == ("cancelled", 0)
    assert list(Refund.objects.values_list("amount", flat=True)) == [1690]
    moments = Message.objects.filter(subject_id=order.pk, subject_kind="order").values_list("moment", flat=True)
    assert set(moments) == {"order_confirmed", "order_cancelled"}
    assert Message.objects.filter(moment="trouble_refunded").count() == 0
    case.refresh_from_db()
    assert (case.state, [each["act"] for each in case.done]) == ("solved", ["refund"])


def test_the_goods_again_or_the_money_and_never_both(shop: Shop) -> None:
    case = lost(shop, sent(shop))
    made = [send_goods_again(trouble_id=case.pk, by="staff:1", at=moment(shop, 3)) for _ in range(2)]
    assert made[0].pk == made[1].pk
    with pytest.raises(NotOwed) as refused:
        refund(case, 1690, moment(shop, 3))
    assert refused.value.why == missing_goods.SENT_AGAIN

    # Nor twice because of another case of the same parcel.
    again = Trouble.objects.create(
        group=case.group, order=case.order, parcel=case.parcel, cause="slow", since=shop.at, opened_at=shop.at
    )
    assert send_goods_again(trouble_id=again.pk, by="staff:1", at=moment(shop, 3)).pk == made[0].pk

    other = lost(shop, sent(shop, "LP2"), 4)
    refund(other, 1690, moment(shop, 4))
    with pytest.raises(AlreadyTold):
        send_goods_again(trouble_id=other.pk, by="staff:1", at=moment(shop, 4))
    assert Order.objects.filter(cart_key=again_key(other.pk)).count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_several_at_the_same_moment_one_gives_the_money_back() -> None:
    shop = open_shop(utc_now() - timedelta(days=9))
    _, second = two_parcels(shop)
    case, at = lost(shop, second), moment(shop, 3)

    results = at_the_same_time(*[lambda: refund(case, 1000, at)] * 3)

    assert sorted(type(each).__name__ for each in results) == ["AlreadyTold", "AlreadyTold", "Trouble"]
    assert list(Refund.objects.values_list("amount", flat=True)) == [1000]
    assert Message.objects.filter(moment="trouble_refunded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_each_who_has_looked_gives_it_back() -> None:
    """The control: what is looked at first and written later goes back as often as somebody has looked."""
    shop = open_shop(utc_now() - timedelta(days=9))
    _, second = two_parcels(shop)
    lost(shop, second)
    together = threading.Barrier(2)

    def unlocked() -> object:
        case = case_of(second)
        together.wait(10)
        with transaction.atomic():
            return give_back(case, owed_for(case, at=moment(shop, 3)), by="staff:1", at=moment(shop, 3))

    results = at_the_same_time(unlocked, unlocked)

    assert [type(each).__name__ for each in results] == ["NoneType", "NoneType"]
    assert list(Refund.objects.values_list("amount", flat=True)) == [1000, 1000]


def test_a_new_label_owes_no_money_again(shop: Shop) -> None:
    first, second = two_parcels(shop)
    refund(lost(shop, second), 1000, moment(shop, 3))
    order = Order.objects.get()
    second.refresh_from_db()

    new = replace_label(second, Tracking("DHL", "JD03"), order=order, at=moment(shop, 4))

    assert Parcel.objects.get(pk=new.pk).refunded_at == moment(shop, 3)
    heard(shop, first, 4, Status.DELIVERED)
    look(shop, 60)
    assert not Trouble.objects.filter(parcel=new, closed_at=None).exists()


def test_goods_that_go_again_do_not_go_once_more_under_a_new_label(shop: Shop) -> None:
    case = lost(shop, sent(shop))
    made = send_goods_again(trouble_id=case.pk, by="staff:1", at=moment(shop, 3))
    parcel = Parcel.objects.get()
    new = replace_label(parcel, Tracking("DHL", "JD03"), order=case.order, at=moment(shop, 4))
    other = lost(shop, new, 5)

    assert send_goods_again(trouble_id=other.pk, by="staff:1", at=moment(shop, 5)).pk == made.pk
    with pytest.raises(NotOwed):
        owed_for(other, at=moment(shop, 5))


def test_after_what_went_again_was_cancelled_both_ways_are_open(shop: Shop) -> None:
    case, at = lost(shop, sent(shop)), moment(shop, 3)
    made = send_goods_again(trouble_id=case.pk, by="staff:1", at=at)
    cancel_order(order=made, by="staff:1", reason="other", at=at)

    assert owed_for(case, at=at).back.amount == 1690
    second = send_goods_again(trouble_id=case.pk, by="staff:1", at=at)
    assert second.pk != made.pk
    assert send_goods_again(trouble_id=case.pk, by="staff:1", at=at).pk == second.pk


def test_of_a_part_what_somebody_gave_back_before_does_not_go_again(shop: Shop) -> None:
    first, _ = two_parcels(shop)
    case, at = lost(shop, first), moment(shop, 3)
    money = Money(1500, "EUR")
    plan_refunds(subject=("order", case.order_id), amount=money, reason="by_staff", at=at, by="staff:1")

    owed = owed_for(case, at=at)

    assert (owed.goods.amount, owed.before.amount, owed.back.amount) == (2000, 1500, 500)
    refund(case, 500, at)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [500, 1500]
