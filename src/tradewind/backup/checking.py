"""Is an archive whole, and is it what it says? Nothing is written, and nothing but the archive is looked at."""

import io
from pathlib import Path
from typing import IO, Final

from tradewind.backup.archive import entry_of, walk
from tradewind.backup.manifest import HEAD, LIST, Entry, Manifest, read_head, read_manifest
from tradewind.backup.problems import BackupProblem, DamagedArchive

_LARGEST_HEAD: Final = 1 << 16
# A million files with their digests.
_LARGEST_LIST: Final = 1 << 28


def check_archive(path: Path, *, passphrase: str | None) -> Manifest:
    """Read all of it and compare every digest. Raises BackupProblem, saying what is wrong."""
    found: dict[str, Entry] = {}
    lists: list[Manifest] = []

    def look(name: str, file: IO[bytes]) -> None:
        if lists:
            raise DamagedArchive(path.name, f"{name} stands after its end")
        if name == LIST:
            lists.append(read_manifest(file.read(_LARGEST_LIST), archive=path.name))
        elif not found:
            found[name] = _check_head(name, file, path.name)
        else:
            found[name] = entry_of(file)

    try:
        walk(path, passphrase, look)
    except OSError as problem:
        msg = f"{path} cannot be read: {problem.strerror or problem}."
        raise BackupProblem(msg) from problem
    if not lists:
        raise DamagedArchive(path.name, "its list is missing")
    _compare(lists[0], found, path.name)
    return lists[0]


def _check_head(name: str, file: IO[bytes], archive: str) -> Entry:
    if name != HEAD:
        raise DamagedArchive(archive, f"it does not begin with {HEAD}")
    content = file.read(_LARGEST_HEAD)
    read_head(content, archive=archive)
    return entry_of(io.BytesIO(content))


def _compare(manifest: Manifest, found: dict[str, Entry], archive: str) -> None:
    listed = manifest.files
    for name in sorted(listed.keys() | found.keys()):
        if name not in found:
            raise DamagedArchive(archive, f"{name} is missing")
        if name not in listed:
            raise DamagedArchive(archive, f"{name} is not in its list")
        if listed[name] != found[name]:
            raise DamagedArchive(archive, f"{name} was changed")
    if manifest.head.dump not in found:
        raise DamagedArchive(archive, "it holds no database")
