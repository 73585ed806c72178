"""Several things at the same moment, each in a thread with a connection of its own."""

import threading
import time
from collections.abc import Callable

from django.db import connection, connections

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def at_the_same_time(*tasks: Callable[[], object]) -> list[object]:
    """Run each task in a thread of its own, all let go at once. Returns results, or the exceptions in their place."""
    gate = threading.Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(place: int, task: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(10)
            results[place] = task()
        except Exception as problem:  # noqa: BLE001  # the test looks at what went wrong
            results[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits"
    return results


def succeed_at_once(*tasks: Callable[[], object], refusals: tuple[type[Exception], ...] = ()) -> int:
    """How many of them were not refused. Whatever else goes wrong in one is raised here."""
    results = at_the_same_time(*tasks)
    failed = [each for each in results if isinstance(each, Exception)]
    for problem in failed:
        if not isinstance(problem, refusals):
            raise problem
    return len(results) - len(failed)


def somebody_waits() -> bool:
    """For a lock in this database of PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        [count] = cursor.fetchone()
    return bool(count)


def wait_until(until: Callable[[], bool]) -> None:
    """Or for ten seconds: what comes next then shows what did not happen."""
    deadline = time.monotonic() + 10
    while not until() and time.monotonic() < deadline:
        time.sleep(0.02)
