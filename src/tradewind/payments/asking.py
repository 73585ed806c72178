"""Asking providers what became of a payment: a notice may be late or lost, the money is not."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Q

from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.payments.models import PaymentIntent
from tradewind.payments.ports import filled_codes, provider_named
from tradewind.payments.settling import take_over

log = structlog.get_logger(__name__)
BATCH: Final = 20
SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=6)
# For how long after its making an intent is asked about; after a decline or cancellation, for less.
HORIZON: Final = timedelta(days=30)
SHORT_HORIZON: Final = timedelta(days=2)
# Buyers reload the page they come back to; the provider is not asked each time.
BETWEEN_RELOADS: Final = timedelta(seconds=2)

State = PaymentIntent.State


def ask_due(now: datetime) -> int:
    """A job of the schedule. Asks about intents whose time has come; returns how many answers were taken over."""
    due = PaymentIntent.objects.filter(ask_at__lte=now, provider__in=filled_codes()).order_by("ask_at", "id")[:BATCH]
    away: set[str] = set()
    answered = 0
    for intent in list(due):
        if intent.provider in away or not _take(intent, now):
            continue
        try:
            answered += _ask(intent, now)
        except TryAgain as problem:
            away.add(intent.provider)
            log.warning("the provider does not answer", provider=intent.provider, problem=str(problem))
        except (Refused, NeedsAttention) as problem:
            log.warning("a payment cannot be asked about", intent=intent.ref, problem=str(problem))
    return answered


def ask_now(intent: PaymentIntent, *, now: datetime) -> PaymentIntent:
    """Ask for the buyer who comes back from the provider's page. The intent comes back as it is then, unchanged where
    the provider does not answer.
    """
    if intent.provider in filled_codes() and _take_turn(intent, now):
        try:
            _ask(intent, now)
        except (TryAgain, Refused, NeedsAttention) as problem:
            log.warning("a payment cannot be asked about", intent=intent.ref, problem=str(problem))
    return PaymentIntent.objects.get(pk=intent.pk)


def next_question(intent: PaymentIntent, now: datetime) -> datetime | None:
    """The pause grows with age: a minute at first, a quarter of the age later, six hours at most."""
    age = now - intent.created_at
    if age > (HORIZON if intent.state == State.PENDING else SHORT_HORIZON):
        return None
    return now + min(max(age / 4, SHORTEST), LONGEST)


def _take(intent: PaymentIntent, now: datetime) -> bool:
    with transaction.atomic():
        mine = PaymentIntent.objects.filter(pk=intent.pk, ask_at=intent.ask_at)
        return bool(mine.update(ask_at=next_question(intent, now), asked_at=now))


def _take_turn(intent: PaymentIntent, now: datetime) -> bool:
    rested = Q(asked_at=None) | Q(asked_at__lte=now - BETWEEN_RELOADS)
    with transaction.atomic():
        unpaid = PaymentIntent.objects.filter(rested, pk=intent.pk).exclude(state__in=[State.PAID, State.CREATED])
        return bool(unpaid.update(asked_at=now))


def _ask(intent: PaymentIntent, now: datetime) -> bool:
    told = provider_named(intent.provider).ask(intent.provider_ref, intent.ref)
    if told is None:
        raise NeedsAttention(f"{intent.provider} has never heard of {intent.ref}")
    take_over(intent=intent, told=told, by=f"provider:{intent.provider}", at=now)
    return True
