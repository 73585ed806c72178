"""Killed with -9 at any step between telling the tracker and the last scan, each thing has happened once after the restart."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import migrated

pytestmark = [pytest.mark.slow, pytest.mark.processes]


def test_a_parcel_arrives_once_whenever_the_machine_dies(tmp_path: Path, migrated_once: None) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tradewind.config.settings",
        "TRADEWIND_DATA": str(tmp_path),
        "TRADEWIND_LOG_LEVEL": "ERROR",
        "PYTHONPATH": f"src{os.pathsep}.",
    }
    run = subprocess.run(
        [sys.executable, "-m", "tests.journeys.tracking_crashing", str(migrated.file())],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    steps = [report.pop("step") for report in reports]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) >= 20
    for step, report in zip(steps, reports, strict=True):
        assert (step, report) == (
            step,
            {
                "parcel": ["delivered", "watched"],
                "events": 2,
                "order": "delivered",
                "promises": [["delivery", "kept"], ["delivery", "renewed"], ["dispatch", "kept"]],
                "facts": {
                    "shipping.marked_dispatched": 1,
                    "shipping.order_delivered": 1,
                    "shipping.parcel_delivered": 1,
                    "shipping.parcel_first_scanned": 1,
                    "shipping.parcel_handed_over": 1,
                },
                "open": 0,
                "stuck": 0,
            },
        )
