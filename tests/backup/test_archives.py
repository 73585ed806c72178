"""Archives that were changed, cut off or made up are refused, and so is every restore from them before anything is touched."""

import gzip
import io
import json
import tarfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.backup.small import AT, PROGRAM, backed_up, small_house, source_of, state_of, target
from tradewind.backup.checking import check_archive
from tradewind.backup.making import make_backup
from tradewind.backup.manifest import HEAD, LIST
from tradewind.backup.problems import (
    BackupProblem,
    DamagedArchive,
    NewerArchive,
    PassphraseMissing,
    UnsafeArchive,
    WrongPassphrase,
)
from tradewind.backup.restoring import restore
from tradewind.config.folders import DataFolder

PASSPHRASE = "a long walk by the sea"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return backed_up(small_house(tmp_path / "house"), tmp_path / "backups").path


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return backed_up(small_house(tmp_path / "house"), tmp_path / "backups", passphrase=PASSPHRASE).path


def refusal(archive: Path, tmp_path: Path, passphrase: str | None = None) -> BackupProblem:
    """Of a restore, which leaves nothing behind."""
    folder = DataFolder(tmp_path / "target")
    with pytest.raises(BackupProblem) as refused:
        restore(archive, target(folder), PROGRAM, passphrase=passphrase, replace_old=False, at=AT)
    assert list(folder.path.iterdir()) == []
    return refused.value


def made_anew(archive: Path, change: Callable[[dict[str, bytes], list[tarfile.TarInfo]], None]) -> Path:
    """The same archive with other entries: `change` gets the contents by name, and a list for further entries."""
    with tarfile.open(archive) as tar:
        contents = {member.name: _content(tar, member) for member in tar}
    more: list[tarfile.TarInfo] = []
    change(contents, more)
    changed = archive.with_name("changed.tar.gz")
    with tarfile.open(changed, "w:gz") as tar:
        for name, content in contents.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
        for about in more:
            tar.addfile(about, io.BytesIO(b"x" * about.size))
    return changed


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    assert file is not None
    return file.read()


def test_what_was_backed_up_is_listed_with_size_digest_rows_and_migrations(tmp_path: Path, archive: Path) -> None:
    manifest = check_archive(archive, passphrase=None)

    assert manifest.tables == {"core_storedfile": 1, "django_migrations": 1, "orders": 1}
    assert manifest.migrations == ("core.0001_initial",)
    assert manifest.files["data/files/public/mug.webp"].size == len("public old")
    assert set(manifest.files) == {
        HEAD,
        "data/tradewind.json",
        "data/secret.key",
        "data/files/public/mug.webp",
        f"data/files/private/ab/{'ab' * 32}",
        "database/tradewind.sqlite3",
    }
    assert manifest.missing == ()


def test_a_file_that_the_database_names_and_that_is_not_there_is_listed(tmp_path: Path) -> None:
    folder = small_house(tmp_path / "house")
    (folder.private_files / "ab" / ("ab" * 32)).unlink()

    made = backed_up(folder, tmp_path / "backups")

    assert made.manifest.missing == (f"private/ab/{'ab' * 32}",)


