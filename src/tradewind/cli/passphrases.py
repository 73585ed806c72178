"""The passphrase of a backup: from the environment or a file, never from the command line, which everybody can read."""

import os
from pathlib import Path
from typing import Final

from tradewind.cli.house import Trouble

_FROM: Final = "TRADEWIND_BACKUP_PASSPHRASE"
_FILE: Final = "TRADEWIND_BACKUP_PASSPHRASE_FILE"
_SHORTEST: Final = 12


def given_passphrase(file: Path | None) -> str | None:
    """The first line of the file that is named, else what the environment says. Raises Trouble."""
    named = file or (Path(os.environ[_FILE]) if os.environ.get(_FILE) else None)
    if named is None:
        return os.environ.get(_FROM) or None
    try:
        line = named.read_text().partition("\n")[0].strip("\r")
    except (OSError, UnicodeDecodeError) as problem:
        msg = f"The passphrase in {named} cannot be read: {problem}."
        raise Trouble(msg, exit_code=2) from problem
    if not line:
        msg = f"{named} is empty. Write the passphrase into its first line."
        raise Trouble(msg, exit_code=2)
    return line


def passphrase_for_sealing(file: Path | None) -> str:
    """Raises Trouble where there is none, or one that can be guessed."""
    given = given_passphrase(file)
    if given is None:
        msg = f"--encrypt needs a passphrase: set {_FROM}, or name a file with --passphrase-file."
        raise Trouble(msg, exit_code=2)
    if len(given) < _SHORTEST:
        msg = f"The passphrase is too short to keep anybody out. Take at least {_SHORTEST} characters."
        raise Trouble(msg, exit_code=2)
    return given


def passphrase_of_settings() -> str | None:
    """What the settings seal archives with, the environment's before the console's; None where they do not. Django is started.

    Raises Trouble where they should be sealed and nobody can say how: an open archive is not what was asked for.
    """
    from django.conf import settings

    from tradewind.backup.rules import rules

    if settings.BACKUP_PASSPHRASE or settings.BACKUP_PASSPHRASE_FILE:
        return passphrase_for_sealing(None)
    wanted = rules()
    if wanted.is_sealed and not wanted.passphrase:
        msg = (
            "The passphrase of the backups was sealed under another secret key and cannot be opened. Type it anew in the"
            " console, under Settings, Backup."
        )
        raise Trouble(msg)
    return wanted.passphrase or None
