"""`tradewind move-to-postgresql`: the shop's database from the SQLite file of its folder into PostgreSQL."""

import json
import os
from typing import TYPE_CHECKING

import click

from tradewind.cli.house import Trouble
from tradewind.cli.starting import data_folder, put_back_what_a_restore_left, server_named_here, start_django
from tradewind.config.folders import DataFolder

if TYPE_CHECKING:  # a command's --help must not wait for it
    from tradewind.backup.postgresql import Server


@click.command("move-to-postgresql")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def move_to_postgresql(*, as_json: bool) -> None:
    """Move the database of the data folder into the empty PostgreSQL database that TRADEWIND_DATABASE_URL names.

    Stop the shop before. Every row is compared with the old one before it counts; until then nothing has changed.
    """
    folder, server = data_folder(), server_named_here()
    put_back_what_a_restore_left(folder)
    if server is None:
        msg = "Set TRADEWIND_DATABASE_URL to the address of an empty PostgreSQL database, then start again."
        raise Trouble(msg, exit_code=2)
    if not folder.database.exists():
        how = "was moved already" if folder.moved_database.exists() else "has no SQLite database"
        msg = f"{folder.path} {how}. Name the data folder of the shop with --data DIR."
        raise Trouble(msg, exit_code=2)
    with folder.occupied(f"being moved to PostgreSQL, process {os.getpid()}"), folder.alone():
        moved = _move(folder, server, is_quiet=as_json)
        folder.set_database_aside()
    if as_json:
        told = {"tables": moved, "rows": sum(moved.values()), "kept": str(folder.moved_database)}
        click.echo(json.dumps(told))
        return
    click.echo(
        f"{sum(moved.values()):,} rows of {len(moved)} tables are in {server.place}, and each is as it was."
        f" The old file stays as {folder.moved_database}; delete it when you no longer need it."
        " Leave TRADEWIND_DATABASE_URL set from now on."
    )


def _move(folder: DataFolder, server: "Server", *, is_quiet: bool) -> dict[str, int]:
    """Raises BackupProblem; then nothing has changed."""
    from tradewind.backup.postgresql import is_empty, refuse_while_used
    from tradewind.backup.problems import NotEmpty

    if not is_empty(server):
        msg = f"The database {server.place} is not empty. Name an empty one in TRADEWIND_DATABASE_URL."
        raise NotEmpty(msg)
    refuse_while_used(server)
    os.environ["TRADEWIND_KIND"] = str(folder.kind)  # a demo has the simulator's tables
    start_django()
    from tradewind.backup.moving import OLD, move_rows, open_old
    from tradewind.config.database import missing_migrations, unknown_migrations

    open_old()
    if missing_migrations(OLD) or unknown_migrations(OLD):
        msg = (
            f"The database of {folder.path} is of another Tradewind than this one. Leave TRADEWIND_DATABASE_URL out and run"
            " ./tradewind upgrade, which makes a backup, then start again."
        )
        raise Trouble(msg)

    def tell(table: str, rows: int) -> None:
        if rows and not is_quiet:
            click.echo(f"{table}: {rows:,}", err=True)

    return move_rows(on_table=tell)
