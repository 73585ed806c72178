"""What is looked at, from when on it is a trouble, and that every state has its words in every language of the staff."""

import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from pytest_django.fixtures import Settings

from tradewind.core.models import Delivery, ScheduledJob, SettingValue, WorkerBeat
from tradewind.core.words import STAFF_LANGUAGES
from tradewind.health import checks, naming
from tradewind.health.certificates import look, look_at_certificate
from tradewind.health.checks import Check, State, check_all, machine, worst
from tradewind.messaging.models import Message

CERTIFICATE = Path(__file__).parents[1] / "connectors" / "certificates" / "localhost.pem"


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
def test_mail_that_cannot_leave_is_told_by_its_reason(now: datetime, settings: Settings) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = "", "shop@shop.example"
    assert state("mail", now) == (State.BAD, "unset")
    settings.SMTP_URL = "smtp://127.0.0.1:25"
    assert state("mail", now) == (State.GOOD, "")
    letter(now, state="sent")
    assert state("mail", now) == (State.GOOD, "sent")
    letter(now - timedelta(hours=25), state="failed", number=2)
    assert state("mail", now) == (State.GOOD, "sent")
    letter(now, state="failed", number=3)
    assert state("mail", now) == (State.WORRY, "refused")
    work(now, state="stuck")
    assert state("mail", now) == (State.BAD, "stuck")


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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"until": "2027-01-01T00:00:00Z", "problem": ""}, (State.GOOD, "")),
        ({"until": "2026-12-05T00:00:00Z", "problem": ""}, (State.WORRY, "ending")),
        ({"until": "2026-11-25T00:00:00Z", "problem": ""}, (State.BAD, "ending")),
        ({"until": "", "problem": "certificate has expired"}, (State.BAD, "refused")),
    ],
)
def test_a_certificate_that_ends_or_is_refused(
    value: dict[str, str], expected: tuple[State, str], now: datetime, settings: Settings
) -> None:
    assert "certificate" not in [check.key for check in check_all(machine(now))]
    settings.IS_HTTPS = True
    assert state("certificate", now) == (State.GOOD, "unseen")
    SettingValue.objects.create(key="health.certificate", value=value, changed_at=now)

    assert state("certificate", now) == expected


@pytest.fixture
def https() -> Iterator[int]:
    """The port of a server that shakes hands and says nothing more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                    context.wrap_socket(line, server_side=True).close()
                except ssl.SSLError:  # who does not trust it hangs up
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_a_certificate_is_met_as_a_browser_meets_it(https: int) -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))

    assert look("localhost", https, trust=trusting).until == datetime(2126, 10, 30, 6, 58, 43, tzinfo=UTC)
    assert "self-signed" in look("localhost", https).problem.replace("self signed", "self-signed")
    assert "refused" in look("localhost", 1).problem.lower()


@pytest.mark.django_db
def test_what_the_job_saw_is_kept_for_the_page(https: int, now: datetime, settings: Settings) -> None:
    settings.BASE_URL, settings.IS_HTTPS = f"https://localhost:{https}", True

    look_at_certificate(now)

    assert state("certificate", now) == (State.BAD, "refused")


def test_the_worst_of_all_counts() -> None:
    of = [Check("a", State.GOOD), Check("b", State.BAD), Check("c", State.WORRY)]

    assert (worst(of), worst(of[:1]), worst([of[0], of[2]])) == (State.BAD, State.GOOD, State.WORRY)


@pytest.mark.parametrize("language", sorted(set(STAFF_LANGUAGES.values()) - {"en"}))
def test_every_word_is_translated(language: str) -> None:
    from tradewind.core.words import translations

    catalogue = translations(language)
    untranslated = [
        words for words in (*naming._TITLES.values(), *naming._WORDS.values()) if catalogue.gettext(words) == words
    ]
    assert untranslated == []
