"""How the simulated provider signs its notices: HMAC-SHA256 over the raw bytes, in a header."""

from collections.abc import Mapping
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

HEADER: Final = "Simulator-Signature"
# Any text; it keeps this key apart from all others that are derived from the installation's secret.
_SALT: Final = "tradewind.connectors.simulator.notice"


def sign(body: bytes) -> str:
    return salted_hmac(_SALT, body, algorithm="sha256").hexdigest()


def is_signed(body: bytes, headers: Mapping[str, str]) -> bool:
    given = next((value for name, value in headers.items() if name.lower() == HEADER.lower()), "")
    return constant_time_compare(given, sign(body))
