"""How many category pages and searches a second the web answers, beside the floor of the same run.

    PYTHONPATH=src .venv/bin/python -m benchmarks.lists --db sqlite --products 10000

Warm: every address was asked for before. Cold: each is asked for the first time. Floor: an empty view with the same
middleware, server and body size. Reports one JSON object for each kind. Needs wrk: apt-get install wrk.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, Final

from benchmarks import _category_pages, _searches
from benchmarks._asking import Addresses, measure, need_wrk, statements_of
from benchmarks._machine import KINDS, fill, fresh_database, report
from benchmarks._serving import serving

_ADDRESSES: Final = {"category": _category_pages.addresses, "search": _searches.addresses}


def main(arguments: Sequence[str]) -> None:
    options = _read(arguments)
    need_wrk()
    with fresh_database(options.db) as env:
        os.environ.update(env)
        rows = fill(options.products)
        for kind in options.of or _ADDRESSES:
            _measure(kind, _ADDRESSES[kind](options.products), options, env, rows)


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lists", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--of", choices=_ADDRESSES, action="append", help="only this kind")
    parser.add_argument("--seconds", type=int, default=3, help="of each single measurement")
    parser.add_argument("--rounds", type=int, default=3, help="floor and warm pages in turns; the medians are reported")
    parser.add_argument("--processes", type=int, default=2, help="of the web server")
    parser.add_argument("--threads", type=int, default=2, help="of each process")
    return parser.parse_args(arguments)


def _measure(
    kind: str, asked: Addresses, options: argparse.Namespace, env: dict[str, str], rows: dict[str, int]
) -> None:
    statements = statements_of(asked.counted)
    how: dict[str, Any] = {"processes": options.processes, "threads": options.threads}
    with serving(env, settings="benchmarks.floor_settings", **how) as web:
        how_long = {"seconds": options.seconds, "rounds": options.rounds, "processes": options.processes}
        figures, floor = measure(web, asked.warm, asked.cold, **how_long)
    figures |= {"db": options.db, "web": f"{options.processes} x {options.threads} threads"}
    report(kind, {**figures, "statements": statements, "rows": rows}, floor=floor)


if __name__ == "__main__":
    main(sys.argv[1:])
