"""Goods did not arrive, and all of the money for them goes back: what happened, how much, and until when it is there."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Row, Section
from tradewind.messaging.moments.order_parts import (
    amount,
    closing_words,
    goods_of,
    greeting,
    language_of,
    letterhead,
    lines_of,
    order_button,
)
from tradewind.messaging.moments.order_trouble import goods_meant, note_lines, parcel_of, what_happened
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order
from tradewind.promises.wording import day_words
from tradewind.shipping.models import Trouble

MOMENT: Final = "trouble_refunded"


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """In minor units of the currency of `order`, which was paid for; `before` has gone back earlier. `delivery` is part of `back`, if it
    goes back.
    """

    order: Order
    back: int
    before: int
    delivery: int
    until: date
    note: str = ""


@worded(MOMENT, to=lambda case: case.order)
def trouble_refunded(case: Trouble, money: MoneyBack, *, linked_at: datetime | None = None) -> Letter:
    """`linked_at`: makes the link to the order's page; None for a preview."""
    order, language, shop = money.order, language_of(case.order), shop_profile()
    title, units = goods_meant(case, language)
    if case.parcel is None:
        title = say(language, "Not sent, of order {ref}", ref=case.order.ref)
    back = say(language, "You get back {amount}, by the way you paid it.", amount=amount(order, money.back))
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Your money for order {ref} goes back to you", ref=order.ref),
        preview=back,
        title=say(language, "Your money goes back to you"),
        paragraphs=(greeting(order), _why(case, language), *note_lines(money.note), back),
        highlight=_sums(order, money),
        button=order_button(order, at=linked_at) if linked_at else None,
        goods_title=title,
        goods=goods_of(case.order, lines_of(case.order), units),
        totals=(),
        sections=(_can_do(case, language), *parcel_of(case.parcel, language)),
        closing=closing_words(shop, language),
    )


def _why(case: Trouble, language: str) -> str:
    if case.parcel is None:
        return say(language, "We are sorry: we cannot send you the rest of your order {ref}.", ref=case.order.ref)
    return what_happened(case, language)


def _sums(order: Order, money: MoneyBack) -> Section:
    language = language_of(order)
    goods = money.back + money.before - money.delivery
    rows = [Row(say(language, "Goods"), amount(order, goods))]
    if money.delivery:
        rows.append(Row(say(language, "Delivery cost"), amount(order, money.delivery)))
    if money.before:
        rows.append(Row(say(language, "Went back before"), amount(order, -money.before)))
    rows.append(Row(say(language, "Goes back now"), amount(order, money.back), is_strong=True))
    rows.append(Row(say(language, "With you by"), day_words(money.until, language)))
    return Section(say(language, "What goes back"), rows=tuple(rows))


def _can_do(case: Trouble, language: str) -> Section:
    words = (
        say(language, "Nothing: the money comes by itself. What has left before is yours as you ordered it.")
        if case.parcel is None
        else say(
            language, "Nothing: the money comes by itself. If the parcel should reach you after all, please tell us."
        )
    )
    return Section(say(language, "What you can do"), lines=(words,))
