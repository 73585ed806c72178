#!/usr/bin/env python3
"""How long the demo takes to start, and how much memory all of it needs when nobody does anything. Prints JSON.

Memory is PSS summed over all processes: a page that several share counts once. Run: .venv/bin/python benchmarks/demo_idle.py
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MB = 350
PAGES = ("", "de/de/", "de/de/product/mug/", "console/login", "readyz", "metrics")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=float, default=30, help="seconds to wait before memory is read")
    parser.add_argument("--port", type=int, default=18800)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tradewind-idle-") as folder:
        first = measure(Path(folder), options.port, idle=options.idle)
        later = measure(Path(folder), options.port, idle=options.idle)
    within = max(first["pss_mb"], later["pss_mb"]) < LIMIT_MB
    print(
        json.dumps({"first_start": first, "later_start": later, "limit_mb": LIMIT_MB, "within_limit": within}, indent=1)
    )
    return 0 if within else 1


def measure(folder: Path, port: int, *, idle: float) -> dict[str, Any]:
    """Start, look at some pages once, wait, weigh, stop."""
    begun = time.monotonic()
    words = [sys.executable, "-m", "tradewind", "demo", "--data", folder, "--port", str(port), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as demo:
        assert demo.stdout is not None
        told = json.loads(demo.stdout.readline())
        ready = time.monotonic() - begun
        for page in PAGES:
            with urllib.request.urlopen(told["shop"] + page, timeout=10) as answer:  # noqa: S310  # our own address
                answer.read()
        time.sleep(idle)
        processes = {pid: pss_mb(pid) for pid in family(demo.pid)}
        begun = time.monotonic()
        demo.send_signal(signal.SIGINT)
        code = demo.wait()
    return {
        "ready_after_s": round(ready, 2),
        "stopped_after_s": round(time.monotonic() - begun, 2),
        "exit_code": code,
        "pss_mb": round(sum(processes.values()), 1),
        "processes_mb": [round(size, 1) for size in processes.values()],
    }


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    sys.exit(main())
