"""`tradewind import …`: history from files."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from tradewind.cli.house import Trouble
from tradewind.cli.starting import open_house

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.orders.importing.mapping import Mapping
    from tradewind.orders.importing.running import Summary

_PIPE: Final = "-"
_UNUSABLE: Final = 2
_ENDINGS: Final = (".xz", ".gz", ".bz2", ".csv")


@click.group("import")
def imports() -> None:
    """Bring history in from files."""


@imports.command("orders")
@click.argument("file")
@click.option(
    "--from", type=click.Choice(["csv"]), default="csv", show_default=True, expose_value=False, help="What FILE is."
)
@click.option(
    "--mapping", "mapping_file", required=True, metavar="FILE.toml", help="How to read it: docs/importing.md."
)
@click.option("--account", default="", metavar="NAME", help="Shop account of the orders, if not the mapping's.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object.")
def orders(*, file: str, mapping_file: str, account: str, dry_run: bool, as_json: bool) -> None:
    """Import orders from FILE: .csv, also compressed (.xz, .gz), or - for a pipe.

    The same file twice changes nothing. Rows that cannot be used go to a reject file, with line and reason; the rest is
    imported. Ends with 2 when nothing can be imported from FILE at all.
    """
    from tradewind.orders.importing.mapping import LONGEST_ACCOUNT, WrongMapping, read_mapping
    from tradewind.orders.importing.reading import UnusableFile, open_file

    if len(account) > LONGEST_ACCOUNT:
        msg = f"The account's name has more than {LONGEST_ACCOUNT} signs. Choose a shorter one."
        raise Trouble(msg, exit_code=_UNUSABLE)
    try:
        # Both before the house is opened: what is mistyped should leave no new folder behind.
        mapping = read_mapping(Path(mapping_file))
        with nullcontext(sys.stdin.buffer) if file == _PIPE else open_file(Path(file)) as stream:
            summary = _import(stream, mapping, file, account=account.strip(), is_dry_run=dry_run)
    except (WrongMapping, UnusableFile) as problem:
        raise Trouble(str(problem), exit_code=_UNUSABLE) from problem
    click.echo(json.dumps(_as_data(summary)) if as_json else _as_words(summary))


def _import(stream: IO[bytes], mapping: "Mapping", file: str, *, account: str, is_dry_run: bool) -> "Summary":
    folder = open_house()
    from tradewind.core.words import speaking
    from tradewind.lib.clock import utc_now
    from tradewind.orders.importing.running import Job, OwnShopRefused, import_orders

    name = "standard input" if file == _PIPE else file
    rejects = _reject_files(file, folder.path / "rejects")
    job = Job(mapping, utc_now(), name, rejects, account=account, is_dry_run=is_dry_run)
    try:
        with speaking(terminal_language()), progress() as on_progress:
            return import_orders(stream, job, on_progress=on_progress)
    except OwnShopRefused as problem:
        raise Trouble(str(problem), exit_code=_UNUSABLE) from problem


def terminal_language() -> str:
    """In which the reasons of rejects are written: that of the terminal."""
    from tradewind.core.words import LOCALES

    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return named[:2] if named[:2] in LOCALES else "en"


def _reject_files(file: str, ours: Path) -> list[Path]:
    """Beside the file, else in the data folder, which is the only place for what came through a pipe."""
    if file == _PIPE:
        return [ours / "stdin.rejects.csv"]
    path = Path(file).absolute()
    name = path.name
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    name = f"{name or path.name}.rejects.csv"
    return [path.parent / name, ours / name]


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar for people; programs and logs get none."""
    if not sys.stderr.isatty():
        yield None
        return
    # Its length is known when the file has been read.
    with click.progressbar(length=1, label="Importing", file=sys.stderr) as bar:

        def show(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield show


def _as_data(summary: "Summary") -> dict[str, object]:
    return {
        "account": summary.account,
        "dry_run": summary.is_dry_run,
        "read": summary.read,
        "orders": summary.orders,
        **asdict(summary.outcome),
        "rejected": summary.rejected,
        "reject_file": str(summary.reject_file) if summary.reject_file else None,
        "sums": {money.currency: str(money.decimal) for money in summary.sums},
        "rounding": {currency: f"{difference:f}" for currency, difference in summary.rounding.items()},
    }


def _as_words(summary: "Summary") -> str:
    done = summary.outcome
    begun = "Nothing was stored. It would be: " if summary.is_dry_run else ""
    counts = f"{done.created} created, {done.updated} updated, {done.unchanged} unchanged"
    lines = [
        f"{begun}{summary.orders} orders from {summary.read} rows in the account “{summary.account}”: {counts}.",
        *(f"Sum: {money}" for money in summary.sums),
        *(
            f"Lines are rounded to whole minor units; that changed the sum by {difference:+f} {currency}."
            for currency, difference in summary.rounding.items()
        ),
    ]
    if summary.reject_file:
        lines.append(f"{summary.rejected} rows were rejected: {summary.reject_file} says why.")
    return "\n".join(lines)
