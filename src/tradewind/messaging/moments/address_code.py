"""The code without which nobody changes where an order goes."""

from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Row, Section
from tradewind.messaging.moments.order_parts import closing_words, greeting, language_of, letterhead
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order

MOMENT: Final = "address_code"


@worded(MOMENT)
def address_code(order: Order, *, code: str) -> Letter:
    language = language_of(order)
    shop = shop_profile()
    opening = say(
        language, "Here is the code with which you change the delivery address of order {ref}.", ref=order.ref
    )
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Code to change the delivery address, order {ref}", ref=order.ref),
        preview=opening,
        title=say(language, "Your code"),
        paragraphs=(
            greeting(order),
            opening,
            say(language, "It holds for 15 minutes. Please type it on the page where you entered the new address."),
            say(
                language,
                "You did not ask for it? Then give it to nobody: without the code, the address stays as it is.",
            ),
        ),
        highlight=Section(
            say(language, "Order {ref}", ref=order.ref), rows=(Row(say(language, "Your code"), code, is_strong=True),)
        ),
        button=None,
        goods_title="",
        goods=(),
        totals=(),
        sections=(),
        closing=closing_words(shop, language),
    )
