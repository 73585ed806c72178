"""Money that goes back is promised to a day, and the promise is kept when the provider has said that it is there."""

from datetime import UTC, datetime, timedelta

from tests.console.making import make_staff
from tests.shop import Shop
from tradewind.aftersales.promising import RULE, days_for
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.money import Money
from tradewind.markets.models import MarketRule
from tradewind.orders.models import Order
from tradewind.payments.refunding import confirm_refund_sent, plan_refund
from tradewind.payments.settling import record_capture
from tradewind.promises.models import Promise


def test_the_days_are_the_market_s_and_the_way_s() -> None:
    rule = {"days": 10, "methods": {"bank_transfer": 5}}
    assert [days_for(rule, method) for method in ("card", "bank_transfer")] == [10, 5]
    assert days_for({}, "card") == 14


def test_a_refund_is_promised_when_it_is_planned_and_kept_when_it_is_confirmed(shop: Shop) -> None:
    MarketRule.objects.create(
        market=shop.de, key=RULE, value={"days": 3}, valid_from=shop.at.date(), source="-", checked_on=shop.at.date()
    )
    shop.de.version += 1
    shop.de.save()
    placed = shop.place(shop.cart((shop.small, 1)), method="bank_transfer")
    amount = Money(placed.intent.amount, "EUR")
    record_capture(intent_id=placed.intent.pk, external_id="m", amount=amount, by="system", at=shop.at)
    refund = plan_refund(intent=placed.intent, amount=amount, reason="goodwill", at=shop.at, by="staff:1")

    run_until_idle(now=lambda: shop.at)
    assert Promise.objects.get(kind="refund").state == "made"
    sent_at = shop.at + timedelta(hours=1)
    confirm_refund_sent(refund=refund, reference="B-1", by=make_staff(Role.OWNER), at=sent_at)
    run_until_idle(now=lambda: sent_at)

    promise = Promise.objects.get(kind="refund", subject_kind="refund", subject_id=refund.pk)
    assert promise.due_at == datetime(2026, 11, 26, 23, 0, tzinfo=UTC)  # the end of the 26th in Berlin
    order = Order.objects.get(pk=placed.order.pk)
    assert (promise.order_id, promise.account_id, promise.buyer_id) == (order.pk, order.account_id, order.buyer_id)
    assert (promise.state, promise.fulfilled_at) == ("kept", sent_at)
