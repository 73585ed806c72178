"""How many product pages a second one web process gives to visitors, beside the floor of the same run.

    PYTHONPATH=src .venv/bin/python -m benchmarks.product_page --db sqlite

The catalogue has 10,000 products. Warm: every page asked for was asked for before. Cold: each page is asked for the
first time. Floor: an empty view with the same middleware, server and body size. Needs wrk: apt-get install wrk.
"""

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks._machine import KINDS, fresh_database, report
from benchmarks._serving import Running, serving

_LUA: Final = Path(__file__).with_name("spread.lua")
_PLACES: Final = ("de/de", "de/en", "world/en", "world/zh")
_CONNECTIONS: Final = 8


@dataclass(frozen=True, slots=True)
class Options:
    db: str
    products: int
    warm_pages: int
    seconds: int
    rounds: int
    processes: int
    threads: int

    @property
    def web(self) -> str:
        return f"{self.processes} x {self.threads} threads"


class NothingAnswered(Exception):
    """wrk had errors; the message is what it said."""


def main(arguments: Sequence[str]) -> None:
    options = _read(arguments)
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing. On Debian and Ubuntu: sudo apt-get install wrk")
    with fresh_database(options.db) as env:
        os.environ.update(env)
        rows = _fill(options)
        statements = _count_statements()
        how = {"processes": options.processes, "threads": options.threads}
        with serving(env, settings="benchmarks.floor_settings", **how) as web:
            figures, floor = _measure(web, options)
    figures |= {"db": options.db, "connections": _CONNECTIONS, "web": options.web}
    report("product page", {**figures, "statements": statements, "rows": rows}, floor=floor)


def _read(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.product_page", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--warm-pages", type=int, default=500, help="how many different pages are asked for when warm")
    parser.add_argument("--seconds", type=int, default=3, help="of each single measurement")
    parser.add_argument("--rounds", type=int, default=7, help="floor and warm pages in turns; the medians are reported")
    parser.add_argument("--processes", type=int, default=2, help="of the web server")
    parser.add_argument("--threads", type=int, default=2, help="of each process")
    return Options(**vars(parser.parse_args(arguments)))


def _fill(options: Options) -> dict[str, int]:
    import django

    django.setup()
    from django.db import connection

    from benchmarks._catalogue import build_catalogue
    from tradewind.lib.clock import utc_now

    rows = build_catalogue(options.products, at=utc_now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return rows


def _count_statements() -> dict[str, int]:
    """Counted in this process: the first page of all, another page that nobody asked for yet, and that again."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    counted = {}
    for name, path in (("first_of_process", _path(0)), ("uncached", _path(4)), ("cached", _path(4))):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        counted[name] = len(captured)
    connection.close()
    return counted


def _measure(web: Running, options: Options) -> tuple[dict[str, Any], dict[str, Any]]:
    pages = [_path(number) for number in range(options.products)]
    random.Random(1).shuffle(pages)
    warm, cold = pages[: options.warm_pages], pages[options.warm_pages :]
    # Several processes keep pages of their own: asked for often enough, each has them all.
    size = _mean_size(web, warm)
    floor_path = [f"/floor/{size}/"]
    per_second: dict[str, list[float]] = {"warm": [], "floor": []}
    _ask(web, warm, 3 * options.processes)
    for _ in range(options.rounds):
        per_second["floor"].append(_ask(web, floor_path, options.seconds))
        per_second["warm"].append(_ask(web, warm, options.seconds))
    first_times = _ask(web, cold, options.seconds)
    warm_now, floor_now = statistics.median(per_second["warm"]), statistics.median(per_second["floor"])
    figures = {
        "per_second": round(warm_now),
        "cold_per_second": round(first_times),
        "cold_ratio": round(first_times / floor_now, 3),
        "body_bytes": size,
        "ratio_in_turns": round(statistics.median(w / f for w, f in zip(*per_second.values(), strict=True)), 3),
        "warm_runs": [round(one) for one in per_second["warm"]],
    }
    return figures, {"per_second": round(floor_now), "runs": [round(one) for one in per_second["floor"]]}


def _path(number: int) -> str:
    return f"/{_PLACES[number % len(_PLACES)]}/product/copy-{number}/"


def _mean_size(web: Running, paths: Sequence[str]) -> int:
    """Asks for each page once, which is what makes it warm."""
    from http.client import HTTPConnection

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


def _ask(web: Running, paths: Sequence[str], seconds: int) -> float:
    """Answers per second over keep-alive connections. Raises NothingAnswered when any was an error."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths))
        file.flush()
        command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "-s", str(_LUA), web.url, "--", file.name]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise NothingAnswered(said)
    return float(rate[1])


if __name__ == "__main__":
    main(sys.argv[1:])
