"""Announcements: special notices that pages show from one moment to another, and that may move dates."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.core.facts import record
from tradewind.core.trail import write_audit
from tradewind.core.words import LOCALES
from tradewind.lib.calendars import DayRange
from tradewind.markets.changing import touch, touch_all
from tradewind.markets.events import NoticeChanged
from tradewind.markets.models import Announcement

LONGEST: Final = 500
LONGEST_TITLE: Final = 80
# Nobody is told a date that is later by more than this.
MOST_DAYS: Final = 90
Effect = Announcement.Effect
_ADDING: Final = (Effect.DISPATCH, Effect.TRANSIT)


class BadAnnouncement(Exception):
    """It cannot be shown like this: `field` is the part that is wrong, `code` why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be said, in the languages in which it is written, and when; and what it does to dates, on which days.

    What is empty of markets, countries, options and warehouses means all of them.
    """

    market_ids: tuple[int, ...]
    text: dict[str, str]
    begins_at: datetime
    ends_at: datetime | None = None
    kind: str = Announcement.Kind.OTHER
    title: dict[str, str] = field(default_factory=dict)
    effect: str = Effect.NOTHING
    days: int = 0
    acts: DayRange | None = None
    countries: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    warehouses: tuple[str, ...] = ()


def announce(notice: Notice, *, by: str, at: datetime) -> Announcement:
    """Show it from its beginning on, and let it move dates from now on. Raises BadAnnouncement."""
    row = as_row(notice)
    row.by, row.said_at = by, at
    with transaction.atomic():
        row.save()
        _write("announcement.made", row, by, at, before=None)
    return row


def change_announcement(row_id: int, notice: Notice, *, by: str, at: datetime) -> Announcement:
    """Say, time or reckon it otherwise; one that was taken down stays so. Raises BadAnnouncement, Announcement.DoesNotExist."""
    changed = as_row(notice)
    with transaction.atomic():
        row = Announcement.objects.select_for_update().get(pk=row_id)
        before, was_in = _told(row), row.market_ids
        for name in _TYPED:
            setattr(row, name, getattr(changed, name))
        row.revision += 1
        row.save()
        _write("announcement.changed", row, by, at, before=before)
        _renew_pages(was_in)
    return row


def end_announcement(row_id: int, *, by: str, at: datetime) -> Announcement:
    """Take it down now: new dates are as if it had never been, and what buyers were told stands. It stays on record.
    Raises Announcement.DoesNotExist.
    """
    with transaction.atomic():
        row = Announcement.objects.select_for_update().get(pk=row_id)
        is_shown = row.ends_at is None or row.ends_at > at
        if row.ended_at is None and (is_shown or row.acts):
            before = _told(row)
            if is_shown:
                row.begins_at, row.ends_at = min(row.begins_at, at), at
            row.ended_at, row.revision = at, row.revision + 1
            row.save(update_fields=["begins_at", "ends_at", "ended_at", "revision"])
            _write("announcement.ended", row, by, at, before=before)
    return row


def as_row(notice: Notice) -> Announcement:
    """As it would be stored. Raises BadAnnouncement."""
    _check_effect(notice)
    if notice.ends_at is not None and notice.ends_at <= notice.begins_at:
        raise BadAnnouncement("ends_at", "order")
    moves = notice.effect != Effect.NOTHING
    return Announcement(
        kind=notice.kind,
        title=_written(notice.title, "title", LONGEST_TITLE),
        text=_checked(notice),
        begins_at=notice.begins_at,
        ends_at=notice.ends_at,
        market_ids=sorted(set(notice.market_ids)),
        countries=sorted(set(notice.countries)),
        options=sorted(set(notice.options)),
        warehouses=sorted(set(notice.warehouses)),
        effect=notice.effect,
        days=notice.days if notice.effect in _ADDING else 0,
        acts_first=notice.acts.first if notice.acts and moves else None,
        acts_last=notice.acts.last if notice.acts and moves else None,
    )


# What a form decides of a row.
_TYPED: Final = (
    "kind",
    "title",
    "text",
    "begins_at",
    "ends_at",
    "market_ids",
    "countries",
    "options",
    "warehouses",
    "effect",
    "days",
    "acts_first",
    "acts_last",
)


def _check_effect(notice: Notice) -> None:
    if notice.effect != Effect.NOTHING and notice.acts is None:
        raise BadAnnouncement("acts", "empty")
    if notice.effect in _ADDING and not 1 <= notice.days <= MOST_DAYS:
        raise BadAnnouncement("days", "range")


def _checked(notice: Notice) -> dict[str, str]:
    text = _written(notice.text, "text", LONGEST)
    if not text:
        raise BadAnnouncement("text", "empty")
    return text


def _written(texts: dict[str, str], name: str, longest: int) -> dict[str, str]:
    text = {language: words.strip() for language, words in texts.items() if words.strip()}
    if any(language not in LOCALES for language in text):
        raise BadAnnouncement(name, "language")
    if any(len(words) > longest for words in text.values()):
        raise BadAnnouncement(name, "long")
    return text


def _write(action: str, row: Announcement, by: str, at: datetime, *, before: Any) -> None:
    _renew_pages(row.market_ids)
    write_audit(action, subject=("announcement", row.pk), by=by, at=at, before=before, after=_told(row))
    record(NoticeChanged(row.pk), by=by, at=at)


def _renew_pages(market_ids: list[int]) -> None:
    if not market_ids:
        touch_all()
    for market_id in market_ids:
        touch(market_id)


def _told(row: Announcement) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(row, name) for name in _TYPED if getattr(row, name) not in (None, [], {}, 0)}
    days = {name: value.isoformat() for name, value in told.items() if name in _MOMENTS}
    return {**told, **days, "ends_at": row.ends_at.isoformat() if row.ends_at else None}


_MOMENTS: Final = frozenset({"begins_at", "ends_at", "acts_first", "acts_last"})
