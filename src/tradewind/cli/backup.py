"""`tradewind backup` and `tradewind backup verify`: everything of an installation in one archive, while it is open."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tradewind.backup.problems import BackupProblem, BackupRunning
from tradewind.cli.house import Trouble
from tradewind.cli.passphrases import given_passphrase, passphrase_for_sealing, passphrase_of_settings
from tradewind.cli.starting import data_folder, put_back_what_a_restore_left, start_django
from tradewind.config.folders import DataFolder

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.backup.databases import Database
    from tradewind.backup.making import Made
    from tradewind.backup.manifest import Manifest

# How much the shop, which buyers wait for, goes before us at night.
_NICE: Final = 10
PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Its first line opens or seals the archive; else TRADEWIND_BACKUP_PASSPHRASE does.",
)


@click.group(invoke_without_command=True)
@click.option(
    "--to",
    "into",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Else as TRADEWIND_BACKUP_TO or the console says, else backups/ in the data folder.",
)
@click.option(
    "--keep", type=click.IntRange(min=1), help="Forget the oldest archives there beyond so many. Left out, all stay."
)
@click.option("--encrypt", is_flag=True, help="Seal the archive with a passphrase.")
@PASSPHRASE_FILE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def backup(
    context: click.Context,
    *,
    into: Path | None,
    keep: int | None,
    encrypt: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Write database, files, secret and marker of the data folder into one archive. The shop may stay open."""
    if context.invoked_subcommand is not None:
        return
    passphrase = passphrase_for_sealing(passphrase_file) if encrypt else None
    folder = _existing_folder()
    start_django()
    from tradewind.backup.rules import rules

    made = make_backup_of(folder, into=into or rules().folder, passphrase=passphrase, keep=keep or 0)
    click.echo(json.dumps(_as_data(made.path, made.manifest)) if as_json else _as_words(made))


@backup.command("nightly")
def nightly() -> None:
    """Make a backup as the settings say, as the worker does at night, and tell the owner when that fails."""
    os.nice(_NICE)
    folder = _existing_folder()
    start_django()
    from tradewind.backup.nightly import note_failed
    from tradewind.backup.rules import rules
    from tradewind.lib.clock import utc_now

    try:
        passphrase = passphrase_of_settings()
        wanted = rules()
        made = make_backup_of(folder, into=wanted.folder, passphrase=passphrase, keep=wanted.keep)
    except BackupRunning as problem:
        # What was wished for is under way.
        click.echo(str(problem))
        return
    except (BackupProblem, Trouble) as problem:
        note_failed(str(problem), at=utc_now())
        raise
    click.echo(_as_words(made))


@backup.command("verify")
@click.argument("archive", type=click.Path(path_type=Path))
@PASSPHRASE_FILE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(*, archive: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Read all of ARCHIVE and compare every digest with its list, without restoring anything."""
    from tradewind.backup.checking import check_archive

    manifest = check_archive(archive, passphrase=given_passphrase(passphrase_file))
    if as_json:
        click.echo(json.dumps(_as_data(archive, manifest)))
        return
    head = manifest.head
    click.echo(f"{archive} is whole: made at {head.made_at} by Tradewind {head.version}, {_contents(manifest)}.")


def _existing_folder() -> DataFolder:
    """Not brought up to date: a backup before an upgrade is one of what is there."""
    folder = data_folder()
    put_back_what_a_restore_left(folder)
    if folder.kind is None:
        msg = f"There is nothing to back up in {folder.path}. Name the data folder of the shop with --data DIR."
        raise Trouble(msg, exit_code=2)
    folder.enter()
    return folder


def make_backup_of(folder: DataFolder, *, into: Path, passphrase: str | None, keep: int) -> "Made":
    """An archive of the folder that this process has entered, or has alone. Raises BackupProblem."""
    from tradewind import __version__
    from tradewind.backup.making import Source, make_backup
    from tradewind.backup.manifest import Head
    from tradewind.backup.nightly import note_made
    from tradewind.config.database import missing_migrations
    from tradewind.lib.clock import format_moment, utc_now

    at = utc_now()
    database = _database(folder)
    head = Head(__version__, format_moment(at.replace(microsecond=0)), str(folder.kind), database.kind)
    made = make_backup(Source(folder.path, database, head), into=into, passphrase=passphrase, keep=keep, at=at)
    # Before an upgrade the tables may be older than what this program knows of them.
    if not missing_migrations():
        note_made(at=utc_now())
    return made


def _database(folder: DataFolder) -> "Database":
    from django.conf import settings

    from tradewind.backup.postgresql import Server
    from tradewind.backup.sqlite import SqliteFile

    config = settings.DATABASES["default"]
    return Server.of(config) if "postgresql" in config["ENGINE"] else SqliteFile(folder.database)


def _as_data(path: Path, manifest: "Manifest") -> dict[str, object]:
    head = manifest.head
    return {
        "archive": str(path),
        "bytes": path.stat().st_size,
        "version": head.version,
        "made_at": head.made_at,
        "database": head.database,
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "files": manifest.kept_files,
        "missing": list(manifest.missing),
    }


def _as_words(made: "Made") -> str:
    lines = [f"{made.path} holds {_contents(made.manifest)}, and was read again."]
    if made.manifest.missing:
        lines.append(
            f"The database names {len(made.manifest.missing)} files that are not there: {made.manifest.missing[0]} …"
        )
    if made.forgotten:
        lines.append(f"{made.forgotten} older archives were forgotten.")
    return "\n".join(lines)


def _contents(manifest: "Manifest") -> str:
    return f"{manifest.rows:,} rows in {len(manifest.tables)} tables and {manifest.kept_files:,} files"
