"""A mail server in a process of its own, on loopback: says its port, then one line for each mail that it has taken."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from aiosmtpd.smtp import SMTP

from benchmarks._machine import ROOT


class Taking:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self._seconds:
            await asyncio.sleep(self._seconds)
        print("taken", flush=True)
        return "250 2.0.0 queued"


class Running:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = int(self._said())

    def wait_for(self, mails: int) -> None:
        """Until so many more have come."""
        for _ in range(mails):
            self._said()

    def _said(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            sys.exit("The mail server has ended.")
        return line


@contextlib.contextmanager
def mail_server(seconds: float = 0) -> Iterator[Running]:
    """`seconds`: how long it thinks about each mail, as a server elsewhere would."""
    command = [sys.executable, "-c", f"from benchmarks._mail_server import serve; serve({seconds})"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


async def _serve(seconds: float) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Taking(seconds), hostname="127.0.0.1", ident="benchmark"), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def serve(seconds: float) -> None:
    asyncio.run(_serve(seconds))
