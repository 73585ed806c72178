"""One order, placed and paid through the activities that pages call, without pages."""

from tradewind.checkout.carts import add_line, open_cart
from tradewind.checkout.details import BuyerDetails
from tradewind.checkout.placing import Agreement, place_order
from tradewind.checkout.summary import Choice, summarise
from tradewind.connectors.simulator.choosing import Choice as TestersChoice
from tradewind.connectors.simulator.choosing import choose
from tradewind.lib.clock import utc_now
from tradewind.markets.queries import market_by_code
from tradewind.payments.asking import ask_now
from tradewind.payments.models import PaymentIntent
from tradewind.payments.starting import start_now


class NotPaid(Exception):
    """The payment did not come through; the figure would be worth nothing."""


def place_and_pay(variant_id: int, email: str) -> None:
    """Raises NotPaid."""
    at = utc_now()
    cart = open_cart(None, market="de", language="de", at=at)
    add_line(cart, variant_id=variant_id, quantity=1, at=at)
    market = market_by_code("de", on=at.date())
    summary = summarise(cart, market, Choice("DE", method="card"), language="de", at=at)
    assert summary.option is not None
    placed = place_order(
        cart_key=cart.key,
        market=market,
        language="de",
        details=BuyerDetails(email, "Greta Behrens", "Große Elbstraße 5", "Hamburg", "DE", postcode="22767"),
        agreed=Agreement(summary.option.option, "card", summary.digest),
        at=at,
    )
    started = start_now(placed.intent, now=utc_now)
    choose(ref=started.provider_ref, choice=TestersChoice.PAY, at=utc_now())
    paid = ask_now(started, now=utc_now())
    if paid.state != PaymentIntent.State.PAID:
        raise NotPaid(paid.state)
