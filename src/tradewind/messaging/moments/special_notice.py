"""A special notice moves what was promised: the old and the new date, what the shop says about it, and what the buyer can do.

Thousands get it at once, so it needs nothing but what is handed over: no statement for each letter.
"""

from dataclasses import dataclass
from typing import Final

from tradewind.core.words import say
from tradewind.markets.shop import ShopProfile
from tradewind.messaging.letter import Button, Letter, Row, Section
from tradewind.messaging.moments.order_parts import closing_words, letterhead

MOMENT: Final = "special_notice"


@dataclass(frozen=True, slots=True)
class NewDates:
    """What was said and what holds now, in words. Dispatch is empty where it stays, or has happened."""

    arrival_before: str
    arrival: str
    dispatch_before: str = ""
    dispatch: str = ""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """One buyer's part. `name` may be empty; `is_sent`: the parcel is on its way; `text` and `title` are the notice's."""

    ref: str
    name: str
    url: str
    dates: NewDates
    is_sent: bool
    title: str
    text: str


def special_notice(facts: NoticeFacts, language: str, shop: ShopProfile) -> Letter:
    rows = [
        *_rows(facts.dates.dispatch_before, facts.dates.dispatch, language, say(language, "Leaves us by")),
        *_rows(facts.dates.arrival_before, facts.dates.arrival, language, say(language, "At your door")),
    ]
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "New dates for your order {ref}", ref=facts.ref),
        preview=facts.text,
        title=say(language, "Your order takes longer than we said"),
        paragraphs=(
            say(language, "Hello {name},", name=facts.name) if facts.name else say(language, "Hello,"),
            say(
                language,
                "We gave you a date for your order {ref} that we cannot keep, and we are sorry. This is why:",
                ref=facts.ref,
            ),
            facts.text,
        ),
        highlight=Section(say(language, "The dates that hold from now on"), rows=tuple(rows)),
        button=Button(say(language, "View your order"), facts.url),
        goods_title="",
        goods=(),
        totals=(),
        sections=(Section(say(language, "What you can do"), lines=(_choices(language, is_sent=facts.is_sent),)),),
        closing=closing_words(shop, language),
    )


def _rows(before: str, now: str, language: str, label: str) -> list[Row]:
    if not now:
        return []
    rows = [Row(label, now, is_strong=True)]
    return [*rows, Row(say(language, "Said before"), before)] if before else rows


def _choices(language: str, *, is_sent: bool) -> str:
    if is_sent:
        return say(
            language,
            "You need not do anything: your parcel is on its way. If the new date is too late for you, answer this message,"
            " and we look for a way together.",
        )
    return say(
        language,
        "You need not do anything: your goods are kept for you. If the new date is too late for you, you can cancel the order"
        " on its page and get your money back, or change the delivery address.",
    )
