"""One list of promises and to-dos by due time: what is late first, then day by day as Beijing counts them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.console.today.duties import Duty
from tradewind.console.today.promised import Promised
from tradewind.core.words import say, spoken
from tradewind.lib.clock import BEIJING
from tradewind.promises.wording import day_words

_LATE: Final = gettext_noop("Late")
_TODAY: Final = gettext_noop("Due today")
_TOMORROW: Final = gettext_noop("Due tomorrow")


@dataclass(frozen=True, slots=True)
class Item:
    """Either a promise or a to-do."""

    due_at: datetime
    is_late: bool
    promise: Promised | None = None
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    items: tuple[Item, ...]


def agenda(promised: Iterable[Promised], duties: Iterable[Duty], *, now: datetime) -> list[Group]:
    items = [Item(row.due_at, row.due_at <= now, promise=row) for row in promised]
    items += [Item(duty.due_at, duty.is_late, duty=duty) for duty in duties]
    items.sort(key=lambda item: item.due_at)
    return [Group(key, _title(key, now), tuple(several)) for key, several in groupby(items, key=_key)]


def _key(item: Item) -> str:
    """By the last day on which it is in time: what is due at midnight belongs to the day that ends there."""
    last = (item.due_at - timedelta(microseconds=1)).astimezone(ZoneInfo(BEIJING))
    return "late" if item.is_late else last.date().isoformat()


def _title(key: str, now: datetime) -> str:
    today = now.astimezone(ZoneInfo(BEIJING)).date()
    names = {"late": _LATE, today.isoformat(): _TODAY, (today + timedelta(days=1)).isoformat(): _TOMORROW}
    if key in names:
        return say(spoken(), names[key])
    return day_words(datetime.fromisoformat(key).date(), spoken())
