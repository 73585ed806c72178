"""The order will not be sent: why, and what becomes of the money."""

from datetime import datetime
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter
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
from tradewind.messaging.wording.speaking import worded
from tradewind.orders import cancelling
from tradewind.orders.models import Order

MOMENT: Final = "order_cancelled"


@worded(MOMENT)
def order_cancelled(order: Order, *, reason: str, linked_at: datetime | None = None) -> Letter:
    """`reason` is a code of orders.cancelling. What only the staff should know, such as a suspicion, is not said.

    `linked_at`: makes the link to the order's page; None for a preview.
    """
    language = language_of(order)
    shop = shop_profile()
    lines = lines_of(order)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Your order {ref} has been cancelled", ref=order.ref),
        preview=_why(order, reason),
        title=say(language, "Your order has been cancelled"),
        paragraphs=(greeting(order), _why(order, reason), _money(order)),
        highlight=None,
        button=order_button(order, at=linked_at) if linked_at else None,
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines),
        totals=totals_of(order, lines),
        sections=(),
        closing=closing_words(shop, language),
    )


def _why(order: Order, reason: str) -> str:
    language, ref = language_of(order), order.ref
    if reason in cancelling.BUYERS_REASONS:
        reason = cancelling.BUYER_ASKED
    match reason:
        case cancelling.BUYER_ASKED:
            return say(language, "As you wished, we have cancelled order {ref}.", ref=ref)
        case cancelling.NOT_PAID:
            return say(language, "No payment has reached us for order {ref}, so we have cancelled it.", ref=ref)
        case cancelling.NO_STOCK:
            return say(
                language,
                "We are sorry: we cannot send you the goods of order {ref}, because they are no longer available.",
                ref=ref,
            )
        case _:
            return say(language, "We had to cancel order {ref}. It will not be sent.", ref=ref)


def _money(order: Order) -> str:
    language = language_of(order)
    if order.paid > 0:
        paid = amount(order, order.paid)
        return say(language, "You get back the {amount} that you paid, by the way you paid it.", amount=paid)
    return say(language, "You owe nothing. A payment that is still on its way to us goes back to you in full.")
