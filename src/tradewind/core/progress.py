"""How far long work has come, for whoever waits on a page. Kept in a file: the work's own transaction shows nothing
before its end, and on SQLite nobody else could write meanwhile. Losing it harms nothing.
"""

import contextlib
from pathlib import Path
from time import monotonic
from typing import Final

from django.conf import settings

_EVERY: Final = 0.5


class Progress:
    """Call it with what is done and what there is. It writes now and then, and forgets when the work has ended."""

    def __init__(self, name: str) -> None:
        self._path = _path(name)
        self._written_at = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        if monotonic() - self._written_at < _EVERY:
            return
        self._written_at = monotonic()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text(f"{done} {total}")
        part.replace(self._path)

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


def progress_of(name: str) -> tuple[int, int] | None:
    """(done, of how many), None where nothing is known."""
    with contextlib.suppress(OSError, ValueError):
        done, total = _path(name).read_text().split()
        return int(done), int(total)
    return None


def _path(name: str) -> Path:
    return Path(settings.PRIVATE_ROOT) / "progress" / name
