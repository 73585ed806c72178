"""Several things at the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection, connections


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
    return results


def succeed_at_once(*tasks: Callable[[], object], refusals: tuple[type[Exception], ...] = ()) -> int:
    """How many of them were not refused. Whatever else goes wrong in one is raised here."""
    results = at_the_same_time(*tasks)
    failed = [each for each in results if isinstance(each, Exception)]
    for problem in failed:
        if not isinstance(problem, refusals):
            raise problem
    return len(results) - len(failed)
