"""What the benchmarks of category pages and of search share: a filled shop, addresses in, one report out."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks._asking import measure, need_wrk, statements_of
from benchmarks._machine import KINDS, fresh_database, report
from benchmarks._serving import serving


@dataclass(frozen=True, slots=True)
class Addresses:
    """Asked for again and again; asked for once; and those whose statements are counted."""

    warm: Sequence[str]
    cold: Sequence[str]
    counted: Mapping[str, str]


def run(name: str, about: str | None, arguments: Sequence[str], addresses: Callable[[int], Addresses]) -> None:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=3, help="of each single measurement")
    parser.add_argument("--rounds", type=int, default=3, help="floor and warm pages in turns; the medians are reported")
    parser.add_argument("--processes", type=int, default=2, help="of the web server")
    parser.add_argument("--threads", type=int, default=2, help="of each process")
    options = parser.parse_args(arguments)
    need_wrk()
    with fresh_database(options.db) as env:
        os.environ.update(env)
        rows = _fill(options.products)
        asked = addresses(options.products)
        statements = statements_of(asked.counted)
        how = {"processes": options.processes, "threads": options.threads}
        with serving(env, settings="benchmarks.floor_settings", **how) as web:
            how_long = {"seconds": options.seconds, "rounds": options.rounds, "processes": options.processes}
            figures, floor = measure(web, asked.warm, asked.cold, **how_long)
    figures |= {"db": options.db, "web": f"{options.processes} x {options.threads} threads"}
    report(name.replace("_", " "), {**figures, "statements": statements, "rows": rows}, floor=floor)


def _fill(products: int) -> dict[str, int]:
    import django

    django.setup()
    from django.db import connection

    from benchmarks._catalogue import build_catalogue
    from tradewind.lib.clock import utc_now

    rows = build_catalogue(products, at=utc_now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return rows
