"""The data folder: everything of one installation that is not code, in one place that a backup can take.

A folder is marked with its kind when it is first prepared. A demo can be thrown away and made anew; a folder with
orders of real buyers never can, and no command turns one into the other.
"""

import json
import os
import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class FolderKind(StrEnum):
    SHOP = "shop"
    DEMO = "demo"
    TEST = "test"


class WrongFolderKind(Exception):
    """The folder was prepared for another purpose."""

    def __init__(self, path: Path, found: FolderKind, wanted: FolderKind) -> None:
        super().__init__(
            f"{path} holds a {found} and cannot be used as a {wanted}. Name another folder with --data DIR."
        )


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths inside one data folder. Nothing is created until `prepare` is called."""

    path: Path

    @property
    def marker(self) -> Path:
        return self.path / "tradewind.json"

    @property
    def database(self) -> Path:
        return self.path / "tradewind.sqlite3"

    @property
    def public_files(self) -> Path:
        return self.path / "files" / "public"

    @property
    def private_files(self) -> Path:
        return self.path / "files" / "private"

    @property
    def mailbox(self) -> Path:
        return self.path / "mailbox"

    @property
    def secret_file(self) -> Path:
        return self.path / "secret.key"

    @property
    def kind(self) -> FolderKind | None:
        """What the folder was prepared for, or None while it is new."""
        if not self.marker.exists():
            return None
        return FolderKind(json.loads(self.marker.read_text())["kind"])

    def prepare(self, kind: FolderKind) -> None:
        """Make the folder usable as `kind`. Raises WrongFolderKind when it is already something else."""
        found = self.kind
        if found is not None and found is not kind:
            raise WrongFolderKind(self.path, found, kind)
        for folder in (self.path, self.public_files, self.private_files):
            folder.mkdir(parents=True, exist_ok=True)
        if not self.secret_file.exists():
            descriptor = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        if found is None:
            self.marker.write_text(json.dumps({"kind": kind, "format": 1}) + "\n")

    def secret(self) -> str | None:
        return self.secret_file.read_text().strip() if self.secret_file.exists() else None
