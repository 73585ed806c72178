"""Special notices that ask for a hand: whose open promises nobody has told yet, and the next holiday that nobody has announced."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from tradewind.console import pages
from tradewind.console.answers.notice_words import title_of
from tradewind.core.staff import may
from tradewind.core.words import spoken
from tradewind.messaging.notice_telling import MOST_COUNTED, promises_hit
from tradewind.promises.wording import range_words
from tradewind.shipping.notice_proposing import next_holiday, titles


@dataclass(frozen=True, slots=True)
class Untold:
    id: int
    title: str
    promises: int
    is_more: bool  # than are counted


def notices_part(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Only what this person may go and look at."""
    staff = pages.staff_of(request)
    sees = may(staff, "answers.view") and may(staff, "orders.view")
    untold = promises_hit(pages.reach_of(request)) if sees else []
    holiday = next_holiday(at=now) if may(staff, "answers.change") else None
    days = range_words(holiday.acts.first, holiday.acts.last, spoken()) if holiday and holiday.acts else ""
    return {
        "untold": [
            Untold(row.pk, title_of(row), min(number, MOST_COUNTED), number > MOST_COUNTED) for row, number in untold
        ],
        "holiday": titles(holiday)[spoken()] if holiday else "",
        "holiday_days": days,
    }
