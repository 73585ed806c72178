"""How archives are kept: names, numbers, room, and one at a time."""

import fcntl
import os
import resource
import signal
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tests.backup.killing import ended
from tests.backup.small import AT, backed_up, small_house, source_of
from tradewind.backup.checking import check_archive
from tradewind.backup.making import archives_in, make_backup
from tradewind.backup.problems import BackupProblem, BackupRunning, NoSpace


def test_the_oldest_beyond_those_to_keep_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    folder, into = small_house(tmp_path / "house"), tmp_path / "backups"
    into.mkdir()
    (into / "holiday.tar.gz").write_text("somebody's own")
    for day in range(5):
        made = make_backup(source_of(folder), into=into, passphrase=None, keep=3, at=AT + timedelta(days=day))

    kept = [each.made_at for each in archives_in(into)]
    assert kept == [AT + timedelta(days=day) for day in (4, 3, 2)]
    assert made.forgotten == 1
    assert (into / "holiday.tar.gz").read_text() == "somebody's own"


def test_only_its_owner_may_read_an_archive(tmp_path: Path) -> None:
    made = backed_up(small_house(tmp_path / "house"), tmp_path / "backups")

    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700


def test_two_at_once_are_one_and_a_refusal(tmp_path: Path) -> None:
    into = tmp_path / "backups"
    folder = small_house(tmp_path / "house")
    into.mkdir()
    with (into / ".making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupRunning, match="Another backup is being made"):
            backed_up(folder, into)

    assert check_archive(backed_up(folder, into).path, passphrase=None).rows == 3


def test_a_disk_that_is_too_small_is_said_before_anything_is_written(tmp_path: Path) -> None:
    folder = small_house(tmp_path / "house")
    # A file with nothing in it that says it is larger than any disk of ours.
    with (folder.public_files / "film.mp4").open("wb") as film:
        film.truncate(8 << 40)

    with pytest.raises(NoSpace, match=r"MB free, and a backup may need 8,388,6\d\d MB\. Make room"):
        backed_up(folder, tmp_path / "backups")

    assert archives_in(tmp_path / "backups") == []


@pytest.mark.processes
def test_a_disk_that_becomes_full_leaves_the_earlier_backups_and_no_half_one(tmp_path: Path) -> None:
    folder, into = small_house(tmp_path / "house"), tmp_path / "backups"
    (folder.public_files / "film.mp4").write_bytes(os.urandom(3 << 20))
    first = backed_up(folder, into).path

    def back_up_in_a_small_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        with pytest.raises(NoSpace, match=r"There was no more room in .*; earlier backups are untouched\."):
            backed_up(folder, into, at=AT + timedelta(days=1))

    assert ended(back_up_in_a_small_room) == 0
    assert [each.path for each in archives_in(into)] == [first]
    assert sorted(path.name for path in into.iterdir()) == [".making.lock", first.name]
    assert check_archive(first, passphrase=None).kept_files == 5


def test_a_damaged_database_is_no_backup(tmp_path: Path) -> None:
    folder = small_house(tmp_path / "house")
    content = bytearray(folder.database.read_bytes())
    content[4096 * 2 : 4096 * 2 + 200] = os.urandom(200)
    folder.database.write_bytes(content)

    with pytest.raises(BackupProblem, match=r"Its last good backup is worth keeping"):
        backed_up(folder, tmp_path / "backups")

    assert archives_in(tmp_path / "backups") == []
