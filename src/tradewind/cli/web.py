"""`tradewind web`: the web server."""

import os
from collections.abc import Callable
from typing import Any, Final

import click

from tradewind.cli.addresses import Address, check_free
from tradewind.cli.leash import die_with_parent
from tradewind.cli.starting import open_house

_TARGET: Final = "tradewind.config.wsgi:application"
# After this many seconds a connection that somebody keeps open no longer delays the end.
_PATIENCE: Final = 2


@click.command(help="Start the web server alone, for shops on several machines. It needs a worker: `tradewind work`.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen at.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Threads of each.")
def web(*, host: str, port: int, processes: int, threads: int) -> None:
    address = Address(host, port)
    check_free(address)
    open_house()
    click.echo(f"Listening at {address.url}", err=True)
    run_web(address, processes=processes, threads=threads)


def run_web(address: Address, *, processes: int = 1, threads: int = 4) -> None:
    """Answer requests until SIGTERM or SIGINT. Raises PortTaken."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    check_free(address)
    server = MPServer(
        _TARGET,
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=_Loader(os.getpid()), wrap_loader=False)


class _Loader:
    """Loads the application in granian's process, which must not outlive the one that started it."""

    def __init__(self, parent: int) -> None:
        self._parent = parent

    def __call__(self) -> Callable[..., Any]:
        die_with_parent(self._parent)
        from tradewind.config.wsgi import application

        return application
