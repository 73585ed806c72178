"""How fast three workers react while handlers fail and workers are killed, and whether every effect is there once.

    PYTHONPATH=src .venv/bin/python -m benchmarks.reactions --db sqlite

3,000 facts with two subscribers each; one of them fails one time in ten; a worker is killed with -9 and replaced at a
quarter, at half and at three quarters of the work. The workers' clock runs twenty times as fast, so that pauses after
failures (five seconds and more) and the leases of the dead (a minute) do not hide what the work itself costs. The
floor: the same three processes insert single rows, one durable commit each.
"""

import argparse
import os
import subprocess
import sys
import time
from typing import Any, Final

from benchmarks._machine import KINDS, ROOT, fresh_database, report

FACTS: Final = 3000
WORKERS: Final = 3
KILLS: Final = (0.75, 0.5, 0.25)
FLOOR_ROWS: Final = 500


def main() -> None:
    parser = argparse.ArgumentParser(description="Reactions under fire.")
    parser.add_argument("--db", choices=KINDS, default="sqlite")
    kind = parser.parse_args().db
    with fresh_database(kind) as env:
        floor = measure_floor(env)
        figures = measure_reactions(env)
    report("reactions", {"db": kind, **figures}, floor)


def counting(env: dict[str, str], *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.core.processes.counting", *map(str, words)]
    return subprocess.Popen(command, env=env, cwd=ROOT, text=True, stdout=subprocess.PIPE)


def measure_floor(env: dict[str, str]) -> dict[str, Any]:
    """Each process says how long its own inserts took: starting Python is not part of it."""
    writers = [counting(env, "insert", FLOOR_ROWS) for _ in range(WORKERS)]
    seconds = max(float(writer.communicate()[0]) for writer in writers)
    return {"what": "inserts, one commit each", "per_second": round(WORKERS * FLOOR_ROWS / seconds, 1)}


def measure_reactions(env: dict[str, str]) -> dict[str, Any]:
    if counting(env, "fill", FACTS).wait() != 0:
        sys.exit("The facts could not be recorded.")
    os.environ.update(env)
    import django

    django.setup()
    from tests.core.processes.counting import FRAGILE, STEADY, effects, open_reactions

    workers = [ready_worker(env) for _ in range(WORKERS)]
    begun = time.perf_counter()
    kills = list(KILLS)
    while left := open_reactions():
        if kills and left <= 2 * FACTS * kills[0]:
            kills.pop(0)
            workers.pop(0).kill()
            workers.append(counting(env, "work"))
        time.sleep(0.02)
    seconds = time.perf_counter() - begun
    for worker in workers:
        worker.kill()
        worker.communicate()
    found = effects()
    return {
        "reactions": 2 * FACTS,
        "workers": WORKERS,
        "kills": len(KILLS) - len(kills),
        "failed_tries": found["failed_tries"],
        "seconds": round(seconds, 2),
        "per_second": round(2 * FACTS / seconds, 1),
        "effects_exact": (found[STEADY], found[FRAGILE], found["done_twice"]) == (FACTS, FACTS, 0),
        "effects": found,
    }


def ready_worker(env: dict[str, str]) -> subprocess.Popen[str]:
    worker = counting(env, "work")
    if worker.stdout is None or worker.stdout.readline() != "ready\n":
        sys.exit("A worker did not start.")
    return worker


if __name__ == "__main__":
    main()
