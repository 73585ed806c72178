"""`tradewind upgrade`: the database brought up to date with a newer Tradewind, after a backup, and with a way back."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tradewind.cli.backup import make_backup_of
from tradewind.cli.house import Trouble
from tradewind.cli.passphrases import passphrase_of_settings
from tradewind.cli.starting import data_folder, put_back_what_a_restore_left, server_named_here, start_django
from tradewind.config.folders import DataFolder

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.backup.making import Made


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Say what would be done, and whether it can be.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def upgrade(*, only_check: bool, as_json: bool) -> None:
    """Make a backup, then bring the database up to date with this Tradewind. Stop the shop before.

    When that fails, the database is as it was. The backup is the way back for later: check out the older Tradewind, and restore
    it there with --replace.
    """
    folder = data_folder()
    put_back_what_a_restore_left(folder)
    if folder.kind is None:
        msg = f"There is no shop in {folder.path}. Name its data folder with --data DIR."
        raise Trouble(msg, exit_code=2)
    with folder.occupied(f"being upgraded, process {os.getpid()}"), folder.alone():
        os.environ["TRADEWIND_KIND"] = str(folder.kind)
        start_django()
        missing = _what_is_missing(folder)
        if only_check or not missing:
            _tell(missing, as_json=as_json, made=None, is_done=not missing)
            return
        made = _back_up(folder)
        _bring_up_to_date(folder, made.path)
    _tell(missing, as_json=as_json, made=made, is_done=True)


def _what_is_missing(folder: DataFolder) -> list[str]:
    """The migrations to come. Raises Trouble where the database is ahead of us, and BackupProblem where others use it."""
    from tradewind.backup.postgresql import refuse_while_used
    from tradewind.config.database import missing_migrations, unknown_migrations

    server = server_named_here()
    if server is not None:
        refuse_while_used(server)
    elif not folder.database.exists():
        msg = f"There is no database in {folder.path}. Set TRADEWIND_DATABASE_URL if it is on a PostgreSQL server."
        raise Trouble(msg, exit_code=2)
    unknown = unknown_migrations()
    if unknown:
        msg = (
            f"The database is of a newer Tradewind: it has had {unknown[0]}, which this one does not know. Install that one,"
            " or restore a backup that is older than its upgrade."
        )
        raise Trouble(msg)
    return missing_migrations()


def _back_up(folder: DataFolder) -> "Made":
    from tradewind.backup.rules import rules

    return make_backup_of(folder, into=rules().folder, passphrase=passphrase_of_settings(), keep=0)


def _bring_up_to_date(folder: DataFolder, archive: Path) -> None:
    from tradewind.backup.upgrading import migrate_or_go_back
    from tradewind.config.database import bring_up_to_date

    try:
        migrate_or_go_back(bring_up_to_date, file=folder.database)
    except Exception as problem:
        said = (str(problem).strip().splitlines() or [type(problem).__name__])[0].rstrip(".")
        msg = (
            f"The database could not be brought up to date: {said}. It is as it was before; the backup {archive} stays as"
            " well."
        )
        raise Trouble(msg) from problem


def _tell(missing: Sequence[str], *, made: "Made | None", as_json: bool, is_done: bool) -> None:
    if as_json:
        archive = str(made.path) if made else None
        click.echo(json.dumps({"migrations": list(missing), "archive": archive, "is_up_to_date": is_done}))
        return
    if not missing:
        click.echo("The database is up to date with this Tradewind.")
        return
    if not is_done:
        click.echo("\n".join(["To be done, after a backup:", *(f"  {name}" for name in missing)]))
        return
    lines = [f"The database is up to date: {len(missing)} changes, the last of them {missing[-1]}."]
    if made:
        lines.append(f"As it was before: {made.path}. To go back, check out the older Tradewind, then")
        lines.append(f"  ./tradewind restore {made.path} --replace")
    click.echo("\n".join(lines))
