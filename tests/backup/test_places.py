"""Where a restore goes: nothing that is there is lost, and nobody is at work there."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.backup.small import AT, PROGRAM, backed_up, small_house, state_of, target
from tests.cli.parts import environment, run
from tradewind.backup.checking import check_archive
from tradewind.backup.manifest import Entry
from tradewind.backup.problems import BackupProblem, NoSpace, NotEmpty, NotRestorable
from tradewind.backup.restoring import Program, refuse_little_space, restore
from tradewind.config.folders import DataFolder, FolderInUse, FolderKind, FolderProblem


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return backed_up(small_house(tmp_path / "house", word="new"), tmp_path / "backups").path


def test_what_is_there_is_replaced_only_when_asked_and_then_kept(archive: Path, tmp_path: Path) -> None:
    folder = small_house(tmp_path / "shop")
    (folder.path / "backups").mkdir()
    (folder.path / "backups" / "mine.tar.gz").write_text("mine")
    (folder.path / "notes.txt").write_text("somebody's own")
    old = state_of(folder)

    with pytest.raises(NotEmpty, match=r"shop holds a shop\. Name an empty place, or replace it with --replace"):
        restore(archive, target(folder), PROGRAM, passphrase=None, replace_old=False, at=AT)
    assert state_of(folder) == old

    done = restore(archive, target(folder), PROGRAM, passphrase=None, replace_old=True, at=AT)

    theirs = {"backups/mine.tar.gz": b"mine", "notes.txt": b"somebody's own"}
    assert state_of(folder) == {**state_of(DataFolder(tmp_path / "house")), **theirs}
    assert {**state_of(DataFolder(folder.path / done.before)), **theirs} == old


def test_two_restores_in_the_same_second_keep_both_that_were_there(archive: Path, tmp_path: Path) -> None:
    folder = small_house(tmp_path / "shop")
    old, new = state_of(folder), state_of(DataFolder(tmp_path / "house"))

    kept = [
        restore(archive, target(folder), PROGRAM, passphrase=None, replace_old=True, at=AT).before for _ in range(2)
    ]

    assert [state_of(DataFolder(folder.path / name)) for name in kept] == [old, new]


def test_a_folder_that_somebody_uses_is_left_alone(archive: Path, tmp_path: Path) -> None:
    folder = small_house(tmp_path / "shop")
    old = state_of(folder)
    using = f"from tradewind.config.folders import DataFolder; from pathlib import Path; held = DataFolder(Path({str(folder.path)!r}))"
    for how in ("enter()", "occupied('served')"):
        words = [sys.executable, "-c", f"{using}.{how}; held and held.__enter__(); print('in', flush=True); input()"]
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "in\n"
            refused = run("restore", "--data", folder.path, archive, "--replace")
            other.communicate("\n")
        assert refused.returncode == 1
        assert "is in use already" in refused.stderr
        assert state_of(folder) == old


def test_while_a_restore_is_going_on_nobody_enters(tmp_path: Path) -> None:
    folder = small_house(tmp_path / "shop")
    with folder.alone(), pytest.raises(FolderInUse, match="a restore is going on"):
        folder.enter()


def test_a_folder_with_an_interrupted_restore_is_not_entered_before_it_is_undone(tmp_path: Path) -> None:
    folder = small_house(tmp_path / "shop")
    (folder.path / "tradewind.restoring.json").write_text("{}")

    with pytest.raises(FolderProblem, match=r"was interrupted\. Start any command again"):
        folder.enter()


@pytest.mark.processes
def test_the_next_start_after_a_killed_restore_puts_back_what_was_there_and_says_so(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "shop")
    folder.prepare(FolderKind.SHOP)
    secret = folder.secret()
    note = '{"archive": "a.tar.gz", "before": "tradewind.before-1", "step": "moving", "old": ["secret.key"], "new": ["files"],'
    (folder.path / "tradewind.restoring.json").write_text(f'{note} "place": "", "aside": ""}}')
    (folder.path / "tradewind.restoring" / "files").mkdir(parents=True)
    (folder.path / "tradewind.before-1").mkdir()
    folder.secret_file.rename(folder.path / "tradewind.before-1" / "secret.key")

    done = run("backup", "--data", folder.path)

    told = "The restore of a.tar.gz was interrupted. What was there before is in place again; start it again if you want it."
    assert f"tradewind: {told}\n" in done.stderr
    assert folder.secret() == secret
    assert not list(folder.path.glob("tradewind.restoring*"))
    assert not list(folder.path.glob("tradewind.before*"))


def test_a_demo_is_not_restored_over_a_shop(archive: Path, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "demo")
    folder.prepare(FolderKind.DEMO)

    done = run("restore", "--data", folder.path, archive, "--replace")

    assert done.returncode == 1
    assert "holds a demo and cannot be used as a shop" in done.stderr


def test_a_restore_that_fails_leaves_no_new_folder(tmp_path: Path) -> None:
    (tmp_path / "no.tar.gz").write_text("no archive")

    done = run("restore", "--data", tmp_path / "new", tmp_path / "no.tar.gz")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("tradewind: no.tar.gz is damaged")
    assert not (tmp_path / "new").exists()


def test_where_migrating_fails_the_old_state_is_back(archive: Path, tmp_path: Path) -> None:
    folder = small_house(tmp_path / "shop")
    old = state_of(folder)

    def fail(_: Path) -> None:
        msg = "The archive's database could not be brought up to date."
        raise BackupProblem(msg)

    newer = Program(PROGRAM.migrations | {"core.0002_next"})
    failing = replace(target(folder), migrate=fail)
    with pytest.raises(BackupProblem, match="brought up to date"):
        restore(archive, failing, newer, passphrase=None, replace_old=True, at=AT)

    assert state_of(folder) == old
    assert sorted(folder.holdings()) == sorted(path.name for path in folder.path.iterdir())


def test_files_on_a_disk_of_their_own_are_not_moved(archive: Path, tmp_path: Path) -> None:
    folder = small_house(tmp_path / "shop")
    (folder.path / "files").rename(tmp_path / "shared")
    (folder.path / "files").symlink_to(tmp_path / "shared")

    with pytest.raises(NotRestorable, match="is a link or a disk of its own"):
        restore(archive, target(folder), PROGRAM, passphrase=None, replace_old=True, at=AT)


def test_a_disk_that_is_too_small_for_what_the_list_names_is_refused(archive: Path, tmp_path: Path) -> None:
    manifest = check_archive(archive, passphrase=None)
    large = replace(manifest, files={**manifest.files, "data/files/public/film.mp4": Entry(8 << 40, "0" * 64)})

    with pytest.raises(NoSpace, match=r"MB free, and this needs 8,388,6\d\d MB\. Make room first"):
        refuse_little_space(large, tmp_path)
