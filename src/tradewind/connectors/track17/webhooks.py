"""Reads what 17TRACK posts: signed with SHA-256 over the raw bytes, a slash and the key, in the header `sign` (API v2)."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Final

from tradewind.connectors.track17 import mapping
from tradewind.core.inbox import BadSignature, UnreadableNotice
from tradewind.shipping.ports import TrackingNotice

HEADER: Final = "sign"
_ABOUT_PARCELS: Final = "TRACKING_UPDATED"


def sign(body: bytes, key: str) -> str:
    return hashlib.sha256(body + b"/" + key.encode()).hexdigest()


def read_notice(body: bytes, headers: Mapping[str, str], *, key: str) -> TrackingNotice:
    """They give no number to a notice: the same bytes are the same notice. Raises BadSignature, UnreadableNotice."""
    given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
    if not key or not hmac.compare_digest(given.lower().encode(), sign(body, key).encode()):
        raise BadSignature
    external_id = f"sha256:{hashlib.sha256(body).hexdigest()}"
    try:
        told = json.loads(body)
        event, data = told["event"], told["data"]
    except (ValueError, TypeError, KeyError) as problem:
        raise UnreadableNotice(f"{type(problem).__name__}: {problem}") from problem
    if event != _ABOUT_PARCELS:
        return TrackingNotice(external_id)
    return TrackingNotice(external_id, (mapping.parcel_told(data),))
