"""What a letter says of customs, where the goods cross a border."""

from tradewind.core.words import say
from tradewind.messaging.letter import Section
from tradewind.messaging.moments.order_parts import language_of
from tradewind.orders.models import Order
from tradewind.shipping.customs_words import to_expect
from tradewind.shipping.declaring import crosses_border


def customs_of(order: Order) -> tuple[Section, ...]:
    """What to expect; nothing where the goods stay within one customs territory."""
    if not crosses_border(order):
        return ()
    language = language_of(order)
    return (Section(say(language, "Customs"), lines=(to_expect(language),)),)
