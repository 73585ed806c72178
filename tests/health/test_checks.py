"""What is looked at, from when on it is a trouble, and that every state has its words in every language of the staff."""

import errno
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.console.making import client_of, make_staff
from tradewind.core.models import Delivery, ScheduledJob, WorkerBeat
from tradewind.core.words import STAFF_LANGUAGES
from tradewind.core.work import TryAgain
from tradewind.health import checks, naming
from tradewind.health.checks import Check, State, check_all, machine
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.shipping.tracker_states import note_answer, note_failure


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def backups(tmp_path: Path, settings: Settings) -> Path:
    settings.BACKUP_TO = tmp_path / "backups"
    return tmp_path / "backups"


def found(key: str, now: datetime) -> Check:
    [check] = [check for check in check_all(machine(now)) if check.key == key]
    naming.told(check, "en")  # whatever it is, there are words for it
    return check


def state(key: str, now: datetime) -> tuple[State, str]:
    check = found(key, now)
    return check.state, check.case


def work(now: datetime, *, minutes: int = 0, **fields: object) -> None:
    values = {"kind": "messaging.mail", "key": f"k{minutes}", "payload": {}, "due_at": now - timedelta(minutes=minutes)}
    Delivery.objects.create(**{**values, "created_at": now, **fields})


def letter(now: datetime, *, state: str, number: int = 1) -> None:
    values = {"moment": "order_confirmed", "language": "de", "subject_kind": "order", "subject_id": number}
    sent = {"sent_at": now} if state == "sent" else {}
    Message.objects.create(message_id=f"{number}@shop.example", state=state, created_at=now, **values, **sent)


@pytest.mark.django_db
def test_a_worker_is_at_work_silent_or_was_never_there(now: datetime) -> None:
    assert state("workers", now) == (State.BAD, "never")
    WorkerBeat.objects.create(worker="a:1", started_at=now, beat_at=now)

    assert state("workers", now) == (State.GOOD, "")
    assert state("workers", now + timedelta(minutes=1)) == (State.BAD, "silent")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, State.GOOD), (14, State.GOOD), (16, State.WORRY), (61, State.BAD)]
)
def test_work_that_waits_for_long_is_a_worry_and_then_a_trouble(now: datetime, minutes: int, expected: State) -> None:
    work(now, minutes=minutes)

    assert found("queues", now).state == expected


@pytest.mark.django_db
def test_stuck_work_and_failing_jobs_are_counted_and_named(now: datetime) -> None:
    assert (state("stuck", now), state("schedule", now)) == ((State.GOOD, ""), (State.GOOD, ""))
    work(now, state="stuck")
    ScheduledJob.objects.create(name="catalog.shelve", due_at=now, error="KeyError: 'x'")

    assert found("stuck", now).facts == {"number": 1}
    assert found("schedule", now).facts == {"names": "catalog.shelve"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("total", "free", "expected"),
    [
        (1000 << 30, 5 << 30, State.GOOD),  # four gigabytes are enough, however large the disk
        (1000 << 30, 3 << 30, State.WORRY),
        (1000 << 30, 900 << 20, State.BAD),
        (10 << 30, 2 << 30, State.GOOD),  # and a tenth of a small one
        (10 << 30, 900 << 20, State.WORRY),
        (10 << 30, 200 << 20, State.BAD),
    ],
)
def test_room_on_the_disk(
    total: int, free: int, expected: State, now: datetime, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(total, total - free, free))

    assert found("disk", now).state == expected


