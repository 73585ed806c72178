"""A data folder is one thing for ever, and only a demo can be thrown away."""

import multiprocessing
import stat
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tradewind.config.folders import DataFolder, FolderInUse, FolderKind, FolderProblem, WrongFolderKind


def test_a_new_folder_is_made_with_a_secret_that_only_its_owner_reads(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a" / "b")
    assert folder.kind is None

    folder.prepare(FolderKind.SHOP)

    assert folder.kind is FolderKind.SHOP
    assert stat.S_IMODE(folder.secret_file.stat().st_mode) == 0o600
    assert len(folder.secret() or "") == 64


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare(FolderKind.SHOP)
    before = folder.secret(), folder.marker.read_text()

    folder.prepare(FolderKind.SHOP)

    assert (folder.secret(), folder.marker.read_text()) == before


def test_a_folder_is_never_turned_into_something_else(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare(FolderKind.SHOP)

    with pytest.raises(WrongFolderKind, match="holds a shop and cannot be used as a demo"):
        folder.prepare(FolderKind.DEMO)
    with pytest.raises(WrongFolderKind):
        folder.empty()
    assert folder.secret() is not None


def test_a_folder_full_of_other_things_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("years of work")

    with pytest.raises(FolderProblem, match="holds other files"):
        DataFolder(tmp_path).prepare(FolderKind.DEMO)

    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.odt"]


def test_emptying_a_demo_takes_what_is_ours_and_leaves_what_is_not(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare(FolderKind.DEMO)
    for name in ("tradewind.sqlite3", "tradewind.sqlite3-wal", "thesis.odt", "files-of-mine"):
        (tmp_path / name).write_text("")

    folder.empty()

    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["files-of-mine", "thesis.odt", "tradewind.json"]
    folder.prepare(FolderKind.DEMO)
    assert folder.secret() is not None


def test_a_spoilt_marker_is_said_and_never_overwritten(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.marker.write_text("{}")

    with pytest.raises(FolderProblem, match=r"tradewind\.json cannot be read\. Take it from a backup"):
        folder.prepare(FolderKind.SHOP)

    assert folder.marker.read_text() == "{}"


def test_a_folder_is_occupied_by_one_process_and_free_once_that_is_gone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    ours, theirs = multiprocessing.Pipe()
    other = multiprocessing.get_context("fork").Process(target=_occupy, args=(folder, theirs))
    other.start()
    assert ours.recv() == "occupied"

    with pytest.raises(FolderInUse, match=r"is in use already \(the other\)\. Stop that one"), folder.occupied("we"):
        pass
    other.kill()
    other.join()
    with folder.occupied("we"):
        held = (tmp_path / "running.lock").read_text()

    assert held == "we"


def _occupy(folder: DataFolder, pipe: Connection) -> None:
    with folder.occupied("the other"):
        pipe.send("occupied")
        pipe.recv()


@pytest.mark.parametrize("thing", ["tradewind.sqlite3", "files/private/invoice.pdf", "log/tradewind.log", "mailbox/1"])
def test_what_may_be_a_shop_without_its_marker_is_never_made_a_demo(tmp_path: Path, thing: str) -> None:
    folder = DataFolder(tmp_path)
    (tmp_path / thing).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / thing).write_text("orders of years")

    with pytest.raises(FolderProblem, match=r"but no tradewind\.json that says what they are"):
        folder.prepare(FolderKind.DEMO)

    assert folder.kind is None
    folder.prepare(FolderKind.SHOP)
    assert (tmp_path / thing).read_text() == "orders of years"


def test_a_demo_whose_first_start_was_interrupted_anywhere_starts_again(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.occupied("the first"):
        folder.prepare(FolderKind.DEMO)
    folder.marker.rename(tmp_path / "tradewind.part")

    folder.prepare(FolderKind.DEMO)

    assert folder.kind is FolderKind.DEMO
