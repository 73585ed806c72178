"""What takes long to make and is the same for all tests: made by the first that asks for it in this run, and then copied.

The workers of a run share its data folder (tests.environment), and find there what another has made. Tests work in copies.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` has filled. Whoever asks meanwhile waits; where `make` fails, the next tries again."""
    folder = place_of_this_run() / name
    with taking_turns(name):
        if not folder.exists():
            unfinished = folder.with_suffix(".part")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


@contextmanager
def taking_turns(name: str) -> Iterator[None]:
    """For one worker of this run at a time."""
    with (place_of_this_run() / f"{name}.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def place_of_this_run() -> Path:
    place = Path(os.environ["TRADEWIND_DATA"]) / "made-once"
    place.mkdir(parents=True, exist_ok=True)
    return place
