"""Moments as sales channels write them: with an offset, with a zone's short name, or as the clock of the place showed."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.core.words import say, spoken
from tradewind.orders.importing.parsing import Unfit

# Short names as Amazon's reports have them. Each stands for its offset, so summer and winter need no calendar.
_HOURS: Final = {
    "UTC": 0,
    "GMT": 0,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "MET": 1,
    "MEST": 2,
    "JST": 9,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "PST": -8,
    "PDT": -7,
    "AEST": 10,
    "AEDT": 11,
}
_NAME: Final = re.compile(r"\s+([A-Z]{3,4})$")
_GAP: Final = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
_EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)  # none of these channels is older


def read_moment(text: str, *, formats: tuple[str, ...], zone: ZoneInfo) -> datetime:
    """In UTC. `zone` is that of times that name none; a day without an hour begins at midnight. Raises Unfit."""
    found = _read(text.strip(), formats)
    if found is None:
        raise Unfit(say(spoken(), "date “{text}” cannot be read", text=text[:60]))
    moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    if moment < _EARLIEST:
        raise Unfit(say(spoken(), "date “{text}” lies before 1995", text=text[:60]))
    return moment


def _read(text: str, formats: tuple[str, ...]) -> datetime | None:
    name = _NAME.search(text)
    if name and name[1] in _HOURS:
        found = _read(text[: name.start()], formats)
        return found and found.replace(tzinfo=timezone(timedelta(hours=_HOURS[name[1]])))
    bare = _GAP.sub("", text)
    with suppress(ValueError):
        return datetime.fromisoformat(bare)
    for one in formats:
        with suppress(ValueError, OverflowError):
            return datetime.strptime(bare, one)  # noqa: DTZ007  # the zone follows
    return None
