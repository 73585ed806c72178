"""What all benchmarks share: a database of their own with durable commits, the facts of the machine, and the report.

A benchmark is a module that runs from the project's root with the project's own Python:

    PYTHONPATH=src .venv/bin/python -m benchmarks.reactions --db sqlite

    with fresh_database("sqlite") as env:      # a migrated, empty database; env is for subprocesses …
        os.environ.update(env)                 # … or for this process, before django.setup()
        seconds = measure(env)
    report("placing orders", {"per_second": 21.4, "db": "sqlite"}, floor={"per_second": 88.0})

Every figure needs a floor from the same run, on the same database and with the same durability: the least that the
work could cost. A figure without one compares machines, not programs.
"""

import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tools.postgres_cluster import throwaway_cluster

ROOT: Final = Path(__file__).resolve().parent.parent
KINDS: Final = ("sqlite", "postgresql")


@contextlib.contextmanager
def fresh_database(kind: str) -> Iterator[dict[str, str]]:
    """The environment of an installation with a migrated, empty database that loses nothing in a power cut.

    `kind` is "sqlite" or "postgresql". Folder and server lie where temporary files lie (TMPDIR chooses the disk) and
    are gone afterwards. The installation is of the demo's kind: it has the simulator.
    """
    with tempfile.TemporaryDirectory(prefix="tradewind-benchmark-") as folder, contextlib.ExitStack() as stack:
        env = {**os.environ, "TRADEWIND_DATA": folder, "TRADEWIND_KIND": "demo", "TRADEWIND_LOG_LEVEL": "ERROR"}
        env |= {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "TRADEWIND_DATABASE_URL": ""}
        env |= {"DJANGO_SETTINGS_MODULE": "tradewind.config.settings"}
        if kind == "postgresql":
            env["TRADEWIND_DATABASE_URL"] = stack.enter_context(throwaway_cluster(durable=True))
        # The gate runs the checks; here they would load every page for nothing.
        migrate = [sys.executable, "-m", "tradewind", "manage", "migrate", "--skip-checks", "--verbosity", "0"]
        subprocess.run(migrate, env=env, cwd=ROOT, check=True)
        yield env


def fill(products: int) -> dict[str, int]:
    """Fill the database of this process's environment with so many products; the rows of each kind."""
    import django

    django.setup()
    from django.db import connection

    from benchmarks._catalogue import build_catalogue
    from tradewind.catalog.listing import forget_listing_changes
    from tradewind.lib.clock import utc_now

    rows = build_catalogue(products, at=utc_now())
    forget_listing_changes(utc_now())  # as the worker does every ten minutes
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return rows


def report(name: str, figures: Mapping[str, Any], floor: Mapping[str, Any] | None = None) -> None:
    """Print one JSON object: the machine, the figures, the floor, and how far the figures are above it.

    `ratio` is figures["per_second"] / floor["per_second"] where both are given.
    """
    said: dict[str, Any] = {"benchmark": name, "machine": machine(), "figures": dict(figures)}
    if floor is not None:
        said["floor"] = dict(floor)
        if figures.get("per_second") and floor.get("per_second"):
            said["ratio"] = round(figures["per_second"] / floor["per_second"], 3)
    print(json.dumps(said, indent=2, ensure_ascii=False))


def machine() -> dict[str, Any]:
    """What a reader needs in order to compare: processor, cores, memory, Python, system."""
    return {
        "cpu": _from_proc("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory": _from_proc("/proc/meminfo", "MemTotal"),
        "load": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def _from_proc(file: str, label: str) -> str:
    """The value after "label :" in one of Linux's tables; empty elsewhere."""
    with contextlib.suppress(OSError):
        for line in Path(file).read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == label:
                return value.strip()
    return ""
