"""Reading the rows of settings: as they are now, or once for one piece of work.

Nothing is remembered from one piece of work to the next: what an owner changes holds from then on, in every process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from tradewind.core.models import SettingValue

_read: ContextVar[dict[str, Any] | None] = ContextVar("settings that were read", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within it, each setting is read from the database once, unless this very piece of work changes one."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def value_of(key: str) -> Any:
    """What is stored; None for nothing."""
    known = _read.get()
    if known is not None and key in known:
        return known[key]
    value = SettingValue.objects.filter(key=key).values_list("value", flat=True).first()
    if known is not None:
        known[key] = value
    return value


def forget() -> None:
    """A setting is changed."""
    known = _read.get()
    if known is not None:
        known.clear()
