"""Owns which known words a mistyped one may have meant: by the number of letters to add, drop, change or swap."""

from collections.abc import Iterable
from typing import Final

_NONE_BELOW: Final = 4
_SWAPPED_FROM: Final = 3
_TWO_FROM: Final = 8


def tolerance(word: str) -> int:
    """How many slips are forgiven: none in short words, where everything is near to everything."""
    return 0 if len(word) < _NONE_BELOW else 2 if len(word) >= _TWO_FROM else 1


def can_be_mended(word: str) -> bool:
    """Is it long enough to guess what was meant? Three letters are near to everything, but not two of them swapped."""
    return len(word) >= _SWAPPED_FROM


def nearest(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known words with the fewest slips, the same beginning first, then by alphabet. Empty when none is near."""
    slips = tolerance(word)
    if not slips:
        return [other for other in _swapped(word) if other in set(known)][:most] if can_be_mended(word) else []
    near = []
    for other in known:
        # A letter that only one of the two has counts as half a slip at least: cheap, and decides for most words.
        if abs(len(other) - len(word)) <= slips and len(set(word) ^ set(other)) <= 2 * slips:
            distance = slips_between(word, other)
            if distance <= slips:
                near.append((distance, other[0] != word[0], other))
    least = min((distance for distance, _, _ in near), default=0)
    return [other for distance, _, other in sorted(near) if distance == least][:most]


def _swapped(word: str) -> list[str]:
    """The word with each two neighbours changing places."""
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1) if word[i] != word[i + 1]]


def slips_between(one: str, other: str) -> int:
    """Letters to add, drop, change, or swap with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row, older = row, [i], before
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]
