"""Whatever reacts or runs on the schedule is imported by the wiring: left out, it silently never runs in a worker."""

import re
from pathlib import Path

import pytest

from tradewind.config.wiring import REACTIONS, SCHEDULED

SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.mark.parametrize(("decorator", "wired"), [("every", SCHEDULED), ("reaction", REACTIONS)])
def test_every_module_that_the_worker_needs_is_wired(decorator: str, wired: tuple[str, ...]) -> None:
    found = {
        ".".join(file.relative_to(SOURCE).with_suffix("").parts)
        for file in SOURCE.rglob("*.py")
        if re.search(rf"^@{decorator}\(", file.read_text(), re.MULTILINE)
    }

    assert found == set(wired)
