"""What a special notice would do, before anything is saved: dates of new orders, open promises, and languages without words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.core.reach import Reach
from tradewind.core.words import locale_of, pick, spoken
from tradewind.lib.countries import country_name
from tradewind.markets.models import Announcement
from tradewind.markets.queries import MarketView, all_markets, as_shown
from tradewind.messaging.notice_telling import told_of
from tradewind.orders.queries import COUNTED
from tradewind.promises.models import Promise
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.wording import day_words, range_words
from tradewind.shipping.delays import notices_in
from tradewind.shipping.notice_hits import Hit, hits, ways_of
from tradewind.shipping.notice_walking import find_hits
from tradewind.shipping.quoting import Goods, quotes_for
from tradewind.shipping.terms import terms_of

_MOST_LINES: Final = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One way to one country, for goods that are ordered on a day. Empty words: not offered."""

    country: str
    way: str
    ordered: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`hits` are at most COUNTED + 1; `staying` are orders, at most as many, whose buyers know of a notice that is changed, and whose
    days it leaves as they are; `unwritten` holds (language, the one that its readers see instead).
    """

    notice_id: int | None
    lines: Sequence[Line]
    unchanged: int
    hits: Sequence[Hit]
    staying: int
    unwritten: Sequence[tuple[str, str]]

    @property
    def moving(self) -> int:
        """Orders whose promises hold the notice already, and that it moves once more."""
        return sum(1 for hit in self.hits if any(_holds(each.promise, self.notice_id) for each in hit.changes))

    @property
    def anew(self) -> int:
        return len(self.hits) - self.moving

    @property
    def is_known(self) -> bool:
        """Has any buyer heard of it before?"""
        return self.moving + self.staying > 0

    @property
    def promises(self) -> int:
        return sum(len(hit.changes) for hit in self.hits)

    @property
    def is_more(self) -> bool:
        return len(self.hits) > COUNTED


def preview_of(row: Announcement, reach: Reach, *, at: datetime) -> Preview:
    """Of a notice as it would be; it need not be stored."""
    markets = [each for each in all_markets(on=at.date()) if not row.market_ids or each.id in row.market_ids]
    lines = [line for market in markets for line in _lines(market, row, at)] if row.acts else []
    changed = [line for line in lines if line.before != line.after]
    return Preview(
        row.pk,
        changed[:_MOST_LINES],
        len(lines) - len(changed),
        find_hits(row, reach, at=at, most=COUNTED + 1) if row.acts else [],
        _staying(row, reach, at) if row.pk else 0,
        _unwritten(row, markets),
    )


def _staying(row: Announcement, reach: Reach, at: datetime) -> int:
    told = told_of(row.pk, reach, most=COUNTED + 1)
    moved = {hit.order.pk for hit in hits(ways_of(row, at=at), told)}
    owed = Promise.objects.filter(subject_kind="order", subject_id__in=[order.pk for order in told], is_owed=True)
    return len({each.subject_id for each in owed.order_by("pk") if _holds(each, row.pk)} - moved)


def _holds(promise: Promise, notice_id: int | None) -> bool:
    return notice_id in notices_in(promise.inputs)


def _unwritten(row: Announcement, markets: Sequence[MarketView]) -> list[tuple[str, str]]:
    read = dict.fromkeys(language for market in markets for language in market.languages)
    shown = {language: words for language, words in row.text.items() if words}
    instead = "en" if "en" in shown else next(iter(shown), "")
    return [(language, instead) for language in read if language not in shown]


def _lines(market: MarketView, row: Announcement, at: datetime) -> Iterator[Line]:
    others = tuple(each for each in market.announcements if each.id != row.pk)
    then = replace(market, announcements=(as_shown(row), *others))
    ways = terms_of(market)
    parcel = Goods(1, frozenset(), frozenset(each.warehouse for each in ways))
    for country in _countries(market, row):
        seen = [
            (moment, _quotes(market, country, parcel, moment), _quotes(then, country, parcel, moment))
            for moment in _moments(row, at)
        ]
        for way in ways:
            lines = [
                Line(
                    country_name(country, locale_of(spoken())),
                    pick(way.name, spoken()),
                    "" if moment == at else day_words(moment.astimezone(ZoneInfo(way.zone)).date(), spoken()),
                    _words(before.get(way.option)),
                    _words(after.get(way.option)),
                )
                for moment, before, after in seen
                if way.option in before or way.option in after
            ]
            # One is enough: an order of now, if it is moved.
            yield from [line for line in lines if line.before != line.after][:1] or lines[:1]


def _countries(market: MarketView, row: Announcement) -> list[str]:
    """Those that are named, else one that stands for the market."""
    named = [country for country in row.countries if market.serves(country)]
    if named or row.countries:
        return named[:3]
    return [market.country or min(market.countries, default="US")]


def _moments(row: Announcement, at: datetime) -> list[datetime]:
    """Now, and the early morning of the first day on which it acts: an order of today may have arrived by then."""
    if row.acts_first is None:
        return [at]
    morning = datetime.combine(row.acts_first, time(1), tzinfo=ZoneInfo("UTC"))
    return [at, morning] if morning > at + timedelta(days=1) else [at]


def _quotes(market: MarketView, country: str, parcel: Goods, at: datetime) -> dict[str, DeliveryQuote]:
    return {each.option: each for each in quotes_for(market, country, parcel, at=at)}


def _words(quote: DeliveryQuote | None) -> str:
    return range_words(quote.arrives_first, quote.arrives_last, spoken()) if quote is not None else ""