@pytest.mark.django_db
def test_a_disk_of_the_backups_own_is_looked_at_as_well(
    now: datetime, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "backup-disk" not in [check.key for check in check_all(machine(now))]
    monkeypatch.setattr(checks, "_disk_of", {backups: 2}.get)

    assert found("backup-disk", now).facts["place"] == str(backups)


@pytest.mark.django_db
def test_a_backup_disk_that_cannot_be_read_hides_nothing_else(settings: Settings) -> None:
    """The system answers a name that is too long as it answers for a broken disk: with an error of its own."""
    now = utc_now()
    usual = {check.key for check in check_all(machine(now))}
    settings.BACKUP_TO = Path("/") / ("x" * 300) / "backups"

    for key in ("backup", "backup-disk"):
        check = found(key, now)
        assert (check.state, check.case) == (State.BAD, "unreadable")
        assert check.facts == {"place": str(settings.BACKUP_TO), "problem": "File name too long"}
    assert {check.key for check in check_all(machine(now))} == usual | {"backup", "backup-disk"}
    page = client_of(make_staff()).get("/console/work")
    assert (page.status_code, str(settings.BACKUP_TO) in page.content.decode()) == (200, True)


@pytest.mark.django_db
def test_a_data_disk_that_cannot_be_read_is_bad(now: datetime, backups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(place: Path) -> Usage:
        raise OSError(errno.EIO, "Input/output error", str(place))

    monkeypatch.setattr(shutil, "disk_usage", broken)

    assert found("disk", now).facts["problem"] == "Input/output error"
    assert state("disk", now) == (State.BAD, "unreadable")


@pytest.mark.django_db
def test_mail_that_cannot_leave_is_told_by_its_reason(now: datetime, settings: Settings) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = "", "shop@shop.example"
    assert state("mail", now) == (State.BAD, "unset")
    settings.SMTP_URL = "smtp://127.0.0.1:25"
    assert state("mail", now) == (State.GOOD, "")
    letter(now, state="sent")
    assert state("mail", now) == (State.GOOD, "sent")
    letter(now - timedelta(hours=25), state="failed", number=2)
    assert state("mail", now) == (State.GOOD, "sent")
    work(now, state="stuck")
    assert state("mail", now) == (State.BAD, "stuck")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refused", "sent", "expected"),
    [(1, 0, "sent"), (4, 0, "sent"), (5, 0, "refused"), (5, 45, "refused"), (5, 46, "sent"), (6, 54, "refused")],
)
def test_some_mistyped_addresses_are_no_trouble_many_refused_letters_are(
    refused: int, sent: int, expected: str, now: datetime, settings: Settings
) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://127.0.0.1:25", "shop@shop.example"
    letter(now - timedelta(days=2), state="sent")
    for number in range(2, 2 + refused + sent):
        letter(now, state="failed" if number < 2 + refused else "sent", number=number)

    assert state("mail", now)[1] == expected


@pytest.mark.django_db
def test_no_look_reads_all_messages(now: datetime, settings: Settings) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://127.0.0.1:25", "shop@shop.example"
    letter(now, state="sent")
    with CaptureQueriesContext(connection) as seen:
        check_all(machine(now))
    asked = [query["sql"] for query in seen.captured_queries if "messaging_message" in query["sql"]]
    assert len(asked) == 2

    for sql, index in zip(asked, ("message_newest", "message_sent"), strict=True):
        assert plan_of(sql, index).endswith(index)


def plan_of(sql: str, index: str) -> str:
    """As far as the index that it takes, and with nothing sorted."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        else:
            # Which way it takes for a handful of rows depends on when they were counted last.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert not [word for word in ("Sort", "TEMP B-TREE", "Seq Scan") if word in plan]
    return plan[: plan.index(index) + len(index)] if index in plan else plan


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "at_night", "expected"),
    [
        (None, "02:30", (State.WORRY, "none")),
        (1, "02:30", (State.GOOD, "")),
        (1, "", (State.GOOD, "by-hand")),
        (3, "", (State.WORRY, "old")),
        (3, "02:30", (State.BAD, "old")),
    ],
)
def test_a_backup_that_is_missing_or_old(
    days: int | None, at_night: str, expected: tuple[State, str], now: datetime, backups: Path, settings: Settings
) -> None:
    settings.BACKUP_AT = at_night
    backups.mkdir()
    if days is not None:
        (backups / f"tradewind-{now - timedelta(days=days):%Y%m%dT%H%M%SZ}.tar.gz").touch()

    assert state("backup", now) == expected


@pytest.mark.parametrize("language", sorted(set(STAFF_LANGUAGES.values()) - {"en"}))
def test_every_word_is_translated(language: str) -> None:
    from tradewind.core.words import translations

    catalogue = translations(language)
    untranslated = [
        words for words in (*naming._TITLES.values(), *naming._WORDS.values()) if catalogue.gettext(words) == words
    ]
    assert untranslated == []


@pytest.mark.django_db
def test_a_tracker_that_does_not_answer_is_a_trouble_while_it_does_not(now: datetime) -> None:
    assert state("trackers", now) == (State.GOOD, "")
    note_failure("track17", TryAgain(words="away"), at=now)
    check = found("trackers", now)
    assert (check.state, check.case, check.facts["titles"], check.facts["time"]) == (
        State.WORRY,
        "failing",
        ["17TRACK"],
        now,
    )
    later = now + timedelta(hours=7)
    note_failure("track17", TryAgain(words="away"), at=later)
    assert state("trackers", later) == (State.BAD, "failing")
    note_answer("track17", at=later)
    assert state("trackers", later) == (State.GOOD, "")
