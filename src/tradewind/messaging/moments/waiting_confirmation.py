"""Did you ask us to tell you? Without this letter's button nobody is told anything."""

from typing import Final

from tradewind.catalog.queries import VariantOffer
from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Button, Letter
from tradewind.messaging.models import Waiting
from tradewind.messaging.moments.back_in_stock import goods_waited_for, stop_button
from tradewind.messaging.moments.order_parts import closing_words, letterhead
from tradewind.messaging.wording.speaking import letters_language, worded

MOMENT: Final = "waiting_confirmation"


@worded(MOMENT)
def waiting_confirmation(row: Waiting, offer: VariantOffer, *, url: str, stop_url: str) -> Letter:
    language, shop = letters_language(row.language), shop_profile()
    ask = say(language, "Shall we write to you once when “{title}” is back in stock?", title=offer.title)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Please confirm: tell me when “{title}” is back", title=offer.title),
        preview=ask,
        title=say(language, "Shall we tell you when it is back?"),
        paragraphs=(
            say(language, "Hello,"),
            ask,
            say(
                language,
                "Please confirm within two days with the button. After that one message we erase your address.",
            ),
            say(language, "If you did not ask for this, do nothing: you will not hear from us again."),
        ),
        highlight=None,
        button=Button(say(language, "Yes, tell me"), url),
        goods_title=say(language, "What you asked for"),
        goods=goods_waited_for(row, offer),
        totals=(),
        sections=(),
        closing=closing_words(shop, language),
        stop=stop_button(row, stop_url),
    )
