"""The certificate of the shop's own address, as a buyer's browser meets it: looked at a few times a day, from outside in."""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from tradewind.core.models import SettingValue
from tradewind.core.schedule import every
from tradewind.lib.clock import format_moment, parse_moment

DAYS_TO_WORRY: Final = 14
DAYS_TO_ACT: Final = 3
_KEY: Final = "health.certificate"
_PATIENCE: Final = 10.0
_PORT: Final = 443


@dataclass(frozen=True, slots=True)
class Seen:
    """Until when it is valid, or why a browser would refuse it."""

    until: datetime | None
    problem: str = ""


def look(host: str, port: int, *, trust: ssl.SSLContext | None = None) -> Seen:
    """Shake hands as a browser does. `trust` is for tests; without it, the machine's own list counts."""
    try:
        with (
            socket.create_connection((host, port), timeout=_PATIENCE) as line,
            (trust or ssl.create_default_context()).wrap_socket(line, server_hostname=host) as wrapped,
        ):
            shown = wrapped.getpeercert() or {}
    except ssl.SSLCertVerificationError as problem:
        return Seen(None, problem.verify_message)
    except OSError as problem:
        return Seen(None, f"{host}:{port}: {problem.strerror or problem}")
    return Seen(datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC))


@every(timedelta(hours=6), name="health.look_at_certificate")
def look_at_certificate(now: datetime) -> None:
    """Only where buyers come over https."""
    if not settings.IS_HTTPS:
        return
    address = urlsplit(settings.BASE_URL)
    seen = look(address.hostname or "", address.port or _PORT)
    value = {"until": format_moment(seen.until) if seen.until else "", "problem": seen.problem}
    with transaction.atomic():
        SettingValue.objects.update_or_create(key=_KEY, defaults={"value": value, "changed_at": now})


def last_seen() -> Seen | None:
    """What the last look found; None where there has been none."""
    row = SettingValue.objects.filter(key=_KEY).first()
    if row is None:
        return None
    return Seen(parse_moment(row.value["until"]) if row.value["until"] else None, row.value["problem"])
