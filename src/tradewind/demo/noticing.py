"""The demo's special notice: the next Spring Festival, when the workshop in Shenzhen rests longer than the law says."""

from datetime import date, datetime, timedelta
from typing import Final

from tradewind.lib.calendars import DayRange
from tradewind.markets.announcing import Notice, announce
from tradewind.shipping.notice_proposing import LONG, Occasion, breaks, length_of, texts, titles

_SPRING: Final = (1, 2)
_TWO_YEARS: Final = timedelta(days=730)
_LONGER: Final = timedelta(days=2)
_DAY: Final = timedelta(days=1)


def announce_festival(*, at: datetime, by: str) -> None:
    """Shown from now on, so that buyers can order before it."""
    rest = spring_festival_after(at.date())
    acts = DayRange(rest.first - _LONGER, rest.last + _LONGER)
    occasion = Occasion("festival", "stop", acts=acts, title="Spring Festival")
    notice = Notice(
        (),
        texts(occasion),
        at,
        datetime.combine(acts.last + _DAY, datetime.min.time(), at.tzinfo),
        kind=occasion.kind,
        title=titles(occasion),
        effect=occasion.effect,
        acts=acts,
        warehouses=("shenzhen",),
    )
    announce(notice, by=by, at=at)


def spring_festival_after(day: date) -> DayRange:
    """The first long run of days off in January or February that begins after this day."""
    found = breaks(day, day + _TWO_YEARS)
    return next(each for each in found if each.first.month in _SPRING and length_of(each) >= LONG)
