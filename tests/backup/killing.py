"""A process that is killed before its n-th step: a change of the file system, or another program begun or waited for."""

import multiprocessing
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

_forks: Final = multiprocessing.get_context("fork")
_STEPS: Final = (
    *((Path, name) for name in ("rename", "replace", "unlink", "rmdir", "mkdir")),
    (shutil, "rmtree"),
    *((subprocess.Popen, name) for name in ("__init__", "communicate", "wait")),
)


def is_killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that is killed before that step, counted from 1. False when it came to its end before."""

    def run() -> None:
        _arm(step)
        work()

    code = ended(run)
    assert code in {0, -signal.SIGKILL}
    return code != 0


def ended(work: Callable[[], object]) -> int | None:
    """The exit code of a child that did the work."""
    child = _forks.Process(target=work)
    child.start()
    child.join(120)
    return child.exitcode


def _arm(at_step: int) -> None:
    """The edges towards the system count; our own functions are as they are."""
    steps = iter(range(1, 10**9))

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if next(steps) == at_step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    for owner, name in _STEPS:
        setattr(owner, name, counted(getattr(owner, name)))
