"""Rounds of the schedule that do something for each of many: what fails for one of them keeps nobody else waiting.

Whoever fails is pushed back by its caller, where it would stand at the head of the next round again. The round goes on, and says at
its end that some have failed: the page of work shows it with the job.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self, TypeVar

import structlog
from django.db import transaction

from tradewind.core.todos import ask_for_hand
from tradewind.core.work import describe

log = structlog.get_logger(__name__)
FAILING: Final = "job.failing"
LOOK_WITHIN: Final = timedelta(hours=4)
# The to-do about all of them has no row of its own to point to.
_ALL_JOBS: Final = ("job", 0)
Key = TypeVar("Key")


class SomeFailed(Exception):
    """Of a round, these could not be done; the rest is."""

    def __init__(self, failed: Sequence[tuple[object, Exception]]) -> None:
        key, problem = failed[0]
        super().__init__(f"{len(failed)} failed, the others are done; {key}: {describe(problem)}")


def _stay(_key: object, _problem: Exception) -> None:
    """The next round comes by it again without keeping others waiting."""


class Round:
    """Used with `with`, which raises SomeFailed at its end if any has failed."""

    def __init__(self) -> None:
        self._failed: list[tuple[object, Exception]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is None and self._failed:
            raise SomeFailed(self._failed)

    def each(
        self,
        keys: Sequence[Key],
        act: Callable[[Key], int | None],
        *,
        push_back: Callable[[Key, Exception], None] = _stay,
    ) -> int:
        """`act` is a transaction of its own, and returns how many it counts for, if it counts. `push_back` is called after a failure, in another
        transaction. Returns the sum.
        """
        counted = 0
        for key in keys:
            try:
                counted += act(key) or 0
            except Exception as problem:  # noqa: BLE001  # whatever it is, the others go on
                # Where the database is gone, this raises as well, and the round ends.
                with transaction.atomic():
                    push_back(key, problem)
                log.warning("failed for one, the others go on", key=str(key), problem=describe(problem))
                self._failed.append((key, problem))
        return counted

    def together(
        self,
        keys: Sequence[Key],
        act: Callable[[Sequence[Key]], object],
        *,
        push_back: Callable[[Key, Exception], None] = _stay,
    ) -> None:
        """All of them in one transaction, which `act` opens; where that fails, each in one of its own."""
        try:
            act(keys)
        except Exception as problem:  # noqa: BLE001  # whose fault it was is found out below
            log.warning("failed together and are tried one by one", count=len(keys), problem=describe(problem))
            self.each(keys, lambda key: _one(act, key), push_back=push_back)


def ask_to_look(job: str, key: object, problem: Exception, *, at: datetime) -> None:
    """One to-do about all that the machine cannot get on with, however often it fails. What the error says may be about a buyer: it
    stands in the log alone.
    """
    facts = {"problem": f"{job} {key}: {type(problem).__name__}"}
    ask_for_hand(FAILING, subject=_ALL_JOBS, account_id=None, due_at=at + LOOK_WITHIN, at=at, facts=facts)


def _one(act: Callable[[Sequence[Key]], object], key: Key) -> None:
    act([key])
