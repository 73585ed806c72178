"""What we offer, with the way to the page on which it is accepted."""

from datetime import datetime
from typing import Final

from django.conf import settings

from tradewind.core.links import make_link
from tradewind.core.words import pick, say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Button, Letter, Row, Section
from tradewind.messaging.moments.order_parts import (
    address_of,
    amount,
    at_door_of,
    chosen_language,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    totals_of,
)
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order
from tradewind.promises.wording import day_words
from tradewind.quotations.keeping import as_rows, kept_in
from tradewind.quotations.models import QuotationVersion

MOMENT: Final = "quotation_sent"


@worded(MOMENT, to=kept_in)
def quotation_sent(version: QuotationVersion, *, at: datetime) -> Letter:
    """Makes a link, so it belongs into the transaction that plans the mail."""
    order, lines = as_rows(version)
    language, shop, ref = language_of(order), shop_profile(), version.quotation.ref
    opening = _opening(version, language)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Our quotation {ref}", ref=ref),
        preview=opening,
        title=say(language, "Our quotation for you"),
        paragraphs=(greeting(order), opening, *(line for line in version.note.splitlines() if line.strip())),
        highlight=Section(say(language, "At a glance"), rows=_in_short(version, order, language)),
        button=_button(version, order, language, at),
        goods_title=say(language, "Quotation {ref}", ref=ref),
        goods=goods_of(order, lines),
        totals=totals_of(order, lines),
        sections=(*at_door_of(order), address_of(order), _next(language)),
        closing=closing_words(shop, language),
    )


def _opening(version: QuotationVersion, language: str) -> str:
    if version.number > 1:
        return say(language, "Here is our quotation in a new version. It takes the place of the one before.")
    return say(language, "Thank you for your enquiry. This is what we can offer you.")


def _in_short(version: QuotationVersion, order: Order, language: str) -> tuple[Row, ...]:
    delivery = pick(order.delivery_option.get("name", {}), language)
    return (
        Row(say(language, "Total"), amount(order, order.total), is_strong=True),
        Row(say(language, "Valid until"), day_words(version.valid_until, language), is_strong=True),
        *((Row(say(language, "Delivery"), delivery),) if delivery else ()),
    )


def _button(version: QuotationVersion, order: Order, language: str, at: datetime) -> Button:
    token = make_link("quotation.view", subject=("quotation", version.quotation_id), at=at)
    url = f"{settings.BASE_URL}/{order.market}/{chosen_language(order)}/quotation/{token}/"
    return Button(say(language, "Look at it and accept"), url)


def _next(language: str) -> Section:
    return Section(
        say(language, "What happens next"),
        lines=(
            say(language, "You accept on that page and choose how you pay. Until then you owe nothing."),
            say(
                language, "We do not set the goods aside before you accept; dates of dispatch and delivery stand there."
            ),
            say(language, "Something is wrong, in the address or elsewhere? Answer us, and we send you a new version."),
        ),
    )
