"""The browsers in which staff are logged in: seen by their owner, and logged out from afar."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.sessions.models import Session
from django.db import transaction

from tradewind.core.models import Staff, StaffDevice
from tradewind.core.schedule import every

LONGEST_AGENT: Final = 300
# Longer than any session lives without a request.
_LONGEST_SESSION: Final = timedelta(days=2)


def note_log_in(staff: Staff, *, session_key: str, agent: str, address: str, at: datetime) -> None:
    """Somebody has come in with this browser."""
    known = {"staff": staff, "agent": agent[:LONGEST_AGENT], "address": address, "began_at": at, "seen_at": at}
    with transaction.atomic():
        StaffDevice.objects.update_or_create(session_key=session_key, defaults=known)


def note_seen(*, session_key: str, address: str, at: datetime) -> None:
    with transaction.atomic():
        StaffDevice.objects.filter(session_key=session_key).update(seen_at=at, address=address)


def devices_of(staff: Staff, *, at: datetime) -> list[StaffDevice]:
    """Those that are still logged in, the one seen last first."""
    living = Session.objects.filter(expire_date__gt=at).values("session_key")
    mine = StaffDevice.objects.filter(staff=staff, session_key__in=living)
    return list(mine.order_by("-seen_at", "-pk"))


def log_out_device(staff: Staff, device_id: int) -> bool:
    """End one of somebody's own sessions. False where it has ended already, or is another person's."""
    return _end(list(StaffDevice.objects.filter(staff=staff, pk=device_id)))


def log_out_everywhere(staff: Staff, *, but: str = "") -> bool:
    """End all sessions of somebody, but for the one of this key."""
    return _end(list(StaffDevice.objects.filter(staff=staff).exclude(session_key=but)))


def forget_device(session_key: str) -> None:
    """Its session has ended by itself."""
    with transaction.atomic():
        StaffDevice.objects.filter(session_key=session_key).delete()


@every(timedelta(days=1), name="core.forget_ended_sessions")
def forget_ended_sessions(now: datetime) -> int:
    """Sessions that nobody has used for their whole age, and the browsers that had them. Returns how many."""
    with transaction.atomic():
        gone, _ = Session.objects.filter(expire_date__lte=now).delete()
        living = Session.objects.values("session_key")
        StaffDevice.objects.exclude(session_key__in=living).filter(seen_at__lt=now - _LONGEST_SESSION).delete()
    return gone


def _end(rows: list[StaffDevice]) -> bool:
    keys = [row.session_key for row in rows]
    with transaction.atomic():
        Session.objects.filter(session_key__in=keys).delete()
        StaffDevice.objects.filter(session_key__in=keys).delete()
    return bool(keys)
