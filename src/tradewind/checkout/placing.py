"""Placing an order: from a cart and what the buyer agreed to, to an order that stands. Once, whatever is clicked."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from tradewind.buyers.registering import register
from tradewind.checkout.codes import CodeRefused, Valued, use_code
from tradewind.checkout.composing import Placer, compose_lines, compose_order
from tradewind.checkout.details import BuyerDetails
from tradewind.checkout.models import Cart
from tradewind.checkout.summary import Choice, Summary, summarise
from tradewind.core.accounts import own_shop
from tradewind.inventory.models import Warehouse
from tradewind.inventory.reserving import NotEnoughStock, Wanted, reserve
from tradewind.markets.queries import MarketView
from tradewind.orders.models import Order
from tradewind.orders.placing import write_order
from tradewind.payments.models import PaymentIntent
from tradewind.payments.queries import intents_for
from tradewind.payments.starting import create_intent
from tradewind.promises.making import promise_delivery
from tradewind.promises.quote import DeliveryQuote


class CartIsEmpty(Exception):
    """There is nothing to order: no cart, or nothing in it."""


class QuoteGotWorse(Exception):
    """What would be ordered now is not what the buyer was shown. `summary` is what it would be."""

    def __init__(self, summary: Summary) -> None:
        super().__init__("the summary has changed since it was shown")
        self.summary = summary


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the buyer chose and saw when pressing the button."""

    option: str
    method: str
    shown_digest: str
    code: str = ""

    def choice(self, country: str, postcode: str) -> Choice:
        return Choice(country, self.option, self.method, self.code, postcode)


@dataclass(frozen=True, slots=True)
class Placed:
    order: Order
    intent: PaymentIntent
    is_new: bool


def place_order(
    *, cart_key: str, market: MarketView, language: str, details: BuyerDetails, agreed: Agreement, at: datetime
) -> Placed:
    """Order what is in the cart: stock held, order, promises and payment written in one transaction.

    The same cart again gives the order that it became. Raises CartIsEmpty, or QuoteGotWorse, also when the last unit
    or the last use of the code went in this moment; the summary then says what is wrong with the code.
    """
    try:
        with transaction.atomic():
            cart = Cart.objects.select_for_update().filter(key=cart_key).first()
            already = _order_of(cart_key)
            if already is not None:
                return already
            if cart is None:
                raise CartIsEmpty
            return _place(cart, market, language, details, agreed, at)
    except NotEnoughStock as refusal:
        already = _order_of(cart_key)
        if already is not None:  # another tab was faster, with the last unit
            return already
        cart = Cart.objects.get(key=cart_key)
        raise QuoteGotWorse(
            summarise(cart, market, agreed.choice(details.country, details.postcode), language=language, at=at)
        ) from refusal
    except CodeRefused as refusal:
        cart = Cart.objects.get(key=cart_key)
        choice = replace(agreed, code="").choice(details.country, details.postcode)
        summary = summarise(cart, market, choice, language=language, at=at)
        raise QuoteGotWorse(replace(summary, code=Valued(problem=refusal.problem))) from refusal


def _place(
    cart: Cart, market: MarketView, language: str, details: BuyerDetails, agreed: Agreement, at: datetime
) -> Placed:
    summary = summarise(cart, market, agreed.choice(details.country, details.postcode), language=language, at=at)
    if not summary.lines:
        raise CartIsEmpty
    if (
        summary.code.problem
        or not summary.can_be_placed
        or summary.digest != agreed.shown_digest
        or not _is_as_chosen(summary, agreed)
    ):
        raise QuoteGotWorse(summary)
    assert summary.option is not None and summary.method is not None  # noqa: S101, PT018  # can_be_placed says so
    buyer = register(email=details.email, name=details.name, language=language, country=details.country, at=at)
    who = Placer(buyer, details, language, cart.key)
    order = write_order(compose_order(summary, market, who, own_shop(at=at)), compose_lines(summary, language), at=at)
    if summary.code.discount is not None:
        use_code(
            summary.code.code,
            order_id=order.pk,
            buyer_id=buyer.pk,
            email=details.email,
            discount=summary.code.discount,
            at=at,
        )
    _hold_stock(order, summary, summary.option, at)
    if summary.method.is_instant:
        promise_delivery(
            summary.option,
            buyer_id=buyer.pk,
            order_id=order.pk,
            at=at,
            by="buyer",
            account_id=order.account_id,
            where="checkout",
        )
    intent = create_intent(
        subject=("order", order.pk),
        amount=summary.total,
        method=summary.method,
        language=language,
        description=order.ref,
        at=at,
    )
    cart.delete()
    return Placed(order, intent, is_new=True)


def _order_of(cart_key: str) -> Placed | None:
    order = Order.objects.filter(cart_key=cart_key).first()
    if order is None:
        return None
    return Placed(order, intents_for("order", order.pk).reverse()[0], is_new=False)


def _is_as_chosen(summary: Summary, agreed: Agreement) -> bool:
    """An option or method that has gone must not be replaced silently by another."""
    option, method = summary.option, summary.method
    return option is not None and method is not None and (option.option, method.code) == (agreed.option, agreed.method)


def _hold_stock(order: Order, summary: Summary, option: DeliveryQuote, at: datetime) -> None:
    warehouse = Warehouse.objects.get(code=option.warehouse)
    wanted = [Wanted(line.variant_id, line.quantity) for line in summary.lines]
    reserve(subject=("order", order.pk), lines=wanted, warehouses=[warehouse.pk], at=at)
