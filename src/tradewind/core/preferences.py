"""Settings of the business: declared with a type, a default and words; stored when changed; audited.

Secrets are not here: they come from the environment or from a connector's own sealed settings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction

from tradewind.core import setting_rows
from tradewind.core.models import SettingValue
from tradewind.core.trail import write_audit

T = TypeVar("T")


class WrongValue(Exception):
    """The value does not fit the setting; the words say what would."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(f"{key}: {words}")
        self.key = key
        self.words = words


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One declared setting. `parse` turns stored JSON into the value or raises ValueError with words."""

    key: str
    default: T
    parse: Callable[[Any], T]
    words: str

    def read(self) -> T:
        """The value, or the default while none is stored.

        Raises WrongValue for a stored value that no longer fits: to go on with the default could sell at wrong terms.
        """
        value = setting_rows.value_of(self.key)
        return self.default if value is None else self.parsed(value)

    def parsed(self, value: Any) -> T:
        """Raises WrongValue."""
        try:
            return self.parse(value)
        except (ValueError, TypeError, KeyError) as problem:
            raise WrongValue(self.key, str(problem)) from problem


def change(setting: Setting[Any], value: Any, *, by: str, at: datetime) -> None:
    """Store a new value, given as JSON. Raises WrongValue."""
    setting.parsed(value)
    with transaction.atomic():
        row = SettingValue.objects.select_for_update().filter(key=setting.key).first()
        before = row.value if row else None
        SettingValue.objects.update_or_create(key=setting.key, defaults={"value": value, "changed_at": at})
        setting_rows.forget()
        write_audit(
            "setting.changed",
            subject=("setting", None),
            by=by,
            at=at,
            before={setting.key: before},
            after={setting.key: value},
        )


def text(value: Any) -> str:
    """A parser: any non-empty text."""
    if not isinstance(value, str) or not value.strip():
        msg = "must be a text"
        raise ValueError(msg)
    return value.strip()


def mapping(value: Any) -> dict[str, Any]:
    """A parser: an object with text keys."""
    if not isinstance(value, dict):
        msg = "must be a table of names and values"
        raise ValueError(msg)
    return value
