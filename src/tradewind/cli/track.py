"""`tradewind track FILE`: what carriers said, from a file."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from tradewind.cli.house import Trouble
from tradewind.cli.starting import open_house

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.shipping.event_files import EventFile

_UNUSABLE = 2


@click.command("track")
@click.argument("file")
@click.option("--zone", default="", metavar="ZONE", help="Time zone of times without one, say Asia/Shanghai.")
def track(*, file: str, zone: str) -> None:
    """Take in what carriers said from FILE: CSV with number, time, status, carrier, place, words, or one JSON object a line.

    The same file twice changes nothing. Lines that cannot be used go to FILE.rejects.csv, with line and reason. Ends with 2
    when nothing can be taken from FILE at all.
    """
    from tradewind.shipping.event_files import WrongHeading, lines_of, read_events

    try:
        named = ZoneInfo(zone) if zone else None
        found = read_events(lines_of(Path(file).read_bytes()), zone=named)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        words = str(problem) if isinstance(problem, WrongHeading) else f"{file} cannot be read: {problem}"
        raise Trouble(words, exit_code=_UNUSABLE) from problem
    except OSError as problem:
        raise Trouble(f"{file} cannot be read: {problem.strerror}.", exit_code=_UNUSABLE) from problem
    _take_in(found, Path(file))


def _take_in(found: "EventFile", path: Path) -> None:
    open_house()
    from tradewind.lib.clock import utc_now
    from tradewind.shipping.hearing import hear
    from tradewind.shipping.notices import parcels_named

    fresh = known = 0
    strangers = []
    for told in found.parcels:
        parcels = parcels_named(told)
        if not parcels:
            strangers.append(told.number)
        for pk in parcels:
            count = hear(parcel_id=pk, told=told.events, source="file", at=utc_now())
            fresh, known = fresh + count, known + len(told.events) - count
    click.echo(f"{fresh} events are new, {known} were known.")
    if strangers:
        click.echo(f"No parcel of ours has the number {', '.join(strangers[:5])}{' …' if len(strangers) > 5 else ''}.")  # noqa: PLR2004
    if found.wrong:
        click.echo(f"{len(found.wrong)} lines could not be used: {_write_rejects(found, path)}")


def _write_rejects(found: "EventFile", path: Path) -> Path:
    from tradewind.shipping.event_files import COLUMNS

    rejects = path.with_name(f"{path.name}.rejects.csv")
    with rejects.open("w", encoding="utf-8-sig", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["line", "because", *COLUMNS])
        rows.writerows(
            [wrong.line, wrong.because, *(wrong.cells.get(name, "") for name in COLUMNS)] for wrong in found.wrong
        )
    return rejects
