"""What mail providers tell of letters that they carry. Wiring fills a slot for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class NoSuchMailProvider(LookupError):
    """No slot is filled under this code."""


class What(StrEnum):
    """What a provider tells of one letter."""

    DELIVERED = "delivered"  # the recipient's mail server has taken it
    HARD = "hard"  # it will never arrive there
    SOFT = "soft"  # it did not arrive this time, and the provider has given up
    LATE = "late"  # it has not arrived yet, and the provider goes on trying
    COMPLAINT = "complaint"
    NOTHING = "nothing"  # that follows for us: opened, clicked, or what nobody has documented


@dataclass(frozen=True, slots=True)
class ProviderNotice:
    """One event. `external_id` is the same for the same event; `name` is the provider's own word for it; `message_id` is ours, as we
    gave it along; `status` as RFC 3463 has it.
    """

    external_id: str
    what: What
    name: str
    message_id: str = ""
    recipient: str = ""
    status: str = ""
    words: str = ""


class NotifyingProvider(Protocol):
    """`code` stands in the address that it posts to, `title` on pages."""

    @property
    def code(self) -> str: ...

    @property
    def title(self) -> str: ...

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> ProviderNotice:
        """At the door. Raises BadSignature, UnreadableNotice."""

    def read_stored(self, body: bytes) -> ProviderNotice:
        """What the door has let in. Raises UnreadableNotice."""


_slots: dict[str, NotifyingProvider] = {}


def fill(provider: NotifyingProvider) -> None:
    _slots[provider.code] = provider


def provider_named(code: str) -> NotifyingProvider:
    """Raises NoSuchMailProvider."""
    try:
        return _slots[code]
    except KeyError:
        raise NoSuchMailProvider(code) from None
