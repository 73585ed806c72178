"""It is back: the one message that was asked for."""

from typing import Final
from urllib.parse import urlencode

from django.conf import settings

from tradewind.catalog.queries import VariantOffer
from tradewind.core.words import locale_of, say
from tradewind.lib.money_words import format_money
from tradewind.markets.queries import country_of_market
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Button, Goods, Letter
from tradewind.messaging.models import Waiting
from tradewind.messaging.moments.order_parts import closing_words, letterhead, safe_path
from tradewind.messaging.wording.speaking import letters_language, worded

MOMENT: Final = "back_in_stock"


@worded(MOMENT)
def back_in_stock(row: Waiting, offer: VariantOffer, *, stop_url: str) -> Letter:
    language, shop = letters_language(row.language), shop_profile()
    news = say(language, "“{title}” is back in stock.", title=offer.title)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Back in stock: {title}", title=offer.title),
        preview=news,
        title=say(language, "It is back"),
        paragraphs=(
            say(language, "Hello,"),
            news,
            say(language, "We cannot set one aside for you: whoever orders first gets it."),
            say(language, "This was the one message that you asked for. We have erased your address from the list."),
        ),
        highlight=None,
        button=Button(say(language, "To the product"), _page(row, offer)),
        goods_title=say(language, "What you asked for"),
        goods=goods_waited_for(row, offer),
        totals=(),
        sections=(),
        closing=closing_words(shop, language),
        stop=stop_button(row, stop_url),
    )


def goods_waited_for(row: Waiting, offer: VariantOffer) -> tuple[Goods, ...]:
    path = safe_path(offer.picture.renditions) if offer.picture is not None else ""
    locale = locale_of(letters_language(row.language), country_of_market(row.market))
    return (
        Goods(
            title=offer.title,
            options=offer.options_words,
            quantity=1,
            quantity_words="",
            price=format_money(offer.price, locale) if offer.price is not None else "",
            picture=f"{settings.BASE_URL}{settings.MEDIA_URL}{path}" if path else "",
        ),
    )


def stop_button(row: Waiting, url: str) -> Button:
    return Button(say(letters_language(row.language), "I do not want to be told any more"), url)


def _page(row: Waiting, offer: VariantOffer) -> str:
    query = f"?{urlencode(offer.options)}" if offer.options else ""
    return f"{settings.BASE_URL}/{row.market}/{row.language}/product/{offer.slug}/{query}"
