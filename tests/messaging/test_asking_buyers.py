"""What we ask of buyers while an order waits: to pay, once and in their daytime, and for an address that the carrier finds."""

from datetime import datetime, timedelta

import pytest

from tests.messaging.test_channels import sold_on
from tests.messaging.test_letters import PROFILE
from tests.orders.changing import bought
from tests.shop import Shop, move_money
from tradewind.core import preferences
from tradewind.core.models import AuditEntry
from tradewind.markets.shop import SHOP
from tradewind.messaging.address_asking import AlreadyAsked, NobodyToAsk, ask_for_address
from tradewind.messaging.models import Message, MomentOff, Withheld
from tradewind.messaging.reminding import remind_unpaid
from tradewind.orders.holding import NotHeldSo, hold_order, release_order
from tradewind.orders.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server", "bank")]


@pytest.fixture
def bank(shop: Shop) -> None:
    preferences.change(SHOP, PROFILE, by="system", at=shop.at)


def reminded(at: datetime) -> int:
    remind_unpaid(at)
    return Message.objects.filter(moment="payment_reminder").count()


def test_an_order_that_waits_for_a_transfer_is_reminded_of_once_in_the_daytime_three_days_before_its_end(
    shop: Shop,
) -> None:
    order = shop.place(shop.cart((shop.small, 1)), method="bank_transfer").order
    due = order.placed_at + timedelta(days=4)
    night = due.replace(hour=1) + timedelta(days=1)

    counts = [reminded(at) for at in (due - timedelta(minutes=1), night, night.replace(hour=9), night.replace(hour=12))]

    assert counts == [0, 0, 1, 1]
    letter = Message.objects.get(moment="payment_reminder")
    assert order.ref in letter.text
    assert "16,90\N{NO-BREAK SPACE}€" in letter.text
    assert "DE" in letter.text


def test_who_has_paid_by_card_cancelled_or_is_out_of_time_is_not_reminded(shop: Shop) -> None:
    card = shop.place(shop.cart((shop.small, 1))).order
    paid = shop.place(shop.cart((shop.small, 1)), method="bank_transfer").order
    move_money(paid, 100, shop.at)
    at = shop.at + timedelta(days=5, hours=3)

    assert reminded(at) == 0
    assert reminded(card.placed_at + timedelta(days=30)) == 0


def test_a_market_that_switched_it_off_is_not_reminded(shop: Shop) -> None:
    shop.place(shop.cart((shop.small, 1)), method="bank_transfer")
    MomentOff.objects.create(moment="payment_reminder", market="de", by="staff:1", at=shop.at)

    assert reminded(shop.at + timedelta(days=5, hours=3)) == 0


def test_a_buyer_is_asked_for_the_address_once_while_the_order_is_kept_back_for_it(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    hold = hold_order(order_id=order.pk, reason="address_unclear", by="staff:1", at=shop.at)

    message = ask_for_address(hold_id=hold.pk, note="Die Hausnummer fehlt.", by="staff:1", at=shop.at)

    assert (message.subject_kind, message.subject_id, message.language) == ("order_hold", hold.pk, "de")
    assert "Die Hausnummer fehlt." in message.text
    assert "Große Elbstraße 5" in message.text
    assert AuditEntry.objects.filter(action="order.address_asked").count() == 1
    with pytest.raises(AlreadyAsked):
        ask_for_address(hold_id=hold.pk, note="", by="staff:1", at=shop.at)


def test_nobody_is_asked_once_it_is_released_or_for_another_reason_or_on_a_marketplace(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    other = hold_order(order_id=order.pk, reason="other", by="staff:1", at=shop.at)
    with pytest.raises(NotHeldSo):
        ask_for_address(hold_id=other.pk, note="", by="staff:1", at=shop.at)
    release_order(hold_id=other.pk, by="staff:1", at=shop.at)
    hold = hold_order(order_id=order.pk, reason="address_unclear", by="staff:1", at=shop.at)
    sold_on("ebay", Order.objects.get(pk=order.pk), shop.at)

    with pytest.raises(NobodyToAsk):
        ask_for_address(hold_id=hold.pk, note="", by="staff:1", at=shop.at)

    assert not Message.objects.filter(moment="address_asked").exists()
    assert not Withheld.objects.exists()  # nothing happened: whoever asked was told
