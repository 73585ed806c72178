"""The small shop of the documentation: one paid order as the shop writes it, and a newer one, under names that stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.console.making import make_order
from tests.papers.parts import name_seller
from tests.shop import Shop
from tradewind.buyers.models import Buyer
from tradewind.catalog.models import Media
from tradewind.core.models import Staff
from tradewind.core.reach import EVERYWHERE
from tradewind.core.reacting import run_reactions
from tradewind.core.staff import SCOPES, create_token
from tradewind.orders.models import Order
from tradewind.papers.models import IssuedPaper
from tradewind.payments.models import PaymentIntent
from tradewind.payments.settling import record_capture
from tradewind.webhooks.models import Subscription
from tradewind.webhooks.planning import send_test
from tradewind.webhooks.subscribing import Wanted, subscribe

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def open_sample(shop: Shop) -> None:
    """Two small mugs and a large one for Hamburg, paid by card; half an hour later an order from a marketplace."""
    name_seller(shop.at)
    placed = shop.place(shop.cart((shop.small, 2), (shop.large, 1)))
    paid_at = shop.at + timedelta(minutes=2)
    intent = placed.intent
    record_capture(intent_id=intent.pk, external_id="MV-1", amount=intent.due, by="provider:simulator", at=paid_at)
    while run_reactions(now=lambda: paid_at):
        pass
    Order.objects.filter(pk=placed.order.pk).update(ref="TW-7K3M9Q2X")
    IssuedPaper.objects.update(ref="PA-3W9K7D2MX5R8T0QB", number="INV1-2026-00001")
    Media.objects.filter(product__slug="mug").update(id=1)
    Buyer.objects.filter(pk=placed.order.buyer_id).update(ref="B-4T8W2N6RCE")
    PaymentIntent.objects.filter(pk=intent.pk).update(ref="PI-9X5D1H7JQA", provider_ref="SIM-3F6Z8YK0PV")
    make_order(
        1,
        pk=104207,  # it stands in the place where a list goes on
        ref="TW-2V8NA4FT6C",
        external_id="026-4417091-1185938",
        account="amazon uk",
        country="GB",
        ship_to={"name": "Owen Pryce"},
        currency="GBP",
        placed_at=shop.at + timedelta(minutes=30),
    )


def make_hook(owner: Staff, at: datetime) -> Subscription:
    """With one word said to it."""
    wanted = Wanted("warehouse", "https://erp.example/hooks/tradewind", ["order.paid", "order.cancelled"])
    hook, _ = subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by="system", at=at)
    Subscription.objects.filter(pk=hook.pk).update(ref="WH-8Q2M5T7K1R")
    hook.refresh_from_db()
    send_test(subscription=hook, at=at)
    return hook


def sample_key(owner: Staff, at: datetime) -> str:
    """A key that ends in a far year, so that it opens whenever the tests run."""
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    return create_token(name="warehouse screen", scopes=["orders:read"], by=owner, at=at, expires_at=ends)[1]


def key_for_all(owner: Staff, at: datetime) -> str:
    """A key that may do everything."""
    return create_token(name="everything", scopes=list(SCOPES), by=owner, at=at)[1]
