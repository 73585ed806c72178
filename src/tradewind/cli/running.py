"""Web, worker and what else belongs to it on one machine: from the first process to the last word."""

import http.client
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from tradewind.cli.addresses import Address
from tradewind.cli.house import Trouble
from tradewind.cli.supervising import KeepsDying, Part, Supervisor
from tradewind.cli.web import run_web
from tradewind.cli.work import run_worker

# Seconds until everything answers, on a slow machine.
_READY_WITHIN: Final = 60.0


def parts_for(address: Address) -> list[Part]:
    """What every shop on one machine consists of."""
    return [Part("web server", lambda: run_web(address)), Part("worker", run_worker)]


def run_parts(
    supervisor: Supervisor, parts: Sequence[Part], address: Address, *, on_ready: Callable[[], None], hint: str = ""
) -> None:
    """Start the parts, say when all is ready, and watch over them until asked to stop. Raises Trouble."""
    try:
        supervisor.start(parts)
        if _wait_until_ready(supervisor, address, hint):
            on_ready()
        while not supervisor.is_asked_to_stop:
            supervisor.look()
    except KeepsDying as problem:
        msg = f"The {problem.name} dies again and again, so everything was stopped.{hint}"
        raise Trouble(msg) from problem
    finally:
        supervisor.stop()


def preload() -> None:
    """Load now what every part will need, so that they share one copy of it."""
    from django.urls import get_resolver

    import tradewind.config.wsgi  # noqa: F401  # loads the middleware, and with it most of Django

    get_resolver().url_patterns  # noqa: B018  # loads all views


def _wait_until_ready(supervisor: Supervisor, address: Address, hint: str) -> bool:
    deadline = time.monotonic() + _READY_WITHIN
    wrong = "no answer"
    while not supervisor.is_asked_to_stop:
        status, told = _ask(address)
        if status == http.client.OK:
            return True
        wrong = "; ".join(problem["words"] for problem in told.get("problems", [])) or wrong
        if time.monotonic() > deadline:
            msg = f"Not ready after {_READY_WITHIN:.0f} seconds: {wrong}{hint}"
            raise Trouble(msg)
        supervisor.look()
    return False


def _ask(address: Address) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection(*address.own_way, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, dict(json.loads(answer.read()))
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()
