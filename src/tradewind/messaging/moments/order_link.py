"""A new way to the order's own page, for who has lost the old one."""

from datetime import datetime
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter
from tradewind.messaging.moments.order_parts import (
    closing_words,
    greeting,
    language_of,
    letterhead,
    order_button,
)
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order

MOMENT: Final = "order_link"


@worded(MOMENT)
def order_link(order: Order, *, at: datetime) -> Letter:
    language = language_of(order)
    shop = shop_profile()
    opening = say(language, "Here is the new link to your order {ref}.", ref=order.ref)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "The link to your order {ref}", ref=order.ref),
        preview=opening,
        title=say(language, "Your order at a glance"),
        paragraphs=(
            greeting(order),
            opening,
            say(language, "If you did not ask for it, you need not do anything: only this mailbox got the link."),
        ),
        highlight=None,
        button=order_button(order, at=at),
        goods_title="",
        goods=(),
        totals=(),
        sections=(),
        closing=closing_words(shop, language),
    )
