"""Signs of life of a worker: rows that say when it was last seen at work."""

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from tradewind.core.models import WorkerBeat

BEAT_EVERY: Final = timedelta(seconds=10)
# Without a sign of life for this long, a worker counts as gone.
BEAT_LIMIT: Final = timedelta(seconds=45)


class Beat:
    """The signs of life of one worker process."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._now = now
        self._started_at = now()
        self._last: datetime | None = None
        self.handled = 0

    def show(self) -> None:
        """Write one, if the last is some time ago. Outside of transactions only: inside nobody would see it."""
        at = self._now()
        if self._last is not None and at - self._last < BEAT_EVERY:
            return
        self._last = at
        with transaction.atomic():
            mine = WorkerBeat.objects.filter(worker=self._name)
            if not mine.update(beat_at=at, handled=F("handled") + self.handled):
                WorkerBeat.objects.filter(beat_at__lt=at - 10 * BEAT_LIMIT).delete()
                WorkerBeat.objects.create(worker=self._name, started_at=self._started_at, beat_at=at)
        self.handled = 0

    def stop(self) -> None:
        """Say good-bye."""
        begin()
        with transaction.atomic():
            WorkerBeat.objects.filter(worker=self._name).delete()
        connection.close()


_of_this_process: list[Beat] = []


def begin(*beat: Beat) -> None:
    """From now on `show_life` is this worker's, or nobody's."""
    _of_this_process[:] = beat


def show_life() -> None:
    """For work that takes longer than a worker may be silent. Where there is no worker, nobody waits for one."""
    for beat in _of_this_process:
        beat.show()
