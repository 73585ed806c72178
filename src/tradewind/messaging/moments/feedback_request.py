"""The goods are there for some days: how was it? The same words for everybody, whatever they think; no gift, no plea for stars."""

from datetime import datetime
from typing import Final

from django.conf import settings

from tradewind.core.links import make_link
from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Button, Letter, Section
from tradewind.messaging.letter_wishes import stop_token
from tradewind.messaging.moments.order_parts import (
    chosen_language,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    lines_of,
)
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order

MOMENT: Final = "feedback_request"
REMINDER: Final = "feedback_reminder"


@worded(MOMENT)
def feedback_request(order: Order, *, is_reminder: bool = False, is_last: bool = True, at: datetime) -> Letter:
    """Makes two links, so it belongs into the transaction that plans the mail. `is_last`: no reminder follows."""
    language, shop = language_of(order), shop_profile()
    ask = say(language, "Your order {ref} has been with you for some days. How was it?", ref=order.ref)
    once = say(language, "We ask only this once.")
    return Letter(
        moment="feedback_reminder" if is_reminder else "feedback_request",
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "How was your order {ref}?", ref=order.ref),
        preview=ask,
        title=say(language, "How was your order?"),
        paragraphs=(
            greeting(order),
            ask,
            say(
                language,
                "Two questions and room for your words: it takes a minute, and every answer helps us, whatever it is.",
            ),
            *((once,) if is_last and not is_reminder else ()),
        ),
        highlight=None,
        button=Button(say(language, "Say how it was"), _page(order, "feedback/", at=at)),
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines_of(order)),
        totals=(),
        sections=(
            Section(
                say(language, "Is something not right?"),
                lines=(
                    say(
                        language, "Then tell us there, or answer this message: we help, whatever you answer otherwise."
                    ),
                ),
            ),
        ),
        closing=closing_words(shop, language),
        stop=Button(say(language, "Do not ask me again"), _stop(order, at)),
    )


def _page(order: Order, page: str, *, at: datetime) -> str:
    token = make_link("order.view", subject=("order", order.pk), at=at)
    return f"{settings.BASE_URL}/{order.market}/{chosen_language(order)}/order/{token}/{page}"


def _stop(order: Order, at: datetime) -> str:
    return f"{settings.BASE_URL}/{order.market}/{chosen_language(order)}/no-requests/{stop_token(order, at=at)}/"
