"""Workers are killed, stopped and restarted in the middle of their work, and every effect is there exactly once."""

import signal
import time

import pytest

from tests.core.conftest import Start, wait_until
from tests.core.processes import counting
from tradewind.core.models import Reaction

FACTS = 1000


@pytest.mark.slow
@pytest.mark.processes
def test_effects_are_there_exactly_once_though_workers_die_and_handlers_fail(start: Start) -> None:
    counting.fill(FACTS)
    workers = [start("counting", "work") for _ in range(3)]

    for share in (0.9, 0.6, 0.3):
        wait_until(lambda share=share: counting.open_reactions() <= 2 * FACTS * share, seconds=60)  # type: ignore[misc]
        victim = workers.pop(0)
        victim.kill()
        workers.append(start("counting", "work"))
    # One that was only asleep, for longer than its lease, wakes up to rows that others have finished.
    workers[0].send_signal(signal.SIGSTOP)
    time.sleep(4)
    workers[0].send_signal(signal.SIGCONT)
    wait_until(lambda: counting.open_reactions() == 0, seconds=120)
    assert [worker.stdout.readline() for worker in workers if worker.stdout] == ["ready\n"] * 3
    for worker in workers:
        worker.terminate()

    assert [worker.wait(10) for worker in workers] == [0, 0, 0]
    found = counting.effects()
    assert (found[counting.STEADY], found[counting.FRAGILE], found["done_twice"]) == (FACTS, FACTS, 0)
    assert found["failed_tries"] > FACTS / 20
    assert set(Reaction.objects.values_list("state", flat=True)) == {"done"}
