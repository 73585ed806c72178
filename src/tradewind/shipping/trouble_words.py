"""What a buyer reads about a case on the page of their order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.core.words import say
from tradewind.promises.wording import day_words
from tradewind.shipping.tracking_states import Reason
from tradewind.shipping.trouble_rules import Cause

_FOR_BUYERS: Final[Mapping[Cause, str]] = {
    Cause.UNSCANNED: gettext_noop("The carrier has not scanned your parcel yet. We are looking into it."),
    Cause.SILENT: gettext_noop("No news from the carrier since {day}. We are looking into it."),
    Cause.LOST: gettext_noop("No news from the carrier since {day}. We are looking into it."),
    Cause.SLOW: gettext_noop("Your parcel is slower than we expected. We are watching it."),
}


def buyer_words(cause: str, reason: str, since: datetime, zone: str, language: str) -> str:
    """What the order's page says by itself; empty where the parcel's own state says it already."""
    # A carrier who says that it is lost is not silent.
    is_said = Reason(reason) is Reason.LOST
    message = "" if is_said else _FOR_BUYERS.get(Cause(cause), "")
    day = day_words(since.astimezone(ZoneInfo(zone)).date(), language)
    return say(language, message, day=day) if message else ""
