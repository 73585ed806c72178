"""Where a parcel has come to, and what its buyer does with that: at customs, released, at the door, to be collected, delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

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
from tradewind.messaging.on_the_way import Moment
from tradewind.messaging.wording.speaking import writing
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise, promises_about
from tradewind.promises.wording import arrival_words
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_contents import units_apart


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    title: str
    opening: str
    do: tuple[str, ...] = ()


_WORDS: Final[Mapping[Moment, _Words]] = {
    Moment.CUSTOMS: _Words(
        gettext_noop("Your order {ref} is with customs"),
        gettext_noop("Your parcel is with customs"),
        gettext_noop(
            "Your parcel is with customs at the moment. Most go on after a few days, and you need not do anything."
        ),
        (
            gettext_noop(
                "If customs or the carrier ask you for something, a tax number or a proof of what you paid, please answer soon: what is not"
                " answered is sent back. If you need a paper from us, answer this message."
            ),
        ),
    ),
    Moment.ASKED: _Words(
        gettext_noop("Customs need something for your order {ref}"),
        gettext_noop("Customs need something from you"),
        gettext_noop("Customs need something from you before they let your parcel go on."),
        (
            gettext_noop(
                "Customs or the carrier will contact you, or you call the carrier with the number. Mostly they ask for a tax number, a proof of"
                " what you paid, or a duty. Please do not wait long: what is not answered is sent back. If you need a paper from us, answer this"
                " message."
            ),
        ),
    ),
    Moment.RELEASED: _Words(
        gettext_noop("Customs have released your order {ref}"),
        gettext_noop("Customs have released your parcel"),
        gettext_noop("Customs have let your parcel through. It is on its way on to you."),
    ),
    Moment.STILL_MOVING: _Words(
        gettext_noop("Your order {ref} is still on its way"),
        gettext_noop("Your parcel is still on its way"),
        gettext_noop(
            "The carrier has said nothing new of your parcel for some days. That is usual on a long way: it is scanned again when it"
            " reaches the next place. We watch it for you, and write at once if anything changes."
        ),
    ),
    Moment.OUT_FOR_DELIVERY: _Words(
        gettext_noop("Your order {ref} is out for delivery"),
        gettext_noop("Your parcel is out for delivery"),
        gettext_noop("The carrier has your parcel on the van and is on the way to you."),
        (gettext_noop("Please keep your phone switched on: the driver may call if nobody opens."),),
    ),
    Moment.NOT_HANDED_OVER: _Words(
        gettext_noop("Your order {ref} could not be handed over"),
        gettext_noop("The carrier could not hand over your parcel"),
        gettext_noop("The carrier tried to deliver your parcel and could not hand it over."),
        (
            gettext_noop(
                "Mostly the carrier tries again on the next working day, or keeps the parcel at an office near you. Its page says which, or"
                " call it with the number."
            ),
        ),
    ),
    Moment.TO_COLLECT: _Words(
        gettext_noop("Your order {ref} is ready to be collected"),
        gettext_noop("Your parcel is ready to be collected"),
        gettext_noop("Your parcel is waiting for you at the carrier’s office. Its page says where."),
        (
            gettext_noop(
                "Please collect it soon, with the number and an identity card: what is not collected is sent back to us."
            ),
        ),
    ),
    Moment.DELIVERED: _Words(
        gettext_noop("Your order {ref} has been delivered"),
        gettext_noop("Your parcel has been delivered"),
        gettext_noop("The carrier says that your parcel has been delivered. Thank you for buying from us."),
        (
            gettext_noop(
                "If something is missing or damaged, or the parcel is not there, answer this message, with a photo if you can. We take care"
                " of it."
            ),
        ),
    ),
}
_LATE: Final = gettext_noop("It took longer than we promised. We are sorry that you had to wait.")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of news: about which parcel."""

    moment: Moment
    parcel: Parcel


def parcel_news(order: Order, pieces: Sequence[Piece], *, at: datetime) -> Letter:
    """The first piece leads, the others stand below. Makes a link, so it belongs into the transaction that plans the mail."""
    with writing(order, *(piece.moment.value for piece in pieces)):
        return _written(order, pieces, at)


def _written(order: Order, pieces: Sequence[Piece], at: datetime) -> Letter:
    language, shop, lead = language_of(order), shop_profile(), pieces[0]
    words, parcel = _WORDS[lead.moment], lead.parcel
    opening = say(language, words.opening)
    units = units_apart(parcel)
    whole = say(language, "Order {ref}", ref=order.ref)
    return Letter(
        moment=lead.moment.value,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, words.subject, ref=order.ref),
        preview=opening,
        title=say(language, words.title),
        paragraphs=(greeting(order), opening, *_apology(lead, language)),
        highlight=_parcel(order, lead, language),
        button=order_button(order, at=at),
        goods_title=whole if units is None else say(language, "In this parcel, of order {ref}", ref=order.ref),
        goods=goods_of(order, lines_of(order), units),
        totals=(),
        sections=(*_to_do(order, words, lead, language), *_others(pieces[1:], language), address_of(order)),
        closing=closing_words(shop, language),
    )


def is_late(parcel: Parcel) -> bool:
    """Was it delivered after the end of what was promised last?"""
    promised = [each for each in promises_about("order", parcel.order_id) if each.kind == Promise.Kind.DELIVERY]
    return bool(promised) and parcel.delivered_at is not None and parcel.delivered_at >= promised[-1].due_at


def _apology(piece: Piece, language: str) -> tuple[str, ...]:
    return (say(language, _LATE),) if piece.moment is Moment.DELIVERED and is_late(piece.parcel) else ()


def _to_do(order: Order, words: _Words, lead: Piece, language: str) -> tuple[Section, ...]:
    due = at_door_of(order) if lead.moment in {Moment.CUSTOMS, Moment.ASKED} else ()
    if not words.do:
        return due
    is_there = lead.moment is Moment.DELIVERED
    title = say(language, "If something is wrong") if is_there else say(language, "What you can do")
    return (Section(title, lines=tuple(say(language, line) for line in words.do)), *due)


def _parcel(order: Order, piece: Piece, language: str) -> Section | None:
    """Who carries it under which number, and the days that are promised while it is on its way and they have not passed."""
    rows = carrier_rows(piece.parcel, language)
    promise = open_promise(Promise.Kind.DELIVERY, order.pk)
    arrives = (arrival_words(promise, language),) if promise and piece.moment is not Moment.DELIVERED else ()
    return Section(say(language, "Your parcel"), rows=rows, lines=arrives) if rows or arrives else None


def _others(pieces: Sequence[Piece], language: str) -> tuple[Section, ...]:
    return tuple(
        Section(
            say(language, _WORDS[piece.moment].title),
            lines=tuple(
                line
                for line in (
                    f"{piece.parcel.carrier} {piece.parcel.tracking_number}".strip(),
                    say(language, _WORDS[piece.moment].opening),
                    *_apology(piece, language),
                    *(say(language, line) for line in _WORDS[piece.moment].do),
                )
                if line
            ),
        )
        for piece in pieces
    )
