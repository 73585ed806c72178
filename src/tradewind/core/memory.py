"""A cache backend: what a process keeps of pages and lists.

Django's own packs every value, so that nobody can change what others read, and unpacking costs a kept page more than
finding it. Here values are handed out as they are: whoever reads one leaves it as it is.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from tradewind.lib.clock import utc_now

Entries = OrderedDict[str, tuple[float | None, Any]]

# Of each name in the settings, shared by all threads.
_STORES: Final[dict[str, tuple[Entries, Lock]]] = {}


class SharedMemoryCache(BaseCache):
    """What was read last stays longest. Names are ours: they are not looked over for what memcached would not take."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._most: int = params.get("OPTIONS", {}).get("MAX_ENTRIES", 2000)
        self._entries, self._lock = _STORES.setdefault(name, (OrderedDict(), Lock()))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        name = self.make_key(key, version=version)
        with self._lock:
            return self._entries[name][1] if self._is_there(name) else default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        name = self.make_key(key, version=version)
        with self._lock:
            self._put(name, value, timeout)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        name = self.make_key(key, version=version)
        with self._lock:
            if self._is_there(name):
                return False
            self._put(name, value, timeout)
            return True

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError where there is nothing of this name."""
        name = self.make_key(key, version=version)
        with self._lock:
            if not self._is_there(name):
                raise ValueError(key)
            until, value = self._entries[name]
            self._entries[name] = until, value + delta
            return int(value + delta)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        name = self.make_key(key, version=version)
        with self._lock:
            is_there = self._is_there(name)
            if is_there:
                self._put(name, self._entries[name][1], timeout)
            return is_there

    def delete(self, key: str, version: int | None = None) -> bool:
        with self._lock:
            return self._entries.pop(self.make_key(key, version=version), None) is not None

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def _is_there(self, name: str) -> bool:
        """Moves it to the end, where what was used last stands."""
        until, _ = self._entries.get(name, (0.0, None))
        if until is not None and until <= utc_now().timestamp():
            self._entries.pop(name, None)
            return False
        self._entries.move_to_end(name)
        return True

    def _put(self, name: str, value: Any, timeout: Any) -> None:
        self._entries[name] = self.get_backend_timeout(timeout), value
        self._entries.move_to_end(name)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)
