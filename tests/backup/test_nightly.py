"""A backup each night by the worker, and a to-do for the owner when there is none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from tests.backup.houses import House
from tests.cli.parts import eventually, running
from tradewind.backup.making import archives_in
from tradewind.backup.nightly import FAILED, OLD, back_up_at_night, is_due, note_age, note_failed, note_made
from tradewind.core.models import Todo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# 02:30 in Shenzhen on the 23rd.
TURN = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("newest", "now", "due"),
    [
        (None, TURN, True),
        (TURN - timedelta(minutes=1), TURN, True),
        (TURN - timedelta(minutes=1), TURN - timedelta(seconds=1), False),
        (TURN, TURN + timedelta(hours=23), False),
        (TURN, TURN + timedelta(hours=24), True),
        # A night that was missed is made up for as soon as somebody is there.
        (TURN - timedelta(hours=20), TURN + timedelta(hours=9), True),
        (TURN - timedelta(days=9), TURN - timedelta(hours=1), True),
    ],
)
def test_a_backup_is_due_once_after_each_turn_of_the_shops_clock(
    newest: datetime | None, now: datetime, *, due: bool
) -> None:
    assert is_due(newest, at="02:30", zone=SHANGHAI, now=now) is due


def test_no_night_is_left_out_where_clocks_are_changed() -> None:
    """02:30 is there twice on 25 October 2026 in Berlin, and not at all on 28 March 2027."""
    berlin = ZoneInfo("Europe/Berlin")
    for begin in (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2027, 3, 27, 12, tzinfo=UTC)):
        newest, made = begin, 0
        for minutes in range(0, 48 * 60, 10):
            now = begin + timedelta(minutes=minutes)
            if is_due(newest, at="02:30", zone=berlin, now=now):
                newest, made = now, made + 1
        assert made == 2


def open_todos() -> list[tuple[str, datetime]]:
    return list(Todo.objects.filter(state=Todo.State.OPEN).order_by("pk").values_list("kind", "due_at"))


@pytest.mark.django_db
def test_an_old_or_failed_backup_asks_for_a_hand_once_and_a_good_one_takes_it_back(now: datetime) -> None:
    note_age(now - timedelta(days=2), now=now)
    assert open_todos() == []

    note_age(now - timedelta(days=2, seconds=1), now=now)
    note_age(None, now=now + timedelta(minutes=10))
    note_failed("There was no more room", at=now)
    note_failed("There was no more room", at=now + timedelta(hours=1))
    assert open_todos() == [(OLD, now + timedelta(days=1)), (FAILED, now + timedelta(days=1))]
    assert Todo.objects.get(kind=FAILED).facts == {"reason": "There was no more room"}

    note_made(at=now)
    assert open_todos() == []


@pytest.mark.django_db
def test_where_no_hour_is_set_nothing_happens(now: datetime) -> None:
    with override_settings(BACKUP_AT=""):
        assert back_up_at_night(now) is False

    assert open_todos() == []


@pytest.mark.slow
@pytest.mark.processes
def test_the_worker_makes_a_sealed_backup_at_its_hour_and_keeps_some(house: House, tmp_path: Path) -> None:
    into = tmp_path / "nights"
    into.mkdir()
    for day in (1, 2, 3):
        (into / f"tradewind-2026010{day}T023000Z.tar.gz").write_text("of another year")
    secret = tmp_path / "passphrase"
    secret.write_text("a long walk by the sea\n")
    changes = {
        **house.changes,
        "TRADEWIND_BACKUP_AT": "00:00",
        "TRADEWIND_BACKUP_TO": str(into),
        "TRADEWIND_BACKUP_KEEP": "2",
        "TRADEWIND_BACKUP_PASSPHRASE_FILE": str(secret),
    }
    with running("work", "--data", house.folder.path, **changes):
        assert eventually(lambda: archives_in(into)[0].path.name.endswith(".sealed"))
        assert eventually(lambda: len(archives_in(into)) == 2)
        # There was none of the last two days, until there was.
        assert eventually(lambda: house.all("SELECT kind, state FROM core_todo") == [("backup.old", "done")])

    newest = archives_in(into)[0].path
    assert house.command("backup", "verify", newest, "--passphrase-file", secret).returncode == 0


@pytest.mark.slow
@pytest.mark.processes
def test_a_nightly_backup_that_fails_asks_for_a_hand(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    done = house.command("backup", "nightly", TRADEWIND_BACKUP_TO=str(tmp_path / "file"))

    assert (done.returncode, done.stdout) == (1, "")
    assert "The backup could not be written" in done.stderr
    assert house.all("SELECT kind, state FROM core_todo") == [("backup.failed", "open")]
