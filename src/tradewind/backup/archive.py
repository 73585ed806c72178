"""Archives as files: a gzipped tar, sealed or not, written and read in one go from beginning to end."""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Final, cast

from tradewind.backup import sealing
from tradewind.backup.manifest import DATA, DATABASE, HEAD, LIST, Entry
from tradewind.backup.problems import DamagedArchive, PassphraseMissing, UnsafeArchive

# What a backup takes from the data folder, and all that a restore puts there, beside the database.
TAKEN: Final = ("tradewind.json", "secret.key", "files", "rejects")
CHUNK: Final = 1 << 20
# Most of what is large is compressed already, pictures and dumps; the shop needs the processor more than we do.
_LITTLE: Final = 1

OnEntry = Callable[[str, IO[bytes]], None]


class ArchiveWriter:
    """Adds files and remembers size and digest of each."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zipped = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=_LITTLE, filename="", mtime=0)
        self._tar = tarfile.open(fileobj=self._zipped, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115  # see `finish`
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        """Raises OSError where the file ends before so many bytes."""
        about = tarfile.TarInfo(name)
        about.size, about.mode = size, 0o600
        reader = HashedReader(file)
        self._tar.addfile(about, cast("IO[bytes]", reader))
        self.entries[name] = Entry(size, reader.digest())

    def add_text(self, name: str, text: str) -> None:
        content = text.encode()
        self.add(name, io.BytesIO(content), len(content))

    def finish(self) -> None:
        try:
            self._tar.close()
        finally:
            self._zipped.close()


class HashedReader:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._hash.update(content)
        return content

    def digest(self) -> str:
        return self._hash.hexdigest()


def entry_of(file: IO[bytes], into: IO[bytes] | None = None) -> Entry:
    """Read a file to its end, copying it where somebody wants it."""
    hashed, size = HashedReader(file), 0
    while chunk := hashed.read(CHUNK):
        size += len(chunk)
        if into is not None:
            into.write(chunk)
    return Entry(size, hashed.digest())


@contextmanager
def writing(stream: BinaryIO, passphrase: str | None) -> Iterator[ArchiveWriter]:
    """An archive that is whole when the block ends, and one that nobody takes for whole when it ends with an error."""
    sealer = sealing.Sealer(stream, passphrase) if passphrase is not None else None
    writer = ArchiveWriter(cast("BinaryIO", sealer or stream))
    try:
        yield writer
    except BaseException:
        with suppress(OSError):  # nothing comes of it; but what is left open would write when it is collected
            writer.finish()
        raise
    writer.finish()
    if sealer is not None:
        sealer.finish()


def walk(path: Path, passphrase: str | None, on_entry: OnEntry) -> None:
    """Give every entry to `on_entry`, in order, and prove that the file is whole to its last byte.

    Raises DamagedArchive, UnsafeArchive, PassphraseMissing, WrongPassphrase, and OSError where the file cannot be read.
    """
    seen: set[str] = set()
    with path.open("rb") as file:
        plain = _opened(file, passphrase, path.name)
        try:
            with gzip.GzipFile(fileobj=plain, mode="rb") as unzipped:
                with tarfile.open(fileobj=unzipped, mode="r|") as tar:
                    for member in tar:
                        name = _checked_name(member, seen, path.name)
                        on_entry(name, cast("IO[bytes]", tar.extractfile(member)))
                # The sums of gzip stand at its end, after that of the tar.
                while unzipped.read(CHUNK):
                    pass
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as problem:
            raise DamagedArchive(path.name, "it ends early or was changed") from problem


def _opened(file: BinaryIO, passphrase: str | None, name: str) -> BinaryIO:
    is_sealed = file.read(len(sealing.MARK)) == sealing.MARK
    file.seek(0)
    if not is_sealed:
        return file
    if passphrase is None:
        msg = f"{name} is sealed. Give its passphrase in TRADEWIND_BACKUP_PASSPHRASE, or a file with --passphrase-file."
        raise PassphraseMissing(msg)
    return cast("BinaryIO", io.BufferedReader(sealing.Opener(file, passphrase, name=name), CHUNK))


def _checked_name(member: tarfile.TarInfo, seen: set[str], archive: str) -> str:
    """Raises UnsafeArchive for all that we would never have written."""
    parts = PurePosixPath(member.name).parts
    is_plain = member.type == tarfile.REGTYPE and "/".join(parts) == member.name and member.name not in seen
    is_ours = (
        parts in {(HEAD,), (LIST,)}
        or (
            (parts[:1] == (DATABASE,) and len(parts) == 2)  # noqa: PLR2004  # folder and file
            or (parts[:1] == (DATA,) and parts[1:2] and parts[1] in TAKEN)
        )
    )
    is_inside = ".." not in parts and "\0" not in member.name and "\\" not in member.name
    if not (is_plain and is_ours and is_inside):
        raise UnsafeArchive(archive, member.name)
    seen.add(member.name)
    return member.name
