"""The order is here and its money is on the way: how to pay, and what happens then."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.core.words import say
from tradewind.core.work import NeedsAttention
from tradewind.markets.bank_accounts import told
from tradewind.markets.shop import ShopProfile, shop_profile
from tradewind.messaging.letter import Letter, Row, Section
from tradewind.messaging.moments.method_offers import method_of
from tradewind.messaging.moments.order_parts import (
    address_of,
    amount,
    at_door_of,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    lines_of,
    order_button,
    totals_of,
)
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order
from tradewind.promises.wording import day_words

MOMENT: Final = "order_received"


@worded(MOMENT)
def order_received(order: Order, *, at: datetime) -> Letter:
    """Raises NeedsAttention when the shop has no bank account: without one the letter would be of no use."""
    language = language_of(order)
    shop = shop_profile()
    lines = lines_of(order)
    total = amount(order, order.total)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Your order {ref}: please transfer {amount}", ref=order.ref, amount=total),
        preview=say(language, "We have set your goods aside until your payment arrives."),
        title=say(language, "Thank you for your order"),
        paragraphs=(
            greeting(order),
            say(
                language,
                "We have set your goods aside. Please transfer the amount to the account below and give the reference,"
                " so that we recognise your payment.",
            ),
        ),
        highlight=Section(say(language, "Bank transfer"), rows=transfer_rows(order, shop)),
        button=order_button(order, at=at),
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines),
        totals=totals_of(order, lines),
        sections=(
            *at_door_of(order),
            address_of(order),
            Section(say(language, "What happens next"), lines=_next_steps(order, shop)),
        ),
        closing=closing_words(shop, language),
    )


def transfer_rows(order: Order, shop: ShopProfile) -> tuple[Row, ...]:
    """Raises NeedsAttention."""
    language = language_of(order)
    account = shop.account_for(order.currency)
    if account is None:
        raise NeedsAttention(
            "No bank account is set, so order mail cannot say where to pay: fill in the shop's profile"
        )
    return (
        Row(say(language, "Amount"), amount(order, order.total), is_strong=True),
        Row(say(language, "Reference"), order.ref, is_strong=True),
        Row(say(language, "Account holder"), account.holder),
        *(Row(label, number) for label, number in told(account, language)),
        Row(say(language, "Bank"), account.bank),
    )


def last_day_kept(order: Order, days: int, shop: ShopProfile) -> date:
    """The last whole day: the order is cancelled at the hour at which it was placed, wherever the buyer's clock is."""
    return (order.placed_at + timedelta(days=days - 1)).astimezone(ZoneInfo(shop.zone)).date()


def _next_steps(order: Order, shop: ShopProfile) -> tuple[str, ...]:
    language = language_of(order)
    steps = [
        say(language, "A transfer usually takes one to two bank working days."),
        say(language, "When it is here, we confirm your order and give you the dates of dispatch and delivery."),
    ]
    offer = method_of(order)
    if offer is not None:
        last = last_day_kept(order, offer.hold_days, shop)
        steps.append(
            say(
                language,
                "We keep the goods for you until {day}. If no payment has arrived by then, we cancel the order.",
                day=day_words(last, language),
            )
        )
    return tuple(steps)
