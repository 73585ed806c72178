"""What higher modules have written down of an order's lines follows them to another order, in the transaction that moves them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moved:
    """So many units of a line of one order that are of a line of another order now."""

    line_id: int
    became: int
    quantity: int


@dataclass(frozen=True, slots=True)
class LinesMoved:
    """From order to order. `is_new`: the target was made of them, and nobody has said anything of it."""

    source_id: int
    target_id: int
    lines: Sequence[Moved]
    is_new: bool


_followers: list[Callable[[LinesMoved], None]] = []


def follow_with(follow: Callable[[LinesMoved], None]) -> None:
    """Wiring names who follows."""
    _followers.append(follow)


def tell_followers(moved: LinesMoved) -> None:
    """In the caller's transaction, which holds both orders."""
    for follow in _followers:
        follow(moved)
