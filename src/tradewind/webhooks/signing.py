"""Signatures as the Standard Webhooks specification has them: HMAC-SHA256 over id, timestamp and the raw body."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Final

_PREFIX: Final = "whsec_"


def headers_for(ref: str, body: bytes, secrets: Sequence[str], *, at: datetime) -> dict[str, str]:
    """The three headers. With more than one secret there is a signature by each, with spaces between."""
    moment = int(at.timestamp())
    signatures = [signature(ref, moment, body, secret) for secret in secrets]
    return {"webhook-id": ref, "webhook-timestamp": str(moment), "webhook-signature": " ".join(signatures)}


def signature(ref: str, moment: int, body: bytes, secret: str) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    signed = hmac.new(key, f"{ref}.{moment}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{b64encode(signed).decode()}"
