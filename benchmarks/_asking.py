"""Asking a running shop for pages: with wrk for speed, in this process for statements."""

import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from benchmarks._serving import Running

CONNECTIONS: Final = 8
_LUA: Final = Path(__file__).with_name("spread.lua")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Asked for again and again; asked for once; and those whose statements are counted."""

    warm: Sequence[str]
    cold: Sequence[str]
    counted: Mapping[str, str]


class NothingAnswered(Exception):
    """wrk had errors; the message is what it said."""


def need_wrk() -> None:
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing. On Debian and Ubuntu: sudo apt-get install wrk")


def statements_of(pages: Mapping[str, str]) -> dict[str, int]:
    """Statements of each of these addresses, in their order, in this process, which begins like one that serves."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tradewind.storefront.warming import warm_up

    warm_up()
    client = Client(SERVER_NAME="localhost")
    counted = {}
    for name, path in pages.items():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200, path
        counted[name] = len(captured)
    connection.close()
    return counted


def measure(
    web: Running, warm: Sequence[str], cold: Sequence[str], *, seconds: int, rounds: int, processes: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Floor and warm pages in turns, the medians; then pages that nobody asked for yet. Figures, and the floor's."""
    size = mean_size(web, warm)
    floor_path = [f"/floor/{size}/"]
    per_second: dict[str, list[float]] = {"warm": [], "floor": []}
    # Several processes keep pages of their own: asked for often enough, each has them all.
    ask(web, warm, 12 * processes)
    for _ in range(rounds):
        per_second["floor"].append(ask(web, floor_path, seconds))
        per_second["warm"].append(ask(web, warm, seconds))
    first_times = ask(web, random.Random(1).sample(cold, len(cold)), seconds)
    warm_now, floor_now = statistics.median(per_second["warm"]), statistics.median(per_second["floor"])
    figures = {
        "per_second": round(warm_now),
        "cold_per_second": round(first_times, 1),
        "body_bytes": size,
        "ratio_in_turns": round(statistics.median(w / f for w, f in zip(*per_second.values(), strict=True)), 3),
        "warm_runs": [round(one) for one in per_second["warm"]],
        "connections": CONNECTIONS,
    }
    return figures, {"per_second": round(floor_now), "runs": [round(one) for one in per_second["floor"]]}


def mean_size(web: Running, paths: Sequence[str]) -> int:
    """Asks for each page once, which is what makes it warm."""
    connection = HTTPConnection("127.0.0.1", web.port)
    sizes = []
    for path in paths:
        connection.request("GET", path)
        answer = connection.getresponse()
        sizes.append(len(answer.read()))
        if answer.status != 200:
            raise NothingAnswered(f"{path}: {answer.status}")
    connection.close()
    return round(statistics.mean(sizes))


def ask(web: Running, paths: Sequence[str], seconds: int) -> float:
    """Answers per second over keep-alive connections. Raises NothingAnswered when any was an error."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths))
        file.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--timeout",
            "10s",
            "-s",
            str(_LUA),
            web.url,
            "--",
            file.name,
        ]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise NothingAnswered(said)
    return float(rate[1])
