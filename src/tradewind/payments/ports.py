"""What payments need from outside: a provider. Connectors implement it, wiring fills the slots, one per provider.

Errors across the port are core.work's TryAgain, Refused and NeedsAttention, and core.inbox's two of `read_notice`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tradewind.lib.money import Money


class NoSuchProvider(LookupError):
    """No slot is filled under this code."""


class ProviderSays(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StartRequest:
    ref: str
    amount: Money
    idempotency_key: str
    description: str
    return_url: str
    language: str


@dataclass(frozen=True, slots=True)
class Started:
    """`action_url` is where the buyer goes to pay; `problem` is a code, where the state is declined."""

    provider_ref: str
    state: ProviderSays
    action_url: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came in, under the provider's own id of this movement."""

    external_id: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class ProviderState:
    """All that the provider knows of one payment. Movements are complete: never only the newest."""

    provider_ref: str
    state: ProviderSays
    movements: tuple[Movement, ...] = ()
    action_url: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    provider_ref: str
    amount: Money
    idempotency_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refunded:
    external_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A signed message about one payment. `state` is None where the provider only says "look again"."""

    external_id: str
    provider_ref: str
    state: ProviderState | None = None


class PaymentProvider(Protocol):
    @property
    def code(self) -> str:
        """Under which name intents, notices and slots know it."""

    def start(self, request: StartRequest) -> Started:
        """Open a payment. The same idempotency key again gives the same payment."""

    def ask(self, provider_ref: str, idempotency_key: str) -> ProviderState | None:
        """The present state, found by the key where no reference is known. None: never heard of it."""

    def refund(self, request: RefundRequest) -> Refunded:
        """Give money back. The same idempotency key again gives the same refund and moves nothing."""

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Verify the signature over the raw bytes and read them. Raises BadSignature, UnreadableNotice."""


_slots: dict[str, PaymentProvider] = {}


def fill(provider: PaymentProvider) -> None:
    _slots[provider.code] = provider


def provider_named(code: str) -> PaymentProvider:
    """Raises NoSuchProvider."""
    try:
        return _slots[code]
    except KeyError:
        raise NoSuchProvider(code) from None


def filled_codes() -> frozenset[str]:
    """The providers that this installation can talk to."""
    return frozenset(_slots)
