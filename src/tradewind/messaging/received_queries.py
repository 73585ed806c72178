"""Reading what came in by mail."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q

from tradewind.core.files import private_path
from tradewind.messaging.models import Message
from tradewind.messaging.received_models import Failure, ReceivedMail

Key = tuple[datetime, int]


def received(*, limit: int, after: Key | None = None, outcome: str = "") -> list[ReceivedMail]:
    """Mails of all kinds, newest first; `after` is the key of the last one of a page."""
    found = ReceivedMail.objects.all()
    if outcome:
        found = found.filter(outcome=outcome)
    if after is not None:
        received_at, pk = after
        # The first condition looks redundant: it lets both databases start in the index at the right place.
        found = found.filter(Q(received_at__lte=received_at), Q(received_at__lt=received_at) | Q(pk__lt=pk))
    return list(found.order_by("-received_at", "-pk")[:limit])


def key_of_mail(mail: ReceivedMail) -> Key:
    return mail.received_at, mail.pk


def counts_by_outcome() -> dict[str, int]:
    """How many mails came out as each, zero included."""
    counted = dict(ReceivedMail.objects.values_list("outcome").annotate(Count("pk")).order_by("outcome"))
    return {outcome: counted.get(outcome, 0) for outcome in ReceivedMail.Outcome.values}


def mails_about(letters: Collection[Message]) -> list[ReceivedMail]:
    """What people wrote about these letters of ours, oldest first: whole, with what was enclosed."""
    mails = ReceivedMail.objects.filter(about__in=[letter.pk for letter in letters])
    return list(mails.filter(outcome=ReceivedMail.Outcome.MESSAGE).order_by("received_at", "pk"))


def failures_told_by(mail: ReceivedMail, *, limit: int) -> list[Failure]:
    return list(mail.failures.order_by("pk")[:limit])


def bytes_of(mail: ReceivedMail) -> bytes | None:
    """The mail as it came, or None once that is forgotten."""
    return private_path(mail.file.digest).read_bytes() if mail.file is not None else None
