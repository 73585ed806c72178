"""Who has a turn: mail to a provider that takes so much at a time, or that asks for slowness, waits while mail to others leaves.

A mail that may not go yet is put off, with a place in the queue of its domain, and the worker goes on with the next. Whoever answers
with "slower" is left alone for a while, for longer each time it says so again, and is afterwards asked with one mail at a time until
it has taken as many as it had refused.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from tradewind.core.deliveries import LEASE, taken_at
from tradewind.core.models import Delivery
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.core.work import PutOff
from tradewind.lib.batches import in_batches
from tradewind.messaging.pace_models import MailPace, MailTurn
from tradewind.messaging.pace_rule import Limit, limit_for
from tradewind.messaging.ports import AskedForSlowness

# What the mail server itself says counts for all mail.
_ALL: Final = ""
# After the first "slower"; doubled with each that follows.
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
# So much of what was not used may leave at once: a limit is for crowds, not for the third letter of a minute.
BURST: Final = timedelta(seconds=10)
# Letters a minute to whoever asked for slowness, where no limit is known.
CAREFUL: Final = 60
_SOON: Final = timedelta(seconds=5)
# What asks for a hand while somebody takes nothing but one letter an hour.
SLOW: Final = "mail.slow"
_LOOK_WITHIN: Final = timedelta(hours=8)
# A code, and how precisely it is meant: what a server says beside it may name a buyer.
_CODES: Final = re.compile(r"\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?")
_PACED: Final = "paced"
_AT_ONCE: Final = 500


@contextmanager
def turn(delivery: Delivery, address: str) -> Iterator[dict[str, Any]]:
    """Within it, the mail may be handed over. What it gives belongs into the delivery's result, where `has_left` reads it.

    Raises PutOff. Heeds an AskedForSlowness that passes through.
    """
    limit, now = limit_for(address), taken_at(delivery)
    paces = {row.key: row for row in MailPace.objects.filter(key__in=[_ALL, limit.key])}
    _wait_for_server(paces.get(_ALL), now)
    is_asked = limit.key in paces and paces[limit.key].asked > 0
    has_turn = limit.is_one or is_asked
    if has_turn and (wait := _take(delivery, limit, now)):
        raise PutOff(wait, f"waits for its turn: {limit.key}")
    keys = [key for key in (_ALL, limit.key) if key in paces and paces[key].asked]
    try:
        yield {_PACED: [*keys, limit.key] if has_turn else keys} if keys or has_turn else {}
    except AskedForSlowness as problem:
        _slow_down(_ALL if problem.is_from_all else limit.key, problem, now)
        _release(delivery)
        raise
    except BaseException:
        if has_turn:
            _release(delivery)
        raise


def has_left(delivery: Delivery, result: dict[str, Any]) -> None:
    """In the transaction that notes it."""
    if keys := result.get(_PACED):
        MailTurn.objects.filter(delivery=delivery).delete()
        if not MailPace.objects.filter(key__in=keys, asked__gt=0).update(asked=F("asked") - 1):
            return
        for pace in MailPace.objects.filter(key__in=keys, asked=0, paused_until__isnull=False):
            MailPace.objects.filter(pk=pace.pk).update(paused_until=None)
            settle_by_fact(SLOW, subject=("mail_pace", pace.pk), at=taken_at(delivery))


def _wait_for_server(pace: MailPace | None, now: datetime) -> None:
    if pace is not None and pace.paused_until is not None and pace.paused_until > now:
        raise PutOff(pace.paused_until - now, f"the mail server asked for slowness: {pace.words}")


def _take(delivery: Delivery, limit: Limit, now: datetime) -> timedelta:
    """Take a turn, or a place in the queue; how long it is until then."""
    with transaction.atomic():
        pace = _held(limit.key, now)
        if pace.a_minute != limit.a_minute:
            _give_places_anew(pace, limit, now)
        mine = MailTurn.objects.filter(delivery=delivery).first()
        paused_until = pace.paused_until or now - BURST
        if mine is None or mine.at < paused_until:
            at = max(pace.next_at, now - BURST, paused_until)
            if a_minute := limit.a_minute or (CAREFUL if pace.asked else 0):
                MailPace.objects.filter(pk=pace.pk).update(next_at=at + timedelta(minutes=1) / a_minute)
            mine = MailTurn.objects.update_or_create(delivery=delivery, defaults={"pace": pace, "at": at})[0]
        if mine.at > now:
            return mine.at - now
        at_once = 1 if pace.asked else limit.at_once
        others = MailTurn.objects.filter(pace=pace, until__gt=now).exclude(pk=mine.pk)
        if at_once and others.count() >= at_once:
            return _SOON
        MailTurn.objects.filter(pk=mine.pk).update(until=now + LEASE)
    return timedelta(0)


def _give_places_anew(pace: MailPace, limit: Limit, now: datetime) -> None:
    """Another limit than the one by which letters wait: they ask again, now."""
    waiting = MailTurn.objects.filter(pace=pace, until=None)
    keys = list(waiting.values_list("delivery_id", flat=True))
    waiting.delete()
    for some in in_batches(keys, _AT_ONCE):
        Delivery.objects.filter(pk__in=some, state=Delivery.State.WAITING, due_at__gt=now).update(due_at=now)
    pace.a_minute, pace.next_at = limit.a_minute, now - BURST
    pace.save(update_fields=["a_minute", "next_at"])


def _release(delivery: Delivery) -> None:
    """It keeps its place, and others may be under way meanwhile."""
    MailTurn.objects.filter(delivery=delivery).update(until=None)


def _slow_down(key: str, problem: AskedForSlowness, now: datetime) -> None:
    with transaction.atomic():
        pace = _held(key, now)
        # Of several mails that were under way together each is told so: that is one answer.
        is_new = pace.paused_until is None or pace.paused_until <= now
        asked = min(pace.asked + is_new, 20)
        pause = min(FIRST_PAUSE * 2 ** (max(asked, 1) - 1), LONGEST_PAUSE)
        problem.after = max(problem.after, pause)
        until = max(pace.paused_until or now, now + problem.after)
        found = _CODES.match(str(problem))
        words = found[0] if found else ""
        MailPace.objects.filter(pk=pace.pk).update(asked=asked, paused_until=until, words=words)
        if pause == LONGEST_PAUSE:
            facts = {"problem": f"{key or 'SMTP'} {words}".strip()}
            subject = ("mail_pace", pace.pk)
            ask_for_hand(SLOW, subject=subject, account_id=None, due_at=now + _LOOK_WITHIN, at=now, facts=facts)


def _held(key: str, now: datetime) -> MailPace:
    """Its row, held for the caller's transaction."""
    row, _ = MailPace.objects.get_or_create(key=key, defaults={"next_at": now - BURST})
    return MailPace.objects.select_for_update().get(pk=row.pk)
