"""What an owner changes on a page holds in processes that run already: nobody has to start anything anew."""

from collections.abc import Callable
from datetime import datetime
from subprocess import Popen

import pytest

from tradewind.core import panels
from tradewind.core.panels import panel_of


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_running_process_reads_the_new_value(start: Callable[..., "Popen[str]"], now: datetime) -> None:
    running = start("reading", "keeping", "carts")
    assert running.stdout is not None
    assert running.stdout.readline().strip() == "60"

    keeping = panel_of("keeping")
    assert keeping is not None
    panels.change(keeping, {"carts": "7"}, seen=panels.stored(keeping).digest, by="staff:1", at=now)

    assert running.stdout.readline().strip() == "7"
