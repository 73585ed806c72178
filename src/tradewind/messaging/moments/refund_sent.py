"""Money has been sent back: why, how much, which way, and when it should be there. Each refund has one such letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext_noop

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
    totals_of,
)
from tradewind.messaging.wording.speaking import worded
from tradewind.orders.models import Order
from tradewind.promises.wording import day_words

MOMENT: Final = "refund_sent"
# By the reason that payments keep; of every other one only that money went back is said.
_WHY: Final[Mapping[str, str]] = {
    "order.cancelled": gettext_noop("Order {ref} was cancelled, and we have sent you back what you paid for it."),
    "not_arrived": gettext_noop(
        "Goods of order {ref} did not reach you, and we have sent you back the money for them."
    ),
    "reduced": gettext_noop("Order {ref} was changed, and we have sent you back what it costs less now."),
    "merged": gettext_noop("Your orders leave together as {ref}, and we have sent you back what that saves."),
    "trouble": gettext_noop("As an apology for what went wrong with order {ref}, we have sent you some money back."),
}
_PLAIN: Final = gettext_noop("We have sent you money back for order {ref}.")


@dataclass(frozen=True, slots=True)
class SentBack:
    """In minor units of the order's currency; `before` went back earlier. `by` gives the payment method in a language, empty where its
    market has none. `until` is the last day on which it is there, None where that day has passed.
    """

    amount: int
    before: int
    reason: str
    by: Callable[[str], str]
    until: date | None


@worded(MOMENT)
def refund_sent(order: Order, money: SentBack, *, linked_at: datetime | None = None) -> Letter:
    """`linked_at`: makes the link to the order's page; None without one."""
    language, shop, lines = language_of(order), shop_profile(), lines_of(order)
    why = say(language, _WHY.get(money.reason, _PLAIN), ref=order.ref)
    # Where all of it went back at once, its parts are those of the bill: goods, delivery, duty and taxes stand for themselves.
    is_all = money.amount == order.total and not money.before
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(
            language, "{amount} sent back to you: order {ref}", amount=amount(order, money.amount), ref=order.ref
        ),
        preview=why,
        title=say(language, "Your money is on its way back"),
        paragraphs=(greeting(order), why),
        highlight=_sums(order, money),
        button=order_button(order, at=linked_at) if linked_at else None,
        goods_title=say(language, "Order {ref}", ref=order.ref),
        goods=goods_of(order, lines) if is_all else (),
        totals=totals_of(order, lines) if is_all else (),
        sections=(_arrives(money, language),),
        closing=closing_words(shop, language),
    )


def _sums(order: Order, money: SentBack) -> Section:
    language = language_of(order)
    rows = [Row(say(language, "Amount"), amount(order, money.amount), is_strong=True)]
    if method := money.by(language):
        rows.append(Row(say(language, "Goes to"), say(language, "where you paid from ({method})", method=method)))
    if money.until is not None:
        rows.append(Row(say(language, "With you by"), day_words(money.until, language)))
    if money.before:
        rows.append(Row(say(language, "Went back before"), amount(order, money.before)))
    return Section(say(language, "What goes back"), rows=tuple(rows))


def _arrives(money: SentBack, language: str) -> Section:
    words = say(language, "Banks and card companies often need a few days to show it.")
    if money.until is None:
        late = say(language, "If it is not there after a week, answer this message: we look where it is.")
    else:
        day = day_words(money.until, language)
        late = say(language, "If it is not there after {day}, answer this message: we look where it is.", day=day)
    return Section(say(language, "When it is there"), lines=(words, late))
