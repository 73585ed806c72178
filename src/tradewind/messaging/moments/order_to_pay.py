"""We have written an order for the buyer: the way to the page on which they look at it and pay."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.checkout.unpaid import time_to_pay
from tradewind.core.words import say
from tradewind.markets.shop import ShopProfile, shop_profile
from tradewind.messaging.letter import Letter, Row, Section
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

MOMENT: Final = "order_to_pay"


@worded(MOMENT)
def order_to_pay(order: Order, *, at: datetime) -> Letter:
    language, shop, lines = language_of(order), shop_profile(), lines_of(order)
    opening = say(
        language, "We have written down your order as agreed. Please look whether all is right, and choose how you pay."
    )
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(
            language, "Your order {ref}: please pay {amount}", ref=order.ref, amount=amount(order, order.total)
        ),
        preview=opening,
        title=say(language, "Your order is ready to be paid"),
        paragraphs=(greeting(order), opening),
        highlight=Section(say(language, "At a glance"), rows=_in_short(order, shop)),
        button=order_button(order, at=at),
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines),
        totals=totals_of(order, lines),
        sections=(
            *at_door_of(order),
            address_of(order),
            Section(say(language, "What happens next"), lines=_next(order)),
        ),
        closing=closing_words(shop, language),
    )


def _in_short(order: Order, shop: ShopProfile) -> tuple[Row, ...]:
    language = language_of(order)
    # The last whole day, wherever the buyer's clock is.
    until = order.placed_at + time_to_pay(order.pk) - timedelta(days=1)
    last = until.astimezone(ZoneInfo(shop.zone)).date()
    return (
        Row(say(language, "Total"), amount(order, order.total), is_strong=True),
        Row(say(language, "We keep the goods until"), day_words(last, language), is_strong=True),
    )


def _next(order: Order) -> tuple[str, ...]:
    language = language_of(order)
    return (
        say(
            language, "When your payment is here, we confirm the order and give you the dates of dispatch and delivery."
        ),
        say(language, "Something is not right? Answer this message before you pay."),
    )
