"""`tradewind track FILE`: what carriers said, from a file."""

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from tradewind.cli.house import Trouble
from tradewind.cli.starting import open_house

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.shipping.event_files import EventPart, WrongLine
    from tradewind.shipping.ports import ParcelTold

_UNUSABLE = 2
_NAMED = 5


@click.command("track")
@click.argument("file")
@click.option("--zone", default="", metavar="ZONE", help="Time zone of times without one, say Asia/Shanghai.")
def track(*, file: str, zone: str) -> None:
    """Take in what carriers said from FILE: CSV with number, time, status, carrier, place, words, or one JSON object a line.

    FILE may be of any size. The same file twice changes nothing. Lines that cannot be used go to FILE.rejects.csv, with line
    and reason. Ends with 2 when nothing can be taken from FILE at all.
    """
    path = Path(file)
    with ExitStack() as stack:
        try:
            parts = _parts_of(path, zone, stack)
        except OSError as problem:
            raise Trouble(f"{file} cannot be read: {problem.strerror}.", exit_code=_UNUSABLE) from problem
        open_house()
        rejects = stack.enter_context(_Rejects(path))
        heard = _Heard()
        for part in parts:
            for told in part.parcels:
                _hear(told, heard)
            rejects.add(part.wrong)
    click.echo(f"{heard.fresh} events are new, {heard.known} were known.")
    if heard.strangers:
        named = list(heard.strangers)
        click.echo(
            f"No parcel of ours has the number {', '.join(named[:_NAMED])}{' …' if len(named) > _NAMED else ''}."
        )
    if rejects.count:
        click.echo(f"{rejects.count} lines could not be used: {rejects.path}")


@dataclass(slots=True)
class _Heard:
    """`strangers`: the first few numbers that nobody has, in the order of the file."""

    fresh: int = 0
    known: int = 0
    strangers: dict[str, None] = field(default_factory=dict)


class _Rejects:
    """The lines that could not be used, written as they are found; no file without one."""

    def __init__(self, read: Path) -> None:
        self.path = read.with_name(f"{read.name}.rejects.csv")
        self.count = 0
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, wrong: "list[WrongLine]") -> None:
        from tradewind.shipping.event_files import COLUMNS

        if not wrong:
            return
        if not self.count:
            # With a mark, for spreadsheets; halves of surrogate pairs are no text, and shown as what they are.
            made = self.path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
            self._rows = csv.writer(self._stack.enter_context(made))
            self._rows.writerow(["line", "because", *COLUMNS])
        self.count += len(wrong)
        self._rows.writerows(
            [each.line, each.because, *(each.cells.get(name, "") for name in COLUMNS)] for each in wrong
        )


def _parts_of(path: Path, zone: str, stack: ExitStack) -> "Iterator[EventPart]":
    """Of a file in which something may stand: what cannot be read at all is refused before the first part."""
    from tradewind.shipping.event_files import read_events
    from tradewind.shipping.event_lines import UnusableFile, encoding_of

    try:
        named = ZoneInfo(zone) if zone else None
        with path.open("rb") as stream:
            encoding = encoding_of(stream)
        parts = read_events(stack.enter_context(path.open(encoding=encoding, newline="")), zone=named)
        return chain([part] if (part := next(parts, None)) else [], parts)
    except UnusableFile as problem:
        raise Trouble(str(problem), exit_code=_UNUSABLE) from problem
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise Trouble(f"{path} cannot be read: {problem}", exit_code=_UNUSABLE) from problem


def _hear(told: "ParcelTold", heard: _Heard) -> None:
    from tradewind.lib.clock import utc_now
    from tradewind.shipping.hearing import hear
    from tradewind.shipping.notices import parcels_named

    parcels = parcels_named(told)
    if not parcels and len(heard.strangers) <= _NAMED:
        heard.strangers[told.number] = None
    for pk in parcels:
        fresh = hear(parcel_id=pk, told=told.events, source="file", at=utc_now())
        heard.fresh, heard.known = heard.fresh + fresh, heard.known + len(told.events) - fresh
