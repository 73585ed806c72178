"""`tradewind import …`: history from files."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

if TYPE_CHECKING:  # a command's --help must not wait for Django
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
    _start()
    from tradewind.core.words import speaking
    from tradewind.lib.clock import utc_now
    from tradewind.orders.importing.mapping import WrongMapping, read_mapping
    from tradewind.orders.importing.reading import UnusableFile
    from tradewind.orders.importing.running import Job, OwnShopRefused, import_orders

    try:
        mapping = read_mapping(Path(mapping_file))
        name, folders = _rejects_of(file)
        job = Job(mapping, utc_now(), name, folders, account=account.strip(), is_dry_run=dry_run)
        with speaking(_language()), _opened(file) as stream, _progress() as on_progress:
            summary = import_orders(stream, job, on_progress=on_progress)
    except (WrongMapping, UnusableFile, OwnShopRefused) as problem:
        click.echo(f"tradewind: {problem}", err=True)
        sys.exit(_UNUSABLE)
    click.echo(json.dumps(_as_data(summary)) if as_json else _as_words(summary))


def _start() -> None:
    """Django, and a database that is up to date: the first command in a new folder may be this one."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.FOLDER.path.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def _language() -> str:
    """In which the reasons of rejects are written: that of the terminal."""
    from tradewind.core.words import LOCALES

    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return named[:2] if named[:2] in LOCALES else "en"


def _rejects_of(file: str) -> tuple[str, list[Path]]:
    """What the reject file is called, and where it may stand: beside the file, else in the data folder."""
    from django.conf import settings

    ours = settings.FOLDER.path / "rejects"
    if file == _PIPE:
        return "stdin", [ours]
    path = Path(file)
    name = path.name
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name or path.name, [path.absolute().parent, ours]


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    from tradewind.orders.importing.reading import open_file

    if file == _PIPE:
        yield sys.stdin.buffer
        return
    with open_file(Path(file)) as stream:
        yield stream


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
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
