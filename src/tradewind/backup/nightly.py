"""A backup each night, and a word to the owner when there is none.

The worker only starts it: a copy takes minutes, in which reactions must not wait. Whether tonight's is there is read from the
names of the archives, so nothing can say "done" but an archive.
"""

import os
import subprocess
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings

from tradewind.backup.making import archives_in
from tradewind.backup.rules import rules
from tradewind.core import todos
from tradewind.core.schedule import every
from tradewind.lib.clock import as_utc
from tradewind.markets.shop import shop_profile

log = structlog.get_logger(__name__)
FAILED: Final = "backup.failed"
OLD: Final = "backup.old"
OLDEST: Final = timedelta(days=2)
# After a failure: what was wrong is rarely mended within minutes.
AGAIN_AFTER: Final = timedelta(hours=1)
_WITHIN: Final = timedelta(days=1)
_ALL: Final = ("backup", 0)


class _Started:
    """The last backup that this worker started."""

    process: "subprocess.Popen[bytes] | None" = None
    at: datetime | None = None


@every(timedelta(minutes=10), name="backup.nightly")
def back_up_at_night(now: datetime) -> bool:
    """Start tonight's backup where it is due, and ask for a hand where the newest is too old. True when one was started."""
    wanted = rules()
    if not wanted.at:
        return False
    archives = archives_in(wanted.folder)
    newest = archives[0].made_at if archives else None
    note_age(newest, now=now)
    running = _Started.process is not None and _Started.process.poll() is None
    has_just_tried = _Started.at is not None and now - _Started.at < AGAIN_AFTER
    if running or has_just_tried or not is_due(newest, at=wanted.at, zone=ZoneInfo(shop_profile().zone), now=now):
        return False
    _Started.process, _Started.at = start_backup(), now
    return True


def is_due(newest: datetime | None, *, at: str, zone: ZoneInfo, now: datetime) -> bool:
    """Is there none since the last time that the clock of the shop said `at`? Raises ValueError for what is no time."""
    today = now.astimezone(zone).date()
    days = (today, today - timedelta(days=1))
    # As moments: of two times of one zone Python compares what clocks say, which is wrong when they are changed.
    turns = [as_utc(datetime.combine(day, time.fromisoformat(at), zone)) for day in days]
    last = next(turn for turn in turns if turn <= now)
    return newest is None or newest < last


def note_age(newest: datetime | None, *, now: datetime) -> None:
    """Ask for a hand while there is no backup that is young enough."""
    if newest is None or now - newest > OLDEST:
        todos.ask_for_hand(OLD, subject=_ALL, account_id=None, due_at=now + _WITHIN, at=now)


def note_failed(reason: str, *, at: datetime) -> None:
    log.error("the nightly backup failed", reason=reason)
    todos.ask_for_hand(
        FAILED, subject=_ALL, account_id=None, due_at=at + _WITHIN, at=at, facts={"reason": reason[:500]}
    )


def note_made(*, at: datetime) -> None:
    """What was asked for has happened."""
    for kind in (FAILED, OLD):
        todos.settle_by_fact(kind, subject=_ALL, at=at)


def start_backup() -> "subprocess.Popen[bytes]":
    """As the rules say, in a session of its own: a worker that is stopped does not take the backup with it."""
    words = [sys.executable, "-m", "tradewind", "backup", "nightly"]
    environment = {
        **os.environ,
        "TRADEWIND_DATA": str(settings.FOLDER.path),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    return subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
