"""What may go wrong with a backup or a restore. Each message is one line that says what to do."""


class BackupProblem(Exception):
    """A backup cannot be made, read or restored as things are."""


class DamagedArchive(BackupProblem):
    """The archive ends early, or holds something else than its own list says."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name} is damaged: {what}. Nothing was changed; take another backup.")


class UnsafeArchive(BackupProblem):
    """The archive names a place outside the folder, or holds something that is no plain file. We make no such archives."""

    def __init__(self, name: str, entry: str) -> None:
        super().__init__(f"{name} is not a backup of Tradewind: it holds {entry!r}. Nothing was changed.")


class NewerArchive(BackupProblem):
    """A newer Tradewind made the archive."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name} was made by a newer Tradewind ({what}). Install that one, then restore with it.")


class PassphraseMissing(BackupProblem):
    """The archive is sealed, or is to be, and nobody said with what."""


class WrongPassphrase(BackupProblem):
    """The archive was sealed with another passphrase."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was sealed with another passphrase. Give the one that was set when it was made.")


class NoSpace(BackupProblem):
    """The disk is too small, or became full."""


class BackupRunning(BackupProblem):
    """Somebody else makes a backup into the same folder."""


class ToolMissing(BackupProblem):
    """A program of PostgreSQL is missing or too old."""


class ToolFailed(BackupProblem):
    """A program of PostgreSQL ended with an error; the message says what it said."""


class NotEmpty(BackupProblem):
    """Something is there already, and nobody said that it may be replaced."""


class NotRestorable(BackupProblem):
    """The archive and the place do not fit each other."""
