"""Long lists in parts: statements have room for so many values, and locks and memory want less than all at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Parts of `size` rows in their order, the last as long as it is."""
    return (rows[begin : begin + size] for begin in range(0, len(rows), size))


def parts_of(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The same of rows that come one after the other: no more than a part of them is held."""
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part
