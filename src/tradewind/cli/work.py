"""`tradewind work`: the worker and the schedule."""

import signal
import threading
from types import FrameType

import click

from tradewind.cli.starting import open_house


@click.command(help="Start the worker and the schedule: reactions, deliveries, the inbox and timed jobs.")
@click.option("--once", is_flag=True, help="Do what is due now, say how much that was, and end.")
def work(*, once: bool) -> None:
    open_house()
    if once:
        from tradewind.core.worker import run_until_idle
        from tradewind.lib.clock import utc_now

        click.echo(f"{run_until_idle(now=utc_now)} done.")
    else:
        run_worker()


def run_worker() -> None:
    """Work until SIGTERM or SIGINT. What is under way is finished first."""
    from tradewind.core.worker import run_until_stopped
    from tradewind.lib.clock import utc_now

    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    run_until_stopped(stop, now=utc_now)
