"""Orders that nobody paid are cancelled in their time, and those that somebody paid never."""

from datetime import timedelta

import pytest

from tests.payments.parts import somebody
from tests.shop import Shop
from tradewind.checkout import unpaid
from tradewind.checkout.unpaid import cancel_unpaid
from tradewind.lib.money import Money
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.manual import confirm_transfer
from tradewind.payments.methods import offer_for
from tradewind.payments.models import PaymentIntent
from tradewind.payments.settling import record_capture, record_decline
from tradewind.payments.starting import create_intent

DAY = timedelta(days=1)


def test_a_card_order_waits_a_day_and_a_transfer_a_week(shop: Shop) -> None:
    card = shop.place(shop.cart((shop.small, 1)))
    transfer = shop.place(shop.cart((shop.small, 1)), method="bank_transfer")

    assert [cancel_unpaid(shop.at + days * DAY) for days in (1, 2, 7, 8)] == [0, 1, 0, 1]
    assert {order.state for order in Order.objects.filter(pk__in=[card.order.pk, transfer.order.pk])} == {"cancelled"}


def test_a_buyer_who_goes_on_to_pay_by_transfer_has_a_transfers_time(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 1)))
    record_decline(intent_id=placed.intent.pk, problem="card_declined", by="provider:simulator", at=shop.at)
    create_intent(
        subject=("order", placed.order.pk),
        amount=Money(1690, "EUR"),
        method=offer_for(shop.de.pk, "bank_transfer"),
        at=shop.at + timedelta(hours=20),
    )

    assert cancel_unpaid(shop.at + 2 * DAY) == 0
    assert cancel_unpaid(shop.at + 8 * DAY) == 1


def test_money_that_the_order_has_not_heard_of_yet_keeps_it_from_being_cancelled(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 1)))
    record_capture(
        intent_id=placed.intent.pk, external_id="M", amount=Money(1690, "EUR"), by="provider:simulator", at=shop.at
    )

    assert cancel_unpaid(shop.at + 2 * DAY) == 0
    assert Order.objects.get().state == OrderState.AWAITING_PAYMENT


def test_a_part_of_the_money_is_a_matter_for_a_person(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 1)), method="bank_transfer")
    confirm_transfer(intent=placed.intent, amount=Money(1, "EUR"), reference="IN 1", by=somebody(shop.at), at=shop.at)

    assert cancel_unpaid(shop.at + 30 * DAY) == 0


def test_an_order_is_not_cancelled_before_its_provider_was_asked_once_more(shop: Shop) -> None:
    """After an outage of the worker, the money may have been at the provider for days."""
    placed = shop.place(shop.cart((shop.small, 1)))
    at = shop.at + 2 * DAY
    PaymentIntent.objects.filter(pk=placed.intent.pk).update(ask_at=shop.at + timedelta(minutes=1))
    assert cancel_unpaid(at) == 0

    PaymentIntent.objects.filter(pk=placed.intent.pk).update(ask_at=at + timedelta(hours=6))
    assert cancel_unpaid(at) == 1


def test_many_orders_with_time_left_do_not_hide_those_without(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpaid, "BATCH", 2)
    for _ in range(3):
        shop.place(shop.cart((shop.small, 1)), method="bank_transfer")
    shop.place(shop.cart((shop.small, 1)), at=shop.at + timedelta(minutes=1))

    assert cancel_unpaid(shop.at + 2 * DAY) == 1
