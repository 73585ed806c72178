"""Every minute: what was asked for is written down for whoever wants to hear of it, and whatever is due becomes a message.

One transaction for each receiver, whose row is held: two workers never tell the same twice, and whoever dies in the middle has
told nothing yet. A receiver whose last message is still on its way waits for it, and what comes meanwhile comes together.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Case, When

from tradewind.alerting import figures
from tradewind.alerting.composing import body_of, fitted, told
from tradewind.alerting.kinds import FIGURES, URGENT
from tradewind.alerting.letters import write_letter
from tradewind.alerting.models import Alert, Note, Receiver
from tradewind.alerting.ports import robot_of
from tradewind.alerting.raising import listening, raise_todos
from tradewind.alerting.sending import set_going
from tradewind.alerting.timing import HOUR, Terms, Waiting, chosen
from tradewind.core.each_alone import Round
from tradewind.core.schedule import every

MOST_AT_ONCE: Final = 500


@every(timedelta(minutes=1), name="alerting.tell")
def tell_everybody(now: datetime) -> int:
    """Returns how many messages were planned."""
    receivers = listening()
    if not receivers:
        return 0
    raise_todos(receivers, now=now)
    with Round() as each_of_them:
        return each_of_them.each(receivers, lambda receiver: tell(receiver.pk, now=now))


def tell(receiver_id: int, *, now: datetime) -> int:
    """What is due to one of them. Returns how many messages were planned."""
    with transaction.atomic():
        held = Receiver.objects.select_for_update(of=("self",)).filter(pk=receiver_id, is_active=True)
        receiver = held.select_related("staff", "created_by").first()
        if receiver is None or receiver.has_left:
            return 0
        return _tell_figures(receiver, now) + _tell_alerts(receiver, now)


def plan_note(receiver: Receiver, body: dict[str, Any], *, at: datetime, **more: Any) -> Note:
    """In the caller's transaction: the words are fixed, and are on their way."""
    robot = robot_of(receiver.way)
    if robot is not None:
        body = fitted(body, receiver.language, robot)
    note = Note.objects.create(receiver=receiver, body=body, created_at=at, **more)
    if receiver.is_mail:
        write_letter(note, at=at)
    else:
        set_going(note, at=at)
    return note


def _tell_figures(receiver: Receiver, now: datetime) -> int:
    day = figures.is_due(receiver, now)
    if day is None or receiver.notes.filter(figures_on=day).exists() or not receiver.may_hear(FIGURES, None):
        return 0
    reach = receiver.reach
    counted = None if reach.account_ids is None else sorted(reach.account_ids)
    found = figures.figures_of(reach, day, ZoneInfo(receiver.zone), now=now)
    plan_note(receiver, figures.body_of(found, receiver.language), at=now, figures_on=day, counted=counted)
    return 1


def _tell_alerts(receiver: Receiver, now: datetime) -> int:
    if receiver.notes.filter(state=Note.State.WAITING, figures_on=None, is_test=False).exists():
        return 0
    rows = _waiting(receiver)
    if not rows:
        return 0
    told_at = receiver.notes.filter(is_test=False, figures_on=None, created_at__gt=now - HOUR)
    told_at = told_at.exclude(state=Note.State.DROPPED)
    waiting = [Waiting(row.pk, row.created_at, row.kind in URGENT) for row in rows]
    ids = set(
        chosen(waiting, _terms(receiver, now), told_at=list(told_at.values_list("created_at", flat=True)), now=now)
    )
    taken = [row for row in rows if row.pk in ids]
    if not taken:
        return 0
    lines = told(taken, receiver.language, now=now)
    left = [row for row in taken if row.pk in lines]
    note = plan_note(receiver, body_of(left, lines, receiver.language), at=now) if left else None
    Alert.objects.filter(pk__in=ids).update(is_done=True)
    Alert.objects.filter(pk__in=[row.pk for row in left]).update(note=note)
    return int(note is not None)


def _waiting(receiver: Receiver) -> list[Alert]:
    """The urgent ones first: they wait behind nothing, however much there is. What may not be seen any more is over."""
    is_urgent = Case(When(kind__in=sorted(URGENT), then=0), default=1)
    rows = list(receiver.alerts.filter(is_done=False).order_by(is_urgent, "pk")[:MOST_AT_ONCE])
    unseen = [row.pk for row in rows if not receiver.may_hear(row.kind, row.account_id)]
    if unseen:
        Alert.objects.filter(pk__in=unseen).update(is_done=True)
    return [row for row in rows if row.pk not in unseen]


def _terms(receiver: Receiver, now: datetime) -> Terms:
    return Terms(
        group=timedelta(minutes=receiver.group_minutes),
        most_an_hour=receiver.most_an_hour,
        is_quiet=receiver.is_quiet(now),
        is_woken=receiver.is_woken,
    )
