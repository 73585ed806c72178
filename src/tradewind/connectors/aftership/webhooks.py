"""Reads what AfterShip posts: signed with HMAC-SHA256 over the raw bytes, in base64. Its notices carry no time, but a number."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Final

from tradewind.connectors.aftership import mapping
from tradewind.core.inbox import BadSignature, UnreadableNotice
from tradewind.shipping.ports import TrackingNotice

HEADER: Final = "aftership-hmac-sha256"


def sign(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def read_notice(body: bytes, headers: Mapping[str, str], *, secret: str) -> TrackingNotice:
    """Raises BadSignature, UnreadableNotice."""
    given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
    if not secret or not hmac.compare_digest(given.encode(), sign(body, secret).encode()):
        raise BadSignature
    try:
        told = json.loads(body)
        external_id, tracking = str(told.get("event_id") or ""), told.get("msg")
    except (ValueError, AttributeError) as problem:
        raise UnreadableNotice(f"{type(problem).__name__}: {problem}") from problem
    if not external_id:
        raise UnreadableNotice("the notice has no event_id")
    # A trial from their page is about nothing.
    if not isinstance(tracking, dict) or not tracking.get("tracking_number"):
        return TrackingNotice(external_id)
    return TrackingNotice(external_id, (mapping.parcel_told(tracking),))
