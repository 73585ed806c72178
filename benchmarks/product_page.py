"""How many product pages a second one web process gives to visitors, beside the floor of the same run.

    PYTHONPATH=src .venv/bin/python -m benchmarks.product_page --db sqlite

The catalogue has 10,000 products. Warm: every page asked for was asked for before. Cold: each page is asked for the
first time. Floor: an empty view with the same middleware, server and body size. Needs wrk: apt-get install wrk.
"""

import argparse
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks._asking import measure, need_wrk, statements_of
from benchmarks._machine import KINDS, fill, fresh_database, report
from benchmarks._serving import serving

_PLACES: Final = ("de/de", "de/en", "world/en", "world/zh")


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


def main(arguments: Sequence[str]) -> None:
    options = _read(arguments)
    need_wrk()
    with fresh_database(options.db) as env:
        os.environ.update(env)
        rows = fill(options.products)
        statements = statements_of({"first_of_process": _path(0), "uncached": _path(4), "cached": _path(4)})
        how = {"processes": options.processes, "threads": options.threads}
        with serving(env, settings="benchmarks.floor_settings", **how) as web:
            pages = [_path(number) for number in range(options.products)]
            random.Random(1).shuffle(pages)
            warm, cold = pages[: options.warm_pages], pages[options.warm_pages :]
            how_long = {"seconds": options.seconds, "rounds": options.rounds, "processes": options.processes}
            figures, floor = measure(web, warm, cold, **how_long)
    figures |= {"db": options.db, "web": options.web}
    figures["cold_ratio"] = round(figures["cold_per_second"] / floor["per_second"], 3)
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


def _path(number: int) -> str:
    return f"/{_PLACES[number % len(_PLACES)]}/product/copy-{number}/"


if __name__ == "__main__":
    main(sys.argv[1:])
