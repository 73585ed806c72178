"""`tradewind demo`: a shop with goods, prices, stock and a real order history, made for looking around."""

import json
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from tradewind.cli.addresses import Address, check_free, next_free
from tradewind.cli.house import Trouble, trouble_in_words
from tradewind.cli.running import parts_for, preload, run_parts
from tradewind.cli.starting import data_folder, migrate, put_back_what_a_restore_left, start_django
from tradewind.cli.supervising import Part, Supervisor
from tradewind.config.folders import DataFolder, FolderKind
from tradewind.demo.people import PASSWORD, PEOPLE

_MAIL_PORT: Final = 2525
_FOLDER: Final = "var/demo"


@dataclass(frozen=True, slots=True)
class Stall:
    """Where a demo stands."""

    folder: DataFolder
    web: Address
    mail: Address


@click.command(
    help="Start a demo shop with its console, mailbox and order history. The first start loads it; Ctrl-C stops everything."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Or the next one free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at. The log-ins are public!")
@click.option("--reset", is_flag=True, help="Throw the demo in the data folder away and make a new one.")
@click.option("--json", "as_json", is_flag=True, help="Print addresses and log-ins as one line of JSON when ready.")
def demo(*, port: int, host: str, reset: bool, as_json: bool) -> None:
    folder = data_folder(_FOLDER)
    put_back_what_a_restore_left(folder)
    found = folder.kind
    if found is not None and found is not FolderKind.DEMO:
        doing = "is not thrown away by --reset" if reset else "is not used for a demo"
        msg = f"{folder.path} holds a {found} and {doing}. Name another folder with --data DIR."
        raise Trouble(msg, exit_code=2)
    folder.check(FolderKind.DEMO)
    wanted = Address(host, port)
    stall = Stall(folder, next_free(wanted), next_free(Address("127.0.0.1", _MAIL_PORT)))
    if stall.web != wanted:
        click.echo(f"Port {port} is in use; taking {stall.web.port}.", err=True)
    with folder.occupied(f"demo at {stall.web.url}, process {os.getpid()}"):
        if reset:
            folder.empty()
        folder.prepare(FolderKind.DEMO)
        folder.enter()
        _run(stall, as_json=as_json)


def _run(stall: Stall, *, as_json: bool) -> None:
    _configure(stall)
    supervisor = Supervisor(say=_say, log=stall.folder.log_file)
    start_django()
    if supervisor.run_once(Part("loading", _prepare)) and not supervisor.is_asked_to_stop:
        sys.exit(1)  # it has said why
    if supervisor.is_asked_to_stop:
        return
    preload()
    parts = [*parts_for(stall.web), Part("mail server", lambda: _keep_mail(stall.folder.mailbox, stall.mail))]
    hint = f" {stall.folder.log_file} tells more."
    run_parts(supervisor, parts, stall.web, on_ready=lambda: _introduce(stall, as_json=as_json), hint=hint)
    _say("Stopped.")


def _configure(stall: Stall) -> None:
    """The demo's own addresses and database, in the environment that settings are read from."""
    # A real shop's database may be named there: the demo must never be loaded into it.
    os.environ.pop("TRADEWIND_DATABASE_URL", None)
    os.environ["TRADEWIND_BASE_URL"] = stall.web.url
    os.environ["TRADEWIND_SMTP_URL"] = f"smtp://{stall.mail.host}:{stall.mail.port}"
    os.environ["TRADEWIND_MAIL_FROM"] = "hello@tingyu.example"
    os.environ.setdefault("TRADEWIND_LOG_LEVEL", "WARNING")
    if stall.web.is_wildcard:
        os.environ.setdefault("TRADEWIND_HOSTS", "*")
    elif not stall.web.is_loopback:
        os.environ.setdefault("TRADEWIND_HOSTS", f"127.0.0.1,localhost,{stall.web.host}")


def _prepare() -> None:
    """In a process of its own, which takes the memory that loading needs with it when it ends."""
    from tradewind.demo.loading import load_demo
    from tradewind.lib.clock import utc_now

    try:
        with trouble_in_words():
            migrate()
            load_demo(say=_say, now=utc_now)
    except Trouble as problem:
        click.echo(f"tradewind: {problem.format_message()}", err=True)
        sys.exit(1)


def _keep_mail(folder: Path, address: Address) -> None:
    import signal

    from tradewind.connectors.mailbox.server import serve_mailbox

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    check_free(address)
    controller = serve_mailbox(folder, address.host, address.port)
    stop.wait()
    controller.stop()


def _introduce(stall: Stall, *, as_json: bool) -> None:
    shop = stall.web.url
    told = {
        "shop": f"{shop}/",
        "console": f"{shop}/console/",
        "mailbox": f"{shop}/demo/mailbox/",
        "smtp": f"{stall.mail.host}:{stall.mail.port}",
        "staff": [{"email": p.email, "role": str(p.role), "password": PASSWORD} for p in PEOPLE],
        "data": str(stall.folder.path),
        "pid": os.getpid(),
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    lines = [
        "",
        "The demo shop is open. No money moves, and mail stays on this machine.",
        "",
        f"  Shop      {told['shop']}",
        f"  Console   {told['console']}",
        f"  Mailbox   {told['mailbox']}",
        "",
        *(f"  Log in    {p.email.ljust(24)} password {PASSWORD}   ({p.role})" for p in PEOPLE),
        "",
        f"  Data      {told['data']}",
        "",
        "Ctrl-C stops everything.",
    ]
    if not stall.web.is_loopback:
        lines.insert(
            2, "Other machines can reach it, and everybody knows these log-ins: do this in a network that you trust."
        )
    click.echo("\n".join(lines))


def _say(words: str) -> None:
    click.echo(words, err=True)