def test_wherever_an_archive_is_cut_off_it_is_refused(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    short = archive.with_name("short.tar.gz")
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        short.write_bytes(whole[:length])
        assert isinstance(refusal(short, tmp_path), DamagedArchive), length


def test_wherever_a_byte_is_changed_the_archive_is_refused_or_says_the_same(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    changed = archive.with_name("changed.tar.gz")
    refused = 0
    # gzip's own head says nothing of the content: a time, a system. In zeros, gzip can say the same in two ways.
    for place in range(10, len(whole), 7):
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        with suppress(OSError, EOFError, zlib.error):
            if gzip.decompress(changed.read_bytes()) == gzip.decompress(whole):
                continue
        assert isinstance(refusal(changed, tmp_path), (DamagedArchive, UnsafeArchive)), place
        refused += 1
    assert refused > 100


def test_a_file_that_was_exchanged_inside_is_refused(archive: Path, tmp_path: Path) -> None:
    def exchange(contents: dict[str, bytes], _: object) -> None:
        contents["data/secret.key"] = b"secret new"

    told = str(refusal(made_anew(archive, exchange), tmp_path))

    assert told == "changed.tar.gz is damaged: data/secret.key was changed. Nothing was changed; take another backup."


@pytest.mark.parametrize(
    ("take_away", "told"),
    [
        ("data/secret.key", "data/secret.key is missing"),
        ("database/tradewind.sqlite3", "database/tradewind.sqlite3 is missing"),
        (LIST, "its list is missing"),
        (HEAD, f"it does not begin with {HEAD}"),
    ],
)
def test_an_archive_that_lacks_something_is_refused(take_away: str, told: str, archive: Path, tmp_path: Path) -> None:
    changed = made_anew(archive, lambda contents, _: contents.pop(take_away))  # type: ignore[arg-type, return-value]

    assert told in str(refusal(changed, tmp_path))


def _entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    about = tarfile.TarInfo(name)
    about.type, about.linkname = kind, link
    about.size = 3 if kind == tarfile.REGTYPE else 0
    return about


@pytest.mark.parametrize(
    "entry",
    [
        _entry("data/files/../../outside"),
        _entry("../outside"),
        _entry("/etc/outside"),
        _entry("data/running.lock"),
        _entry("data/files//double"),
        _entry("data/files/back\\slash"),
        _entry("elsewhere/file"),
        _entry("data/secret.key"),  # a second time
        _entry("data/files/public/link", tarfile.SYMTYPE, "/etc/passwd"),
        _entry("data/files/public/hard", tarfile.LNKTYPE, "/etc/passwd"),
        _entry("data/files/public/folder", tarfile.DIRTYPE),
        _entry("data/files/public/pipe", tarfile.FIFOTYPE),
        _entry("data/files/public/disk", tarfile.BLKTYPE),
    ],
    ids=lambda entry: f"{entry.name}-{entry.type.decode()}",
)
def test_entries_that_would_land_elsewhere_or_are_no_files_are_refused(
    entry: tarfile.TarInfo, archive: Path, tmp_path: Path
) -> None:
    def slip_in(contents: dict[str, bytes], more: list[tarfile.TarInfo]) -> None:
        # Before the list, where further entries belong; what stands after it is refused for that already.
        del contents[LIST]
        more.append(entry)

    assert isinstance(refusal(made_anew(archive, slip_in), tmp_path), UnsafeArchive)
    assert not (tmp_path / "outside").exists()


def test_entries_that_no_list_names_are_refused(archive: Path, tmp_path: Path) -> None:
    def add(contents: dict[str, bytes], _: object) -> None:
        listed = contents.pop(LIST)
        contents.update({"data/files/public/more.webp": b"more", LIST: listed})

    assert "more.webp is not in its list" in str(refusal(made_anew(archive, add), tmp_path))


def test_something_after_the_list_is_refused(archive: Path, tmp_path: Path) -> None:
    changed = made_anew(archive, lambda _, more: more.append(_entry("data/files/public/late.webp")))

    assert "late.webp stands after its end" in str(refusal(changed, tmp_path))


def test_a_newer_format_is_refused_by_its_head_alone(archive: Path, tmp_path: Path) -> None:
    def renew(contents: dict[str, bytes], _: object) -> None:
        contents[HEAD] = json.dumps({"format": 2, "tables_of_tomorrow": True}).encode()

    refused = refusal(made_anew(archive, renew), tmp_path)

    assert isinstance(refused, NewerArchive)
    assert str(refused) == (
        "changed.tar.gz was made by a newer Tradewind (format 2, and this one reads up to 1)."
        " Install that one, then restore with it."
    )


def test_an_archive_with_unknown_migrations_is_refused_whatever_its_version(tmp_path: Path) -> None:
    folder = small_house(tmp_path / "house")
    newer = make_backup(
        source_of(folder, version="0.10.0"), into=tmp_path / "backups", passphrase=None, keep=0, at=AT
    ).path
    program = replace(PROGRAM, migrations=frozenset({"core.0000_before"}))
    with pytest.raises(NewerArchive, match=r"version 0\.10\.0, whose database has had core\.0001_initial"):
        restore(newer, target(DataFolder(tmp_path / "t")), program, passphrase=None, replace_old=False, at=AT)

    restore(newer, target(DataFolder(tmp_path / "t")), PROGRAM, passphrase=None, replace_old=False, at=AT)


def test_a_sealed_archive_opens_with_its_passphrase_alone(sealed: Path, tmp_path: Path) -> None:
    assert b"secret old" not in sealed.read_bytes()
    assert isinstance(refusal(sealed, tmp_path), PassphraseMissing)
    assert isinstance(refusal(sealed, tmp_path, "a long walk by the see"), WrongPassphrase)

    folder = DataFolder(tmp_path / "target")
    restore(sealed, target(folder), PROGRAM, passphrase=PASSPHRASE, replace_old=False, at=AT)

    assert state_of(folder) == state_of(DataFolder(tmp_path / "house"))


def test_archives_can_be_read_by_everyday_programs(archive: Path) -> None:
    with gzip.open(archive) as plain, tarfile.open(fileobj=plain) as tar:
        names = tar.getnames()
    assert (names[0], names[-1]) == (HEAD, LIST)
