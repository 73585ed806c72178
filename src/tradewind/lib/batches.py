"""Long lists in parts: statements have room for so many values, and locks and memory want less than all at once."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Parts of `size` rows in their order, the last as long as it is."""
    return (rows[begin : begin + size] for begin in range(0, len(rows), size))
