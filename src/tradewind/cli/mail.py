"""`tradewind mail`: what comes in and comes back by mail, from files or a mail server's pipe."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from tradewind.cli.house import Trouble, trouble_in_words
from tradewind.cli.starting import open_house

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.messaging.taking_in import Taken

_UNUSABLE: Final = 2
# What mail servers take as: keep it and try again later (sysexits.h).
_TRY_LATER: Final = 75
_LARGEST: Final = 100_000_000

_PROBLEMS: Final = {
    "empty": "It is empty.",
    "no_mail": "It is no mail: it has neither headers nor a text.",
    "unreadable": "It is broken so that it cannot be read.",
}


@click.group("mail")
def mail() -> None:
    """Mail that comes in: bounces, complaints, automatic answers, messages."""


@mail.command("receive")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--json", "_as_json", is_flag=True, help="One JSON object a line; this is how it prints anyway.")
def receive(*, files: tuple[str, ...], _as_json: bool) -> None:
    """Take in mails, one in each FILE; standard input without a FILE or for “-”, as the pipe of a mail server gives it.

    Prints one line for each: file, outcome (message, bounce, auto_reply, complaint, duplicate, quarantined), from, subject,
    message_id, and for bounces each recipient with kind (hard, soft) and status. Nothing is lost: each mail is kept as it came.
    Ends with 2 when a FILE cannot be read, after the others; with 75, upon which mail servers try again, when a mail could not
    be kept.
    """
    unread, lost = [], []
    try:
        with trouble_in_words():
            open_house()
    except Trouble as problem:
        raise Trouble(problem.message, exit_code=_TRY_LATER) from problem
    for name in files or ("-",):
        try:
            raw = _read(name)
        except OSError as problem:
            unread.append(f"{name} cannot be read: {problem.strerror or problem}.")
            continue
        trouble = _trouble_with(name, raw)
        if trouble:
            lost.append(trouble)
    if lost:
        raise Trouble(" ".join((*lost, *unread)), exit_code=_TRY_LATER)
    if unread:
        raise Trouble(" ".join(unread), exit_code=_UNUSABLE)


@mail.command("allow")
@click.argument("address")
def allow(*, address: str) -> None:
    """Write to ADDRESS again, after its mail came back or its owner complained."""
    open_house()
    from tradewind.messaging.suppressing import allow

    found = allow(address)
    click.echo(f"{address} is written to again." if found else f"Nothing stood against {address}.")


def _read(name: str) -> bytes:
    if name == "-":
        return _within(sys.stdin.buffer)
    with Path(name).open("rb") as stream:
        return _within(stream)


def _within(stream: BinaryIO) -> bytes:
    raw = stream.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise OSError(0, f"it is larger than {_LARGEST // 1_000_000} MB")
    return raw


def _trouble_with(name: str, raw: bytes) -> str:
    """Take a mail in. What went wrong with it, in words: the others must not wait for it."""
    try:
        with trouble_in_words():
            _take_in(name, raw)
    except BrokenPipeError:
        raise
    except Trouble as problem:
        return f"{name}: {problem.message}"
    except Exception as problem:  # noqa: BLE001  # the top of a command; whatever it is, the mail is kept or comes again
        said = f"{name} could not be taken in: {type(problem).__name__}: {problem}."
        return f"{said} It was {'put aside as it came' if _keep(raw, problem) else 'not kept'}."
    return ""


def _keep(raw: bytes, problem: Exception) -> bool:
    from tradewind.lib.clock import utc_now
    from tradewind.messaging.taking_in import keep_unread

    try:
        keep_unread(raw, problem, at=utc_now())
    except Exception:  # noqa: BLE001  # said by the caller, and the mail server sends it again
        return False
    return True


def _take_in(name: str, raw: bytes) -> None:
    from tradewind.lib.clock import utc_now
    from tradewind.messaging.taking_in import take_in

    taken = take_in(raw, at=utc_now())
    sys.stdout.write(json.dumps(_line(name, taken)) + "\n")
    sys.stdout.flush()


def _line(name: str, taken: "Taken") -> dict[str, object]:
    read = taken.read
    line: dict[str, object] = {
        "file": name,
        "outcome": str(taken.outcome),
        "from": read.sender,
        "subject": read.subject,
        "message_id": read.message_id,
    }
    if taken.outcome == "bounce":
        line["bounces"] = list(_bounces(taken))
    if read.problem:
        line["problem"] = _PROBLEMS[read.problem.partition(" ")[0]]
    return line


def _bounces(taken: "Taken") -> Iterator[dict[str, str]]:
    for bounce in taken.read.bounces:
        yield {"recipient": bounce.recipient, "kind": bounce.kind.value, "status": bounce.status}
