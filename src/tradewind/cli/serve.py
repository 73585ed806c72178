"""`tradewind serve`: the shop for real buyers on one machine."""

import os
import sys

import click

from tradewind.cli.addresses import Address, check_free
from tradewind.cli.house import Trouble, trouble_in_words
from tradewind.cli.refusals import wrong_in_database, wrong_in_environment
from tradewind.cli.running import parts_for, preload, run_parts
from tradewind.cli.starting import data_folder, migrate, put_back_what_a_restore_left, start_django
from tradewind.cli.supervising import Part, Supervisor
from tradewind.config.folders import DataFolder, FolderKind, FolderProblem

REFUSED = 2


@click.command(help="Start the shop for real buyers: web server, worker and schedule on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen at.")
def serve(*, host: str, port: int) -> None:
    """Refuses, with every reason at once, what would harm a real shop."""
    folder = data_folder()
    address = Address(host, port)
    put_back_what_a_restore_left(folder)
    try:
        folder.prepare(FolderKind.SHOP)
        folder.enter()
        unusable = []
    except FolderProblem as problem:
        unusable = [str(problem)]
    wrong = [*unusable, *wrong_in_environment(os.environ, folder)]
    # A mail server that cannot be read keeps Django itself from starting.
    if unusable or any(line.startswith("TRADEWIND_SMTP_URL cannot") for line in wrong):
        _refuse(wrong)
    check_free(address)
    with folder.occupied(f"served at {address.url}, process {os.getpid()}"):
        _run(folder, address, wrong)


def _run(folder: DataFolder, address: Address, wrong: list[str]) -> None:
    supervisor = Supervisor(say=lambda words: click.echo(words, err=True))
    start_django()
    if code := supervisor.run_once(Part("check", lambda: _check(wrong))):
        sys.exit(code)
    if supervisor.is_asked_to_stop:
        return
    preload()
    url = os.environ["TRADEWIND_BASE_URL"]
    ready = f"{url} is open, listening at {address.url}, data in {folder.path}. Ctrl-C stops everything."
    run_parts(supervisor, parts_for(address), address, on_ready=lambda: click.echo(ready, err=True))


def _check(wrong: list[str]) -> None:
    """In a process of its own: the database must not be open when the parts are forked."""
    try:
        with trouble_in_words():
            migrate()
            wrong = [*wrong, *wrong_in_database()]
    except Trouble as problem:
        wrong = [*wrong, problem.format_message()]
    if wrong:
        _refuse(wrong)


def _refuse(wrong: list[str]) -> None:
    click.echo("\n".join(f"tradewind: {line}" for line in wrong), err=True)
    sys.exit(REFUSED)
