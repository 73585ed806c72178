"""Text from outside, as databases take it."""

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, Final, TypeVar

# PostgreSQL knows no NUL in a text, and no encoding has halves of surrogate pairs.
_HALVES: Final = re.compile("[\ud800-\udfff]")

Value = TypeVar("Value")


def cleaned(value: Value) -> Value:
    """The same with every string in it cleaned, however deep in tuples and dataclasses."""
    return _cleaned(value)  # type: ignore[no-any-return]  # of the type that it was given


def _cleaned(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return _HALVES.sub("\N{REPLACEMENT CHARACTER}", value.replace("\0", ""))
    if isinstance(value, tuple):
        return tuple(_cleaned(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _cleaned(getattr(value, each.name)) for each in fields(value)})
    return value
