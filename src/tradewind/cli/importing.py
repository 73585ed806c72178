"""`tradewind import …`: history from files."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from tradewind.cli.house import Trouble
from tradewind.cli.import_summary import as_data, as_words
from tradewind.cli.starting import open_house

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.orders.importing.exports import Export
    from tradewind.orders.importing.mapping import Mapping as Mapped
    from tradewind.orders.importing.running import Summary

_PIPE: Final = "-"
_UNUSABLE: Final = 2
_ENDINGS: Final = (".xz", ".gz", ".bz2", ".csv", ".tsv", ".txt", ".xlsx", ".xls")
_MAPPED: Final = "csv"
# As orders/importing/marketplaces/recognising.py knows them.
SOURCES: Final = (_MAPPED, "amazon", "ebay", "aliexpress", "shopify", "woocommerce")
_OF_EXPORTS: Final = ("zone", "currency", "encoding")


@click.group("import")
def imports() -> None:
    """Bring history in from files."""


@imports.command("orders")
@click.argument("file")
@click.option("--from", "source", type=click.Choice(SOURCES), default=_MAPPED, show_default=True, help="What FILE is.")
@click.option(
    "--mapping", "mapping_file", default="", metavar="FILE.toml", help="How to read a csv: docs/importing.md."
)
@click.option(
    "--account", default="", metavar="NAME", help="Shop account of the orders. A mapping may name it instead."
)
@click.option(
    "--zone", default="", metavar="ZONE", help="Time zone of times without one, if not the channel's usual one."
)
@click.option("--currency", default="", metavar="CODE", help="Currency of files that name none.")
@click.option("--encoding", default="", metavar="NAME", help="Encoding, if it is not found out.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object.")
def orders(**options: Any) -> None:
    """Import orders from FILE, or from a pipe with - instead; it may be compressed (.xz, .gz).

    The files that Amazon, eBay, AliExpress, Shopify and WooCommerce hand out are read as they are; any other CSV with a
    mapping. The same file twice changes nothing. Rows that cannot be used go to a reject file, with line and reason; the
    rest is imported. Ends with 2 when nothing can be imported from FILE at all.
    """
    from tradewind.orders.importing.mapping import WrongMapping
    from tradewind.orders.importing.reading import UnusableFile, open_file

    file = options["file"]
    try:
        # Both before the house is opened: what is mistyped should leave no new folder behind.
        how = _how_to_read(options)
        with nullcontext(sys.stdin.buffer) if file == _PIPE else open_file(Path(file)) as stream:
            summary = _import(stream, how, file, account=options["account"].strip(), is_dry_run=options["dry_run"])
    except (WrongMapping, UnusableFile) as problem:
        raise Trouble(str(problem), exit_code=_UNUSABLE) from problem
    click.echo(json.dumps(as_data(summary)) if options["as_json"] else as_words(summary))


def _how_to_read(options: Mapping[str, str]) -> "Mapped | Export":
    """Raises WrongMapping, and Trouble where the options do not go together."""
    from tradewind.orders.importing.mapping import LONGEST_ACCOUNT, read_mapping

    if len(options["account"]) > LONGEST_ACCOUNT:
        raise _mistyped(f"The account's name has more than {LONGEST_ACCOUNT} signs. Choose a shorter one.")
    if options["source"] != _MAPPED:
        return _export(options)
    if not options["mapping_file"]:
        raise _mistyped("A csv needs --mapping FILE.toml. A sales channel's own file needs --from and no mapping.")
    if used := [f"--{name}" for name in _OF_EXPORTS if options[name]]:
        raise _mistyped(f"{', '.join(used)}: the mapping says that.")
    return read_mapping(Path(options["mapping_file"]))


def _export(options: Mapping[str, str]) -> "Export":
    from tradewind.lib.currencies import MINOR_DIGITS
    from tradewind.orders.importing.exports import Export
    from tradewind.orders.importing.mapping import known_encoding, known_zone

    if options["mapping_file"]:
        raise _mistyped(f"--from {options['source']} needs no mapping. Leave --mapping out, or use --from {_MAPPED}.")
    if not options["account"].strip():
        raise _mistyped("Name the shop account of these orders with --account. It is made if there is none.")
    currency = options["currency"].upper()
    if currency and currency not in MINOR_DIGITS:
        raise _mistyped(f'"{options["currency"]}" is not a currency; write it like EUR.')
    try:
        zone = options["zone"] and known_zone(options["zone"])
        encoding = options["encoding"] and known_encoding(options["encoding"])
    except ValueError as problem:
        raise _mistyped(f"{problem}.") from None
    return Export(options["source"], options["account"].strip(), zone=zone, currency=currency, encoding=encoding)


def _mistyped(words: str) -> Trouble:
    return Trouble(words, exit_code=_UNUSABLE)


def _import(stream: IO[bytes], how: "Mapped | Export", file: str, *, account: str, is_dry_run: bool) -> "Summary":
    folder = open_house()
    from tradewind.core.words import speaking
    from tradewind.lib.clock import utc_now
    from tradewind.orders.importing.recording import CommandRecord, told_of
    from tradewind.orders.importing.running import ClosedAccount, Job, OtherChannel, OwnShopRefused, import_orders

    name = "standard input" if file == _PIPE else file
    rejects = _reject_files(file, folder.path / "rejects")
    record = CommandRecord(Path(name).name, utc_now())
    job = Job(how, utc_now(), name, rejects, account=account, is_dry_run=is_dry_run, recorder=record.begin)
    try:
        with speaking(terminal_language()), progress() as on_progress:
            summary = import_orders(stream, job, on_progress=on_progress)
    except (OwnShopRefused, ClosedAccount, OtherChannel) as problem:
        raise Trouble(str(problem), exit_code=_UNUSABLE) from problem
    record.finish(told_of(summary), source=getattr(how, "source", ""), at=utc_now())
    return summary


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
