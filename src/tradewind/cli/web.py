"""`tradewind web`: the web server."""

import os
from collections.abc import Callable
from multiprocessing.util import Finalize
from typing import Any, Final

import click

from tradewind.cli.addresses import Address, check_free, wait_until_free
from tradewind.cli.leash import die_with_parent
from tradewind.cli.starting import open_house

_TARGET: Final = "tradewind.config.wsgi:application"
# After this many seconds a connection that somebody keeps open no longer delays the end.
_PATIENCE: Final = 2
# Threads of one process share its lock and wake each other in vain; two cover for each other while one waits for the disk.
THREADS: Final = 2
# A process costs about 60 MB, and a machine with more cores than this serves more than a web server.
_MOST_BY_ITSELF: Final = 4


@click.command(help="Start the web server alone, for shops on several machines. It needs a worker: `tradewind work`.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen at.")
@click.option("--processes", type=click.IntRange(1, 64), help="Processes that answer; left out, one for each core.")
@click.option("--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True, help="Threads of each.")
def web(*, host: str, port: int, processes: int | None, threads: int) -> None:
    address = Address(host, port)
    check_free(address)
    open_house()
    click.echo(f"Listening at {address.url}", err=True)
    run_web(address, processes=processes, threads=threads)


def run_web(address: Address, *, processes: int | None = None, threads: int = THREADS) -> None:
    """Answer requests until SIGTERM or SIGINT. Raises PortTaken."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    wait_until_free(address)
    server = MPServer(
        _TARGET,
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=processes or usual_processes(),
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=_Loader(os.getpid()), wrap_loader=False)


def usual_processes() -> int:
    """One for each core that we may use."""
    return min(len(os.sched_getaffinity(0)), _MOST_BY_ITSELF)


class _Loader:
    """Loads the application in granian's process, which must not outlive the one that started it."""

    def __init__(self, parent: int) -> None:
        self._parent = parent

    def __call__(self) -> Callable[..., Any]:
        die_with_parent(self._parent)
        from tradewind.config.wsgi import application
        from tradewind.insights.visits import recorder
        from tradewind.storefront.warming import warm_up

        warm_up()
        recorder.start()
        # A process of multiprocessing leaves without atexit, and with this.
        Finalize(None, recorder.stop, exitpriority=0)

        return application
