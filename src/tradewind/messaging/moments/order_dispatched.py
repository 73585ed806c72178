"""A parcel has left: what is in it and what is still to come, who carries it and under which number, when it arrives, and whom to tell
if something is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Section
from tradewind.messaging.moments.order_parts import (
    address_of,
    at_door_of,
    carrier_rows,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    lines_of,
    order_button,
)
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order, OrderLine
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise, replaced_by
from tradewind.promises.wording import arrival_words, dispatch_words, door_words, later_words
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_contents import Contents, contents_of
from tradewind.shipping.promising_again import days_of_part

MOMENT: Final = "order_dispatched"


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    title: str
    opening: str


@worded(MOMENT)
def order_dispatched(order: Order, parcel: Parcel, *, at: datetime) -> Letter:
    """Makes a link, so it belongs into the transaction that plans the mail."""
    language, shop, lines = language_of(order), shop_profile(), lines_of(order)
    contents = contents_of(parcel)
    words = _words(order, contents, language)
    arrives = _arrival_of_part(order, parcel, at) if contents.to_come else _arrival(order, language)
    rows = carrier_rows(parcel, language)
    whole = say(language, "Order {ref}", ref=order.ref)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=words.subject,
        preview=arrives[0] if arrives else words.opening,
        title=words.title,
        paragraphs=(greeting(order), words.opening, _about_number(parcel, language)),
        highlight=Section(say(language, "Your parcel"), rows=rows, lines=arrives) if arrives or rows else None,
        button=order_button(order, at=at),
        goods_title=whole if contents.is_whole else say(language, "In this parcel, of order {ref}", ref=order.ref),
        goods=goods_of(order, lines, None if contents.is_whole else contents.units),
        totals=(),
        sections=(
            *_to_come(order, lines, contents.to_come),
            address_of(order),
            *(at_door_of(order) if contents.is_first else ()),
            _trouble(language),
        ),
        closing=closing_words(shop, language),
    )


def _words(order: Order, contents: Contents, language: str) -> _Words:
    if contents.is_whole:
        return _Words(
            say(language, "Your order {ref} is on its way", ref=order.ref),
            say(language, "Your order is on its way"),
            say(language, "We have packed your goods and handed them to the carrier. Thank you for your order."),
        )
    if contents.to_come:
        return _Words(
            say(language, "A part of your order {ref} is on its way", ref=order.ref),
            say(language, "A part of your order is on its way"),
            say(language, "We have handed a part of your goods to the carrier. The others follow in another parcel."),
        )
    return _Words(
        say(language, "The last part of your order {ref} is on its way", ref=order.ref),
        say(language, "The last part of your order is on its way"),
        say(language, "We have handed the last of your goods to the carrier. This parcel completes your order."),
    )


def _arrival(order: Order, language: str) -> tuple[str, ...]:
    """As it was promised, while the promise stands. A day that is later than what was told before is never told in silence."""
    promise = open_promise(Promise.Kind.DELIVERY, order.pk)
    if promise is None:
        return ()
    before = replaced_by(promise)
    later = () if before is None or before.last_day >= promise.last_day else (later_words(before, language),)
    return (arrival_words(promise, language), *later)


def _arrival_of_part(order: Order, parcel: Parcel, at: datetime) -> tuple[str, ...]:
    """Its own days, as far as they lie within what was promised for all of the order: that is renewed when its last part leaves."""
    language, promise = language_of(order), open_promise(Promise.Kind.DELIVERY, order.pk)
    if promise is None:
        return ()
    days = days_of_part(parcel, at)
    if days is None or days[1] > promise.last_day:
        return (arrival_words(promise, language),)
    return (door_words(*days, language),)


def _to_come(order: Order, lines: list[OrderLine], units: Mapping[int, int]) -> tuple[Section, ...]:
    """What is not in this parcel, and until when it was promised to leave and to arrive."""
    if not units:
        return ()
    language = language_of(order)
    named = {line.pk: f"{line.title}, {line.options}" if line.options else line.title for line in lines}
    goods = [f"{units[line.pk]} × {named[line.pk]}" for line in lines if line.pk in units]
    leaves, arrives = (open_promise(kind, order.pk) for kind in (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY))
    by_when = [dispatch_words(leaves, language)] if leaves else []
    by_when += [arrival_words(arrives, language)] if arrives else []
    return (Section(say(language, "Still to come"), lines=(*goods, *by_when)),)


def _about_number(parcel: Parcel, language: str) -> str:
    if parcel.tracking_number:
        return say(language, "A number may take a day or two before the carrier shows something.")
    return say(language, "If your parcel gets a tracking number, you find it on the page of your order.")


def _trouble(language: str) -> Section:
    words = say(
        language,
        "If something is missing or damaged, or the parcel does not arrive, answer this message, with a photo if you can."
        " We take care of it.",
    )
    return Section(say(language, "If something is wrong"), lines=(words,))
