"""A special notice in words for staff: what it does, and what it means for an order."""

from dataclasses import dataclass
from typing import Final

from tradewind.console.answers.notice_form import EFFECTS
from tradewind.core.words import say, spoken
from tradewind.markets.models import Announcement
from tradewind.messaging.notice_telling import why_not_written
from tradewind.promises.models import Promise
from tradewind.promises.noticed import title_words
from tradewind.promises.wording import day_words, range_words
from tradewind.shipping.notice_hits import Hit

_FROM_TO: Final = "{effect}, {days}"


@dataclass(frozen=True, slots=True)
class HitRow:
    """An order with what its buyer was told and would be told. `why` is a code where nobody writes to them."""

    order_id: int
    ref: str
    account: str
    leaves: tuple[str, str]
    arrives: tuple[str, str]
    why: str


def hit_row(hit: Hit) -> HitRow:
    words = {Promise.Kind.DISPATCH: ("", ""), Promise.Kind.DELIVERY: ("", "")}
    for each in hit.changes:
        old = each.promise
        if old.kind == Promise.Kind.DISPATCH:
            words[Promise.Kind.DISPATCH] = day_words(old.last_day, spoken()), day_words(each.last, spoken())
        else:
            words[Promise.Kind.DELIVERY] = (
                range_words(old.first_day, old.last_day, spoken()),
                range_words(each.first, each.last, spoken()),
            )
    return HitRow(
        hit.order.pk,
        hit.order.ref,
        hit.order.account.name,
        words[Promise.Kind.DISPATCH],
        words[Promise.Kind.DELIVERY],
        why_not_written(hit.order),
    )


def title_of(row: Announcement) -> str:
    return title_words(row.title, row.kind, spoken())


def effect_of(row: Announcement) -> str:
    """ "Nothing leaves on these days, Wed 3 Feb to Wed 10 Feb"; empty where it moves nothing."""
    if row.effect == Announcement.Effect.NOTHING or row.acts_first is None or row.acts_last is None:
        return ""
    effect = say(spoken(), EFFECTS[row.effect])
    if row.days:
        effect = f"{effect} (+{row.days})"
    return say(spoken(), _FROM_TO, effect=effect, days=range_words(row.acts_first, row.acts_last, spoken()))
