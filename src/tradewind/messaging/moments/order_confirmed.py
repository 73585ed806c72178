"""The order is paid: what was bought, when it leaves and arrives, where to, what it cost."""

from datetime import datetime
from typing import Final

from tradewind.core.words import pick, say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Section
from tradewind.messaging.moments.customs_part import customs_of
from tradewind.messaging.moments.method_offers import method_name
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
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.promises.wording import arrival_words, dispatch_words

MOMENT: Final = "order_confirmed"


@worded(MOMENT)
def order_confirmed(order: Order, *, at: datetime) -> Letter:
    language = language_of(order)
    shop = shop_profile()
    lines = lines_of(order)
    dates = promised_dates(order)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Your order {ref} is confirmed", ref=order.ref),
        preview=" · ".join(dates),
        title=say(language, "Thank you for your order"),
        paragraphs=(
            greeting(order),
            say(language, "Your payment has arrived and your order is confirmed. We are getting your goods ready now."),
        ),
        highlight=Section(say(language, "When it leaves and arrives"), lines=dates),
        button=order_button(order, at=at),
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines),
        totals=totals_of(order, lines),
        sections=(*at_door_of(order), *customs_of(order), address_of(order), _payment(order)),
        closing=closing_words(shop, language),
    )


def promised_dates(order: Order) -> tuple[str, ...]:
    """The dates as every other place words them, or why there are none yet."""
    language = language_of(order)
    made = {p.kind: p for p in promises_about("order", order.pk) if p.state == Promise.State.MADE}
    words = []
    if Promise.Kind.DISPATCH in made:
        words.append(dispatch_words(made[Promise.Kind.DISPATCH], language))
    if Promise.Kind.DELIVERY in made:
        words.append(arrival_words(made[Promise.Kind.DELIVERY], language))
    return tuple(words) or (say(language, "We will write to you as soon as the dates are fixed."),)


def _payment(order: Order) -> Section:
    language = language_of(order)
    method = pick(method_name(order), language)
    paid = say(language, "Received: {amount}", amount=amount(order, order.paid))
    return Section(say(language, "Payment"), lines=tuple(line for line in (method, paid) if line))
