"""An order cannot be sent to the address that was given: what we need, and where the buyer puts it right."""

from datetime import datetime
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Section
from tradewind.messaging.moments.order_parts import (
    address_of,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    lines_of,
    order_button,
)
from tradewind.messaging.moments.order_trouble import note_lines
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order

MOMENT: Final = "address_asked"


@worded(MOMENT)
def address_asked(order: Order, *, note: str, at: datetime) -> Letter:
    """`note` says in somebody's words what is missing; it may be empty."""
    language, shop = language_of(order), shop_profile()
    ask = say(
        language,
        "We would like to send your order {ref}, but the carrier will not find this address. Please look at it once more.",
        ref=order.ref,
    )
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "We need your address for order {ref}", ref=order.ref),
        preview=ask,
        title=say(language, "Is this address complete?"),
        paragraphs=(greeting(order), ask, *note_lines(note)),
        highlight=address_of(order),
        button=order_button(order, at=at),
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines_of(order)),
        totals=(),
        sections=(
            Section(
                say(language, "What you can do"),
                lines=(
                    say(
                        language, "Change the address on the page of your order, or answer this message with all of it."
                    ),
                    say(language, "A house number, a floor, a company at the door or a telephone number often helps."),
                    say(language, "Your order waits until we hear from you."),
                ),
            ),
        ),
        closing=closing_words(shop, language),
    )
