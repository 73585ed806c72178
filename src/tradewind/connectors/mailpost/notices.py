"""The notices of a provider, at the door: neither signs them, both send the user and the password that stand in the address."""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tradewind.connectors.mailpost.connection import HOOK_USER, values_now
from tradewind.connectors.mailpost.provider import Provider
from tradewind.core.inbox import BadSignature
from tradewind.core.panels import Values
from tradewind.messaging.provider_ports import ProviderNotice

_WAY: Final = "basic "


@dataclass(frozen=True, slots=True)
class Notices:
    """Of one provider. While another one is chosen, or none, nobody is believed."""

    provider: Provider
    values: Callable[[], Values] = values_now

    @property
    def code(self) -> str:
        return self.provider.code

    @property
    def title(self) -> str:
        return self.provider.title

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> ProviderNotice:
        """Raises BadSignature, UnreadableNotice."""
        values = self.values()
        secret = values.get("hook_password", "")
        given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
        is_chosen = values.get("provider") == self.code
        if not is_chosen or not secret or not hmac.compare_digest(_opened(given), f"{HOOK_USER}:{secret}".encode()):
            raise BadSignature
        return self.provider.read(body)

    def read_stored(self, body: bytes) -> ProviderNotice:
        """Raises UnreadableNotice."""
        return self.provider.read(body)


def _opened(given: str) -> bytes:
    """Of "Basic …" (RFC 7617); empty for anything else."""
    if given[: len(_WAY)].lower() != _WAY:
        return b""
    try:
        return base64.b64decode(given[len(_WAY) :].strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
