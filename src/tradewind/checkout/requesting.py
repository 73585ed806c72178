"""Asking for what a changed order costs more than was paid: the buyer pays it on the order's page, and the order waits for it."""

from typing import Final

from tradewind.lib.money import Money
from tradewind.markets.queries import market_by_code
from tradewind.orders.asking_more import wait_for
from tradewind.orders.changing import Act, NotChangeable
from tradewind.orders.models import Order
from tradewind.payments.methods import Offer, offers
from tradewind.payments.settling import give_up_intents
from tradewind.payments.starting import create_intent

NO_METHOD: Final = "no_method"  # the order's market offers no way to pay any more


def ask_for(order: Order, amount: Money, act: Act) -> None:
    """In the caller's transaction, which has the order's lock: ask for this in the place of what was asked before, and keep
    the order back; for nothing, or less, it waits no longer. Raises NotChangeable.
    """
    give_up_intents(subject=("order", order.pk), by=act.by, at=act.at)
    wait_for(order, amount, by=act.by, at=act.at)
    if amount.amount > 0:
        create_intent(
            subject=("order", order.pk),
            amount=amount,
            method=_method(order, act),
            at=act.at,
            language=order.language,
            description=order.ref,
        )


def _method(order: Order, act: Act) -> Offer:
    """As the buyer chose, while the market offers it."""
    found = offers(market_by_code(order.market, on=act.at.date()).id, order.language)
    if not found:
        raise NotChangeable(order.pk, NO_METHOD)
    return next((offer for offer in found if offer.code == order.payment_method), found[0])
