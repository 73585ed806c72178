"""What an archive says of itself: a head as its first entry, the whole list as its last."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from tradewind.backup.problems import DamagedArchive, NewerArchive

# Raised when archives of this kind can no longer be read by older programs.
FORMAT: Final = 1
HEAD: Final = "tradewind-backup.json"
LIST: Final = "manifest.json"
# Folders of the archive: what lies in the data folder, and the database.
DATA: Final = "data"
DATABASE: Final = "database"
SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
_DUMPS: Final = {SQLITE: f"{DATABASE}/tradewind.sqlite3", POSTGRESQL: f"{DATABASE}/postgresql.dump"}


@dataclass(frozen=True, slots=True)
class Head:
    """`version` is Tradewind's, `made_at` in ISO 8601, `kind` that of the data folder, `database` one of the two."""

    version: str
    made_at: str
    kind: str
    database: str
    format: int = FORMAT

    @property
    def dump(self) -> str:
        """The entry that holds the database."""
        return _DUMPS[self.database]


@dataclass(frozen=True, slots=True)
class Entry:
    """Bytes and SHA-256 of one file in the archive."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`migrations` as "app.0001_name"; `tables` with their number of rows; `missing` are files that the database names
    and that were not there when the backup was made.
    """

    head: Head
    migrations: tuple[str, ...]
    tables: dict[str, int]
    files: dict[str, Entry]
    missing: tuple[str, ...] = field(default=())

    @property
    def size(self) -> int:
        """Bytes of all that is restored."""
        return sum(entry.size for entry in self.files.values())

    @property
    def kept_files(self) -> int:
        """How many files of the data folder."""
        return sum(name.startswith(f"{DATA}/") for name in self.files)

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def head_as_json(head: Head) -> str:
    return json.dumps(asdict(head), indent=1) + "\n"


def manifest_as_json(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), indent=1) + "\n"


def read_head(content: bytes, *, archive: str) -> Head:
    """Raises DamagedArchive and NewerArchive."""
    try:
        return _head(json.loads(content), archive)
    except (ValueError, KeyError, TypeError) as problem:
        raise DamagedArchive(archive, f"{HEAD} cannot be read") from problem


def read_manifest(content: bytes, *, archive: str) -> Manifest:
    """Raises DamagedArchive and NewerArchive."""
    try:
        told = json.loads(content)
        return Manifest(
            head=_head(told["head"], archive),
            migrations=tuple(str(name) for name in told["migrations"]),
            tables={str(name): int(rows) for name, rows in told["tables"].items()},
            files={str(name): Entry(int(of["size"]), str(of["sha256"])) for name, of in told["files"].items()},
            missing=tuple(str(name) for name in told["missing"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise DamagedArchive(archive, f"{LIST} cannot be read") from problem


def _head(told: dict[str, Any], archive: str) -> Head:
    # First of all: what else a newer head says may have other names.
    if int(told["format"]) > FORMAT:
        raise NewerArchive(archive, f"format {int(told['format'])}, and this one reads up to {FORMAT}")
    head = Head(
        version=str(told["version"]),
        made_at=str(told["made_at"]),
        kind=str(told["kind"]),
        database=str(told["database"]),
        format=int(told["format"]),
    )
    if head.database not in _DUMPS:
        msg = "no such database"
        raise ValueError(msg)
    return head
