"""What a mail provider is for us: where it listens, how a letter is put, what its answers and its notices mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tradewind.core.work import NeedsAttention, Refused
from tradewind.messaging.ports import Accepted, OutgoingMail
from tradewind.messaging.provider_ports import ProviderNotice


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    json: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """`title` is a name and needs no translation. `account` is a path that can be asked for without any effect, with `login`.

    `taken` reads the answer to a letter that is below 300, `not_taken` what was said against the letter itself (status, answer):
    either may find that it says the contrary.
    """

    code: str
    title: str
    base: str
    account: str
    login: Callable[[str], Mapping[str, str]]
    request: Callable[[OutgoingMail], Request]
    taken: Callable[[Mapping[str, Any]], Accepted | Refused | NeedsAttention]
    not_taken: Callable[[str, Mapping[str, Any]], Accepted | Refused | NeedsAttention]
    read: Callable[[bytes], ProviderNotice]
