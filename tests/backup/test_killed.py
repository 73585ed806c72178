"""Killed anywhere: a backup leaves the earlier ones as they were, a restore the old state or the whole new one."""

import shutil
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.backup.killing import is_killed_at
from tests.backup.small import AT, PROGRAM, backed_up, small_house, state_of, target
from tradewind.backup.checking import check_archive
from tradewind.backup.journal import Step, note_in
from tradewind.backup.making import archives_in
from tradewind.backup.restoring import restore, undo_restore
from tradewind.config.folders import DataFolder

pytestmark = pytest.mark.processes


def test_a_backup_that_is_killed_anywhere_harms_no_other_and_leaves_nothing_after_the_next(tmp_path: Path) -> None:
    folder = small_house(tmp_path / "house")
    into = tmp_path / "backups"
    first = backed_up(folder, into).path
    content = first.read_bytes()

    deaths = 0
    for step in count(1):
        at = AT + timedelta(seconds=step)
        if not is_killed_at(step, lambda at=at: backed_up(folder, into, at=at)):
            break
        deaths += 1
        assert first.read_bytes() == content
        for kept in archives_in(into):
            check_archive(kept.path, passphrase=None)
    backed_up(folder, into, at=AT + timedelta(days=1))

    assert deaths >= 5
    assert {path.name for path in into.iterdir() if path.name != ".making.lock"} == {
        kept.path.name for kept in archives_in(into)
    }


@pytest.mark.parametrize("was_there", [True, False])
def test_a_restore_that_is_killed_anywhere_leaves_the_old_state_or_the_new_one(was_there: bool, tmp_path: Path) -> None:
    archive = backed_up(small_house(tmp_path / "other", word="new"), tmp_path / "backups").path
    new = state_of(DataFolder(tmp_path / "other"))
    old = state_of(small_house(tmp_path / "old")) if was_there else {}

    steps: list[Step | None] = []
    outcomes = []
    for step in count(1):
        folder = _again(tmp_path, was_there=was_there)
        if not is_killed_at(step, lambda folder=folder: _restore(archive, folder)):
            break
        note = note_in(folder.path)
        steps.append(note.step if note else None)
        if note is not None:
            _undo(folder)
        outcomes.append(state_of(folder))
        assert outcomes[-1] == (new if note is None and Step.MOVING in steps else old)
        assert _restore(archive, folder) is None  # and it can be done again
        assert state_of(folder) == new

    assert Step.STAGING in steps
    assert Step.MOVING in steps
    assert old in outcomes
    assert new in outcomes
    assert state_of(folder) == new


def test_an_undoing_that_is_killed_anywhere_is_ended_by_the_next(tmp_path: Path) -> None:
    archive = backed_up(small_house(tmp_path / "other", word="new"), tmp_path / "backups").path
    old = state_of(small_house(tmp_path / "old"))
    deaths = 0
    for step in count(1):
        folder = _again(tmp_path, was_there=True)
        if not is_killed_at(step, lambda folder=folder: _restore(archive, folder)):
            break
        if note_in(folder.path) is None:
            continue
        for again in count(1):
            half = DataFolder(tmp_path / "half")
            shutil.rmtree(half.path, ignore_errors=True)
            shutil.copytree(folder.path, half.path)
            if not is_killed_at(again, lambda half=half: _undo(half)):
                break
            deaths += 1
            if note_in(half.path) is not None:
                _undo(half)
            assert state_of(half) == old, (step, again)
            assert sorted(half.holdings()) == sorted(DataFolder(tmp_path / "old").holdings())

    assert deaths > 50


def _again(tmp_path: Path, *, was_there: bool) -> DataFolder:
    folder = DataFolder(tmp_path / "target")
    shutil.rmtree(folder.path, ignore_errors=True)
    if was_there:
        shutil.copytree(tmp_path / "old", folder.path)
    return folder


def _restore(archive: Path, folder: DataFolder) -> None:
    restore(archive, target(folder), PROGRAM, passphrase=None, replace_old=True, at=AT)


def _undo(folder: DataFolder) -> None:
    note = note_in(folder.path)
    assert note is not None
    undo_restore(folder.path, note, None)
