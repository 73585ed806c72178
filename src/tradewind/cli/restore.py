"""`tradewind restore`: an archive put in place, while nobody is at work there."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tradewind.backup.problems import BackupProblem
from tradewind.cli.backup import PASSPHRASE_FILE
from tradewind.cli.passphrases import given_passphrase
from tradewind.cli.starting import data_folder, put_back_what_a_restore_left, server_named_here, start_django
from tradewind.config.folders import DataFolder, FolderKind, WrongFolderKind

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.backup.erasures import ErasedAgain
    from tradewind.backup.restoring import Program, Restored


@click.command()
@click.argument("archive", type=click.Path(path_type=Path))
@click.option("--replace", "replace_old", is_flag=True, help="Instead of what is there, which is kept beside it.")
@PASSPHRASE_FILE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def restore(*, archive: Path, replace_old: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Put ARCHIVE into the data folder, and its database where TRADEWIND_DATABASE_URL says, if it is of PostgreSQL.

    Everything is checked before anything is touched. Until the end what was there is put back when something goes wrong.
    """
    passphrase = given_passphrase(passphrase_file)
    folder = data_folder()
    put_back_what_a_restore_left(folder)
    was_there = folder.path.exists()
    try:
        with folder.occupied(f"being restored, process {os.getpid()}"), folder.alone():
            done = _restore(archive, folder, passphrase, replace_old=replace_old)
    finally:
        if not was_there and folder.kind is None:
            _leave_nothing(folder)
    click.echo(json.dumps(_as_data(done, folder)) if as_json else _as_words(done, folder))


def _restore(archive: Path, folder: DataFolder, passphrase: str | None, *, replace_old: bool) -> "Restored":
    from tradewind.backup.checking import check_archive
    from tradewind.backup.restoring import Target
    from tradewind.backup.restoring import restore as put_in_place
    from tradewind.lib.clock import utc_now

    head = check_archive(archive, passphrase=passphrase).head
    kind = FolderKind(head.kind)
    if folder.kind not in {None, kind}:
        raise WrongFolderKind(folder.path, folder.kind or kind, kind)
    program = _this_program(kind)
    from tradewind.backup.rules import usual_folder

    erase = partial(_erase_again, [archive.absolute().parent, usual_folder()])
    target = Target(folder.path, folder.holdings(), folder.database.name, server_named_here(), _migrate, erase)
    return put_in_place(archive, target, program, passphrase=passphrase, replace_old=replace_old, at=utc_now())


def _this_program(kind: FolderKind) -> "Program":
    """Which migrations there are depends on the kind: a demo has the simulator."""
    os.environ["TRADEWIND_KIND"] = kind
    start_django()
    from tradewind.backup.restoring import Program
    from tradewind.config.database import known_migrations

    return Program(known_migrations())


def _migrate(folder: Path) -> None:
    """Raises BackupProblem."""
    done = _tradewind_in(folder, "manage", "migrate", "--skip-checks", "--verbosity", "0")
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no word"])[-1]
        msg = f"The archive's database could not be brought up to date: {said}. What was there is in place again."
        raise BackupProblem(msg)


def _erase_again(places: Sequence[Path], folder: Path, made_at: str) -> "ErasedAgain":
    """What the erasures beside the archives say. A restore is worth more than their repetition: where it fails, we say so."""
    from tradewind.backup.erasures import FILE, ErasedAgain, erasures_since
    from tradewind.lib.clock import parse_moment

    erased: list[str] = []
    left: list[str] = []
    for place in dict.fromkeys(places):
        since = erasures_since(parse_moment(made_at), [place])
        if not since:
            continue
        done = _tradewind_in(folder, "erase-again", str(place), "--since", made_at, "--json")
        if done.returncode:
            click.echo(f"tradewind: {place / FILE} could not be repeated: {done.stderr.strip()}", err=True)
            left += [erasure.ref for erasure in since]
            continue
        told = json.loads(done.stdout)
        erased += told["erased"]
        left += told["left"]
    return ErasedAgain(tuple(dict.fromkeys(erased)), tuple(dict.fromkeys(left)))


def _tradewind_in(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """In a process of its own, which takes the folder for its data folder."""
    source = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "TRADEWIND_DATA": str(folder), "PYTHONPATH": source}
    command = [sys.executable, "-m", "tradewind", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _leave_nothing(folder: DataFolder) -> None:
    """Of a folder that we made and could not fill."""
    for entry in folder.path.iterdir():
        if entry.name in {"running.lock", "tradewind.lock"}:
            entry.unlink()
    if not any(folder.path.iterdir()):
        folder.path.rmdir()


def _as_data(done: "Restored", folder: DataFolder) -> dict[str, object]:
    return {
        "data": str(folder.path),
        "made_at": done.manifest.head.made_at,
        "rows": done.manifest.rows,
        "files": done.manifest.kept_files,
        "migrated": done.is_migrated,
        "kept": str(folder.path / done.before) if done.before else "",
        "kept_schema": done.aside,
        "erased_again": list(done.erased.erased),
        "to_erase": list(done.erased.left),
    }


def _as_words(done: "Restored", folder: DataFolder) -> str:
    lines = [f"{folder.path} is again as it was at {done.manifest.head.made_at}."]
    if done.is_migrated:
        lines.append("Its database was brought up to date.")
    if done.erased.erased:
        lines.append(f"Erased again, because they had been since: {', '.join(done.erased.erased)}.")
    if done.erased.left:
        lines.append(f"Erased since, and to be erased by hand: {', '.join(done.erased.left)}.")
    if done.before:
        lines.append(f"What was there before is in {folder.path / done.before}; delete it when you no longer need it.")
    if done.aside:
        lines.append(f"Its database is in the schema {done.aside}.")
    return "\n".join(lines)
