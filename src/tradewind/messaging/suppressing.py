"""Addresses that are not written to: nobody is there, or whoever is has complained."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.buyers.registering import normal_email
from tradewind.core.trail import write_audit
from tradewind.core.work import Refused
from tradewind.messaging.models import Message, Waiting
from tradewind.messaging.received_models import Suppression

UNREACHABLE: Final = "unreachable"
COMPLAINED: Final = "complained"


class NothingAgainst(Exception):
    """The address is written to: nothing stood against it, or somebody has lifted it already."""


def suppress(address: str, *, why: str, status: str = "", at: datetime) -> None:
    """In the caller's transaction. Whoever complained waits for nothing any more. The same again changes nothing."""
    compared = normal_email(address)
    Suppression.objects.get_or_create(address=compared, why=why, defaults={"status": status, "since": at})
    if why == Suppression.Why.COMPLAINT:
        Waiting.objects.filter(address=compared).delete()


def allow(address: str) -> int:
    """Write to it again. Returns how many rules stood against it."""
    return Suppression.objects.filter(address=normal_email(address)).delete()[0]


def against(address: str) -> list[Suppression]:
    """What stands against writing to it, the oldest first."""
    return list(Suppression.objects.filter(address=normal_email(address)).order_by("since", "pk"))


def allow_again(message: Message, *, reason: str, by: str, at: datetime) -> None:
    """Somebody says why the address of this letter may be written to again. On record without the address. Raises NothingAgainst."""
    with transaction.atomic():
        rows = against(message.recipient)
        if not rows or not allow(message.recipient):
            raise NothingAgainst(message.pk)
        before = [{"why": row.why, "status": row.status, "since": row.since.date().isoformat()} for row in rows]
        write_audit(
            "mail.allowed", subject=("message", message.pk), by=by, at=at, before=before, after={"reason": reason}
        )


def is_suppressed(address: str) -> bool:
    return Suppression.objects.filter(address=normal_email(address)).exists()


def refuse_suppressed(message: Message) -> None:
    """Raises Refused for a message whose address is not written to; the code says which way."""
    found = {row.why: row for row in Suppression.objects.filter(address=normal_email(message.recipient))}
    lost = found.get(Suppression.Why.UNREACHABLE)
    if lost is not None:
        day = lost.since.date().isoformat()
        raise Refused(UNREACHABLE, f"mail to this address came back on {day} ({lost.status}); it is not written to")
    # What follows from a contract goes out all the same: it has no way of ending it.
    if Suppression.Why.COMPLAINT in found and message.stop_url:
        raise Refused(COMPLAINED, "whoever reads at this address complained; only mail about orders goes there")
