"""How many letters of which moment and language went where in the last days: left, failed, came back, were complained about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from tradewind.messaging.models import Message, ReceivedMail

State = Message.State


@dataclass(slots=True)
class Figure:
    """Of one moment, language or way. `sent` has left, also what came back later; the others are parts of it, but for `failed`."""

    key: str
    planned: int = 0
    sent: int = 0
    failed: int = 0
    returned: int = 0
    complaints: int = 0

    def share(self, number: int) -> float | None:
        """Of all that left, in percent; None where none has."""
        return 100 * number / self.sent if self.sent else None


@dataclass(frozen=True, slots=True)
class Figures:
    moments: Sequence[Figure]
    languages: Sequence[Figure]
    senders: Sequence[Figure]
    total: Figure


def figures(*, days: int, now: datetime) -> Figures:
    """Of letters that were made within so many days. Two statements that read no more than those days."""
    letters = Message.objects.filter(created_at__gt=now - timedelta(days=days))
    rows = letters.values_list("moment", "language", "sender", "state").annotate(Count("pk")).order_by()
    complaints = ReceivedMail.objects.filter(
        outcome=ReceivedMail.Outcome.COMPLAINT, copy_of=None, received_at__gt=now - timedelta(days=days)
    )
    told = complaints.filter(about__isnull=False).values_list("about__moment", "about__language", "about__sender")
    by: tuple[dict[str, Figure], ...] = ({}, {}, {})
    total = Figure("total")
    for moment, language, sender, state, number in rows:
        for figure in (*_of(by, moment, language, sender), total):
            _add(figure, state, number)
    for moment, language, sender in told.order_by():
        for figure in (*_of(by, moment, language, sender), total):
            figure.complaints += 1
    moments, languages, senders = (sorted(each.values(), key=lambda one: (-one.sent, one.key)) for each in by)
    return Figures(moments, languages, senders, total)


def _of(by: tuple[dict[str, Figure], ...], moment: str, language: str, sender: str) -> list[Figure]:
    """The three that a letter counts in. What notices tell is named for the run that told it; of a sender the domain is the way."""
    keys = (moment.partition(":")[0], language, sender.rpartition("@")[2].rstrip("> ").lower())
    return [found.setdefault(key, Figure(key)) for found, key in zip(by, keys, strict=True)]


def _add(figure: Figure, state: str, number: int) -> None:
    match state:
        case State.PLANNED:
            figure.planned += number
        case State.FAILED:
            figure.failed += number
        case State.RETURNED:
            figure.sent += number
            figure.returned += number
        case _:
            figure.sent += number
