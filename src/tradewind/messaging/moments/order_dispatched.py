"""The goods have left: who carries them and under which number, when they arrive, where to, and whom to tell if something is wrong."""

from datetime import datetime
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Row, Section
from tradewind.messaging.moments.order_parts import (
    address_of,
    at_door_of,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    lines_of,
    order_button,
)
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise, replaced_by
from tradewind.promises.wording import arrival_words, later_words
from tradewind.shipping.carriers import tracking_url
from tradewind.shipping.models import Parcel
from tradewind.shipping.queries import handover_of

MOMENT: Final = "order_dispatched"


def order_dispatched(order: Order, *, at: datetime) -> Letter:
    """Makes a link, so it belongs into the transaction that plans the mail."""
    language, shop, parcel = language_of(order), shop_profile(), handover_of(order.pk)
    opening = say(language, "We have packed your goods and handed them to the carrier. Thank you for your order.")
    arrives = _arrival(order, language)
    rows = _rows(parcel, language)
    is_told = bool(arrives or rows)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Your order {ref} is on its way", ref=order.ref),
        preview=arrives[0] if arrives else opening,
        title=say(language, "Your order is on its way"),
        paragraphs=(greeting(order), opening, _about_number(parcel, language)),
        highlight=Section(say(language, "Your parcel"), rows=rows, lines=arrives) if is_told else None,
        button=order_button(order, at=at),
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines_of(order)),
        totals=(),
        sections=(address_of(order), *at_door_of(order), _trouble(language)),
        closing=closing_words(shop, language),
    )


def _arrival(order: Order, language: str) -> tuple[str, ...]:
    """As it was promised, while the promise stands. A day that is later than what was told before is never told in silence."""
    promise = open_promise(Promise.Kind.DELIVERY, order.pk)
    if promise is None:
        return ()
    before = replaced_by(promise)
    later = () if before is None or before.last_day >= promise.last_day else (later_words(before, language),)
    return (arrival_words(promise, language), *later)


def _rows(parcel: Parcel | None, language: str) -> tuple[Row, ...]:
    if parcel is None:
        return ()
    carrier, number = parcel.carrier, parcel.tracking_number
    rows = [Row(say(language, "Carrier"), carrier)] if carrier else []
    if number:
        label = say(language, "Tracking number")
        rows.append(Row(label, number, is_strong=True, url=tracking_url(carrier, number)))
    return tuple(rows)


def _about_number(parcel: Parcel | None, language: str) -> str:
    if parcel is not None and parcel.tracking_number:
        return say(language, "A number may take a day or two before the carrier shows something.")
    return say(language, "If your parcel gets a tracking number, you find it on the page of your order.")


def _trouble(language: str) -> Section:
    words = say(
        language,
        "If something is missing or damaged, or the parcel does not arrive, answer this message, with a photo if you can."
        " We take care of it.",
    )
    return Section(say(language, "If something is wrong"), lines=(words,))
