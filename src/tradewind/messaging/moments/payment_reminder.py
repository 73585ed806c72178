"""No payment has come yet, and soon the order is cancelled: how to pay, said once more and only once."""

from datetime import date, datetime
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Section
from tradewind.messaging.moments.order_parts import (
    amount,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    lines_of,
    order_button,
    totals_of,
)
from tradewind.messaging.moments.order_received import transfer_rows
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order
from tradewind.promises.wording import day_words

MOMENT: Final = "payment_reminder"


@worded(MOMENT)
def payment_reminder(order: Order, *, until: date, at: datetime) -> Letter:
    """`until`: the last whole day on which the goods are kept. Raises NeedsAttention where there is no account to pay to."""
    language, shop, lines = language_of(order), shop_profile(), lines_of(order)
    day = day_words(until, language)
    kept = say(language, "We keep the goods of order {ref} for you until {day}.", ref=order.ref, day=day)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Order {ref} still waits for your payment", ref=order.ref),
        preview=kept,
        title=say(language, "Your payment has not arrived yet"),
        paragraphs=(
            greeting(order),
            kept,
            say(language, "If you have paid in the last days, you need not do anything: a transfer takes its time."),
        ),
        highlight=Section(say(language, "Bank transfer"), rows=transfer_rows(order, shop)),
        button=order_button(order, at=at),
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines),
        totals=totals_of(order, lines),
        sections=(
            Section(
                say(language, "If you no longer want it"),
                lines=(
                    say(
                        language,
                        "Simply do nothing: then the order of {amount} is cancelled and costs you nothing.",
                        amount=amount(order, order.total),
                    ),
                ),
            ),
        ),
        closing=closing_words(shop, language),
    )
