"""A process that must not outlive the one that started it, even when that one is killed with -9."""

import os
import signal
import threading
import time
from typing import Final

_LOOK_EVERY: Final = 0.5


def die_with_parent(parent: int) -> None:
    """From now on this process ends as by SIGTERM when `parent`, who started it, is gone."""
    threading.Thread(target=_watch, args=(parent,), name="leash", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    # Whatever holds the process up, a port or a database must not stay taken by it.
    time.sleep(5)
    os._exit(1)
