"""Staff changed the order before it left: what is other than before, what becomes of the money, and that the dates stand."""

from datetime import datetime
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Section
from tradewind.messaging.moments.order_confirmed import promised_dates
from tradewind.messaging.moments.order_parts import (
    amount,
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
from tradewind.orders.changes import made_with
from tradewind.orders.models import Order, OrderChange

MOMENT: Final = "order_changed"
_Kind = OrderChange.Kind


@worded(MOMENT, to=lambda change: change.order)
def order_changed(change: OrderChange, *, at: datetime) -> Letter:
    order = change.order
    language = language_of(order)
    shop = shop_profile()
    lines = lines_of(order)
    dates = promised_dates(order)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Your order {ref} has changed", ref=order.ref),
        preview=_what(change),
        title=say(language, "Your order has changed"),
        paragraphs=tuple(words for words in (greeting(order), _what(change), _money(change)) if words),
        highlight=_goods(change),
        button=order_button(order, at=at),
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines),
        totals=totals_of(order, lines),
        sections=(Section(say(language, "When it leaves and arrives"), lines=dates),) if dates else (),
        closing=closing_words(shop, language),
    )


def _what(change: OrderChange) -> str:
    order = change.order
    language, other = language_of(order), change.other.ref if change.other else ""
    match change.kind:
        case _Kind.REDUCED:
            return say(language, "We have taken goods off your order {ref}.", ref=order.ref)
        case _Kind.EXTENDED:
            return say(language, "We have changed the goods of your order {ref}.", ref=order.ref)
        case _Kind.SPLIT:
            return say(
                language,
                "Some of the goods of your order {ref} are sent by themselves, as order {other}. You pay nothing more for that.",
                ref=order.ref,
                other=other,
            )
        case _:
            return say(
                language,
                "Your orders {others} and {ref} come in one parcel, as order {ref}. The earlier of the dates stands.",
                ref=order.ref,
                others=", ".join(_ref(each.other) for each in made_with(change)),
            )


def _money(change: OrderChange) -> str:
    order = change.order
    language = language_of(order)
    back = sum(each.back for each in made_with(change)) if change.kind == _Kind.MERGED else change.back
    if back > 0:
        return say(language, "You get back {amount}, by the way you paid it.", amount=amount(order, back))
    if change.back < 0:
        return say(
            language,
            "{amount} are still to be paid. You can do that on the page of your order; it leaves once they are here.",
            amount=amount(order, -change.back),
        )
    return ""


def _goods(change: OrderChange) -> Section | None:
    """What is other than before; of a split what goes by itself."""
    if change.kind == _Kind.MERGED:
        return None
    language = language_of(change.order)
    lines = tuple(_line(change, language, *each) for each in change.goods) + _delivery(change, language)
    if change.kind == _Kind.SPLIT:
        return Section(say(language, "In order {ref}", ref=_ref(change.other)), lines=lines)
    return Section(say(language, "What has changed"), lines=lines)


def _delivery(change: OrderChange, language: str) -> tuple[str, ...]:
    before, after = change.delivery_before, change.delivery_after
    if before is None or after is None:
        return ()
    values = {"before": amount(change.order, before), "after": amount(change.order, after)}
    return (say(language, "Delivery: {after} instead of {before}", **values),)


def _line(change: OrderChange, language: str, title: str, options: str, before: int, after: int) -> str:
    named = f"{title}, {options}" if options else title
    if change.kind == _Kind.SPLIT:
        return f"{after} × {named}"
    return say(language, "{goods}: {after} instead of {before}", goods=named, after=after, before=before)


def _ref(order: Order | None) -> str:
    return order.ref if order is not None else ""
