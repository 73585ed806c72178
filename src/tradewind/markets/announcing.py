"""Announcements: special notices that the pages of a market show from one moment to another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.core.trail import write_audit
from tradewind.core.words import LOCALES
from tradewind.markets.changing import touch, touch_all
from tradewind.markets.models import Announcement

LONGEST: Final = 500


class BadAnnouncement(Exception):
    """It cannot be shown like this: `field` is the part that is wrong, `code` why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be said, in the languages in which it is written, and when. `market_id` None means everywhere."""

    market_id: int | None
    text: dict[str, str]
    begins_at: datetime
    ends_at: datetime | None = None


def announce(notice: Notice, *, by: str, at: datetime) -> Announcement:
    """Show it from its beginning on. Raises BadAnnouncement."""
    text = _checked(notice)
    with transaction.atomic():
        row = Announcement.objects.create(
            market_id=notice.market_id, text=text, begins_at=notice.begins_at, ends_at=notice.ends_at, by=by
        )
        _write("announcement.made", row, by, at, before=None)
    return row


def change_announcement(row_id: int, notice: Notice, *, by: str, at: datetime) -> Announcement:
    """Say or time it otherwise. Raises BadAnnouncement, Announcement.DoesNotExist."""
    text = _checked(notice)
    with transaction.atomic():
        row = Announcement.objects.select_for_update().get(pk=row_id)
        before, was_in = _told(row), row.market_id
        row.market_id, row.text = notice.market_id, text
        row.begins_at, row.ends_at = notice.begins_at, notice.ends_at
        row.save()
        _write("announcement.changed", row, by, at, before=before)
        if was_in != row.market_id:
            _renew_pages(was_in)
    return row


def end_announcement(row_id: int, *, by: str, at: datetime) -> Announcement:
    """Take it down now; it stays on record. Raises Announcement.DoesNotExist."""
    with transaction.atomic():
        row = Announcement.objects.select_for_update().get(pk=row_id)
        if row.ends_at is None or row.ends_at > at:
            before = _told(row)
            row.begins_at, row.ends_at = min(row.begins_at, at), at
            row.save(update_fields=["begins_at", "ends_at"])
            _write("announcement.ended", row, by, at, before=before)
    return row


def _checked(notice: Notice) -> dict[str, str]:
    text = {language: words.strip() for language, words in notice.text.items() if words.strip()}
    if not text:
        raise BadAnnouncement("text", "empty")
    unknown = next((language for language in text if language not in LOCALES), None)
    if unknown is not None:
        raise BadAnnouncement("text", "language")
    if any(len(words) > LONGEST for words in text.values()):
        raise BadAnnouncement("text", "long")
    if notice.ends_at is not None and notice.ends_at <= notice.begins_at:
        raise BadAnnouncement("ends_at", "order")
    return text


def _write(action: str, row: Announcement, by: str, at: datetime, *, before: Any) -> None:
    _renew_pages(row.market_id)
    write_audit(action, subject=("announcement", row.pk), by=by, at=at, before=before, after=_told(row))


def _renew_pages(market_id: int | None) -> None:
    if market_id is None:
        touch_all()
    else:
        touch(market_id)


def _told(row: Announcement) -> dict[str, Any]:
    return {
        "market": row.market_id,
        "text": row.text,
        "begins_at": row.begins_at.isoformat(),
        "ends_at": row.ends_at.isoformat() if row.ends_at else None,
    }
