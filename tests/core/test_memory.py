"""What a process keeps: handed out as it is, no longer than told, no more than fits."""

from datetime import datetime
from itertools import count

import pytest
import time_machine

from tradewind.core.memory import SharedMemoryCache

numbers = count()


@pytest.fixture
def cache() -> SharedMemoryCache:
    return SharedMemoryCache(f"test-{next(numbers)}", {"TIMEOUT": 60, "OPTIONS": {"MAX_ENTRIES": 3}})


def test_a_value_is_the_same_that_was_put_in(cache: SharedMemoryCache) -> None:
    page = (b"before", b"after")
    cache.set("page", page)

    assert cache.get("page") is page
    assert cache.get("another", "none") == "none"


def test_two_of_one_name_share_what_they_keep() -> None:
    one, other = (SharedMemoryCache("shared", {}) for _ in range(2))
    one.set("page", 1)

    assert other.get("page") == 1
    one.clear()
    assert other.get("page") is None


def test_a_value_ends_with_its_time(cache: SharedMemoryCache, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as clock:
        cache.set("short", 1, timeout=10)
        cache.set("ever", 2, timeout=None)
        clock.shift(9.9)
        assert cache.get("short") == 1
        assert cache.touch("short", 10)
        clock.shift(9.9)
        assert cache.get("short") == 1
        clock.shift(0.1)
        assert (cache.get("short"), cache.get("ever"), cache.touch("short")) == (None, 2, False)


def test_what_was_not_read_for_longest_makes_room(cache: SharedMemoryCache) -> None:
    for name in "abc":
        cache.set(name, name)
    cache.get("a")
    cache.set("d", "d")

    assert [cache.get(name) for name in "abcd"] == ["a", None, "c", "d"]


def test_counting_begins_once_and_needs_a_beginning(cache: SharedMemoryCache) -> None:
    assert cache.add("asked", 0)
    assert not cache.add("asked", 5)
    assert [cache.incr("asked"), cache.incr("asked", 2)] == [1, 3]
    assert cache.delete("asked")
    assert not cache.delete("asked")
    with pytest.raises(ValueError, match="asked"):
        cache.incr("asked")
