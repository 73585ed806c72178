"""The certificate of the shop's own address, as a browser on this machine meets it.

Not every network lets a machine in by its own public name: that it cannot be reached from here does not say that buyers cannot.
"""

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

DAYS_TO_ACT: Final = 3
# Certificates change by the month. After a look that failed the next turn looks again.
LOOK_AFTER: Final = timedelta(hours=6)
_KEY: Final = "health.certificate"
_PATIENCE: Final = 10.0
_PORT: Final = 443


@dataclass(frozen=True, slots=True)
class Seen:
    """Until when it is valid, or why a browser would refuse it, or why nothing was seen."""

    until: datetime | None
    problem: str = ""
    is_reached: bool = True


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
        return Seen(None, f"{host}:{port}: {problem.strerror or problem}", is_reached=False)
    return Seen(datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC))


@every(timedelta(minutes=5), name="health.look_at_certificate")
def look_at_certificate(now: datetime) -> None:
    """Only where buyers come over https, and only when it is time for another look."""
    if not settings.IS_HTTPS or not _is_due(now):
        return
    address = urlsplit(settings.BASE_URL)
    seen = look(address.hostname or "", address.port or _PORT)
    value = {
        "until": format_moment(seen.until) if seen.until else "",
        "problem": seen.problem,
        "is_reached": seen.is_reached,
    }
    with transaction.atomic():
        SettingValue.objects.update_or_create(key=_KEY, defaults={"value": value, "changed_at": now})


def last_seen() -> tuple[Seen, datetime] | None:
    """What the last look found, and when that was; None where there has been none."""
    row = SettingValue.objects.filter(key=_KEY).first()
    if row is None:
        return None
    until = parse_moment(row.value["until"]) if row.value["until"] else None
    return Seen(until, row.value["problem"], row.value.get("is_reached", True)), row.changed_at


def _is_due(now: datetime) -> bool:
    last = last_seen()
    return last is None or bool(last[0].problem) or now - last[1] >= LOOK_AFTER
