"""Buyers hear of money that goes back when it has really been sent: what, how much, which way and until when, once."""

from datetime import timedelta

import pytest

from tests.messaging.test_channels import sold_on
from tests.orders.changing import bought
from tests.payments.parts import somebody
from tests.shipping.troubled import heard, sent
from tests.shop import Shop
from tradewind.console.orders.refunds import BY_STAFF
from tradewind.core.words import LOCALES
from tradewind.core.worker import run_until_idle
from tradewind.lib.money import Money
from tradewind.messaging.models import Message, Withheld
from tradewind.messaging.moments.refund_sent import SentBack, refund_sent
from tradewind.messaging.rendering import render
from tradewind.messaging.trouble_settling import refund_all
from tradewind.orders.cancelling import OTHER, cancel_order
from tradewind.orders.models import Order
from tradewind.payments.manual import confirm_transfer
from tradewind.payments.models import Refund
from tradewind.payments.queries import intents_for
from tradewind.payments.refunding import confirm_refund_sent, plan_refund, plan_refunds
from tradewind.shipping.models import Trouble
from tradewind.shipping.tracking_states import Reason, Status
from tradewind.shipping.trouble_watching import look_for_trouble

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]


def letters() -> list[Message]:
    return list(Message.objects.filter(moment="refund_sent").order_by("pk"))


def give_back(shop: Shop, order: Order, cents: int) -> None:
    plan_refunds(subject=("order", order.pk), amount=Money(cents, "EUR"), reason=BY_STAFF, at=shop.at, by="staff:1")


def test_a_part_is_told_once_when_the_provider_has_sent_it(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    give_back(shop, order, 300)
    assert letters() == []

    for _ in range(2):
        run_until_idle(now=lambda: shop.at)

    (letter,) = letters()
    refund = Refund.objects.get()
    assert (letter.subject_kind, letter.subject_id, letter.language) == ("refund", refund.pk, "de")
    assert "3,00\N{NO-BREAK SPACE}€" in letter.subject
    assert "3,00\N{NO-BREAK SPACE}€" in letter.text
    assert "card" in letter.text
    assert "Mo., 7. Dez." in letter.text  # fourteen days, as promised
    assert "Versand" not in letter.text.partition("Bestellung ansehen")[2]


def test_the_second_part_says_what_went_back_before(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    for cents in (300, 200):
        give_back(shop, order, cents)
        run_until_idle(now=lambda: shop.at)

    assert [
        ("3,00\N{NO-BREAK SPACE}€" in letter.text, "2,00\N{NO-BREAK SPACE}€" in letter.text) for letter in letters()
    ] == [(True, False), (True, True)]


def test_all_of_a_cancelled_order_stands_there_with_goods_and_delivery_apart(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    cancel_order(order=order, by="staff:1", reason=OTHER, at=shop.at)
    run_until_idle(now=lambda: shop.at)

    (letter,) = letters()
    assert Message.objects.filter(moment="order_cancelled").count() == 1
    assert "10,00\N{NO-BREAK SPACE}€" in letter.text
    assert "6,90\N{NO-BREAK SPACE}€" in letter.text
    assert "16,90\N{NO-BREAK SPACE}€" in letter.subject


def test_a_transfer_by_hand_is_told_when_somebody_has_made_it(shop: Shop) -> None:
    staff = somebody(shop.at)
    order = shop.place(shop.cart((shop.small, 1)), method="bank_transfer").order
    intent = intents_for("order", order.pk)[0]
    confirm_transfer(intent=intent, amount=Money(1690, "EUR"), reference="IN-1", by=staff, at=shop.at)
    run_until_idle(now=lambda: shop.at)
    refund = plan_refund(intent=intent, amount=Money(500, "EUR"), reason=BY_STAFF, at=shop.at, by="staff:1")
    run_until_idle(now=lambda: shop.at)
    assert letters() == []

    late = shop.at + timedelta(days=20)
    confirm_refund_sent(refund=refund, reference="OUT-1", by=staff, at=late)
    run_until_idle(now=lambda: late)

    (letter,) = letters()
    assert "bank_transfer" in letter.text
    assert "nach einer Woche" in letter.text  # the promised day has passed: none is named


def test_who_heard_of_lost_goods_and_their_money_in_one_letter_gets_no_second_one(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 9, Status.EXCEPTION, Reason.LOST)
    look_for_trouble(shop.at + timedelta(days=9))
    case = Trouble.objects.get(cause="lost")
    refund_all(trouble_id=case.pk, seen=1690, note="", by="staff:1", at=shop.at + timedelta(days=9))
    run_until_idle(now=lambda: shop.at + timedelta(days=9))

    assert Refund.objects.get().state == Refund.State.CONFIRMED
    assert Message.objects.filter(moment="trouble_refunded").count() == 1
    assert letters() == []


def test_of_an_order_of_a_marketplace_the_platform_tells(shop: Shop) -> None:
    order = sold_on("amazon", bought(shop, (shop.small, 1)), shop.at)
    give_back(shop, order, 300)
    run_until_idle(now=lambda: shop.at)

    assert letters() == []
    assert list(Withheld.objects.values_list("moment", "why")) == [("refund_sent", "platform")]


@pytest.mark.parametrize("language", LOCALES)
def test_every_reason_reads_in_every_language(shop: Shop, language: str) -> None:
    order = bought(shop, (shop.small, 1))
    order.language = language
    texts = set()
    for reason in ("order.cancelled", "not_arrived", "reduced", "merged", "trouble", "by_program"):
        letter = refund_sent(order, SentBack(300, 100, reason, lambda _: "Visa", None))
        texts.add(render(letter).text)
        assert order.ref in letter.subject

    assert len(texts) == 6
