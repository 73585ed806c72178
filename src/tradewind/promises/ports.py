"""What promises need from above: what became of one whose time has passed with nothing that kept it. Wiring fills the slot."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tradewind.promises.models import Promise

# Of promises whose time has passed, those that are not simply broken: by key UNKNOWN, where nobody could see whether it happened, or
# RELEASED, where it was never to happen.
Fates = Callable[[Sequence[Promise]], Mapping[int, Promise.State]]
_JUDGES: Final[list[Fates]] = []


def judge_with(judge: Fates) -> None:
    _JUDGES[:] = [judge]


def fates_of(promises: Sequence[Promise]) -> Mapping[int, Promise.State]:
    """By key; whoever is not among them is broken."""
    return _JUDGES[0](promises) if _JUDGES else {}
