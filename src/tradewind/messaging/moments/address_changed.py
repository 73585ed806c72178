"""The order goes elsewhere now, as its buyer wished: where to, and that the dates still hold."""

from datetime import datetime
from typing import Final

from tradewind.core.addresses import address_lines
from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Section
from tradewind.messaging.moments.order_confirmed import promised_dates
from tradewind.messaging.moments.order_parts import (
    closing_words,
    greeting,
    language_of,
    letterhead,
    order_button,
)
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import AddressChange

MOMENT: Final = "address_changed"


@worded(MOMENT, to=lambda change: change.order)
def address_changed(change: AddressChange, *, at: datetime) -> Letter:
    order = change.order
    language = language_of(order)
    shop = shop_profile()
    opening = say(language, "The delivery address of order {ref} has been changed as you wished.", ref=order.ref)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "New delivery address for your order {ref}", ref=order.ref),
        preview=opening,
        title=say(language, "Your order has a new delivery address"),
        paragraphs=(
            greeting(order),
            opening,
            say(language, "What it costs and when it comes stays as agreed."),
            say(language, "This was not you? Please answer this message at once, before the parcel leaves."),
        ),
        highlight=Section(say(language, "Delivery address"), lines=address_lines(change.after, language)),
        button=order_button(order, at=at),
        goods_title="",
        goods=(),
        totals=(),
        sections=(Section(say(language, "When it leaves and arrives"), lines=promised_dates(order)),),
        closing=closing_words(shop, language),
    )
