"""What a backup and a restore ask of a database, whichever it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class Copied:
    """One moment of a database in a file. `named` are the private files that its rows name, as paths below `files/`."""

    tables: dict[str, int]
    migrations: tuple[str, ...]
    named: frozenset[str]


class Database(Protocol):
    """A live database."""

    kind: ClassVar[str]

    def size(self) -> int:
        """Bytes on its disk, about."""

    def copy(self, into: Path) -> Copied:
        """Write one moment of it into a new file, while others go on writing. Raises BackupProblem."""


def private_name(digest: str) -> str:
    """Where core.files keeps a private file, below `files/`."""
    return f"private/{digest[:2]}/{digest}"
