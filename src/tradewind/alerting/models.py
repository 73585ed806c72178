"""Who is told, what they are to be told of, and each message with its tries. No name or address of a buyer stands here."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models

from tradewind.alerting.kinds import FIGURES, ability_of
from tradewind.core.models import Staff
from tradewind.core.reach import Reach
from tradewind.core.staff import may
from tradewind.lib.quiet import QuietHours


class Receiver(models.Model):
    """A robot in a group, or somebody of the staff by mail, and the rules that they are told by."""

    # "mail", or the code of a robot's company.
    way = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    # By mail: to whom.
    staff = models.ForeignKey(Staff, null=True, on_delete=models.CASCADE, related_name="+")
    # Of a robot: where it is posted to, with its key, and what it is signed with. `tail` tells robots apart on pages.
    sealed_address = models.TextField(blank=True, default="")
    sealed_secret = models.TextField(blank=True, default="")
    tail = models.CharField(max_length=8, blank=True, default="")
    language = models.CharField(max_length=8)
    zone = models.CharField(max_length=40)
    kinds = models.JSONField()
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    # What is urgent comes in the quiet hours as well.
    is_woken = models.BooleanField(default=False)
    group_minutes = models.PositiveSmallIntegerField(default=10)
    most_an_hour = models.PositiveSmallIntegerField(default=6)
    figures_at = models.TimeField(null=True)
    is_active = models.BooleanField(default=True)
    # What happened before is not told: since it was made, or switched on again.
    hears_since = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="alert_receiver_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_mail(self) -> bool:
        return self.way == "mail"

    @property
    def person(self) -> Staff:
        """Whom it tells, or whoever answers for what a group hears."""
        return self.staff or self.created_by

    @property
    def reach(self) -> Reach:
        """It hears no more than whom it tells, or whoever answers for it, may see."""
        return self.person.reach

    @property
    def has_left(self) -> bool:
        """May whom it tells, or whoever answers for it, not log in any more? Then nothing is told."""
        return not self.person.is_active

    def may_hear(self, kind: str, account_id: int | None) -> bool:
        """At this moment: roles and accounts change, and people leave, between a cause and the message about it."""
        return may(self.person, ability_of(kind)) and self.reach.holds(account_id)

    @property
    def unheard(self) -> list[str]:
        """The kinds that were chosen, and that the role of its person does not let them see."""
        chosen = [*self.kinds, *([FIGURES] if self.figures_at else [])]
        return [kind for kind in chosen if not self.may_hear(kind, None)]

    def is_quiet(self, now: datetime) -> bool:
        if self.quiet_from is None or self.quiet_until is None:
            return False
        return QuietHours(self.quiet_from, self.quiet_until).hold(now, ZoneInfo(self.zone))


class Note(models.Model):
    """One message to one receiver: the same words at every try."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"  # before it left it was switched off, or out of reach

    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="notes")
    # title, lines: [[words, path]], more: how many did not fit
    body = models.JSONField()
    # A test is not counted, and figures are not told twice of a day.
    is_test = models.BooleanField(default=False)
    figures_on = models.DateField(null=True)
    # Of figures: the shop accounts that were counted. None: all.
    counted = models.JSONField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    sendings = models.PositiveSmallIntegerField(default=1)
    # It may have arrived twice: a robot cannot be asked what it has posted.
    is_uncertain = models.BooleanField(default=False)
    message_id = models.BigIntegerField(null=True)  # of the letter, by mail
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receiver", "figures_on"], name="alert_figures_once"),
        ]
        indexes = [
            models.Index(fields=["receiver", "-id"], name="alert_notes_newest"),
            models.Index(fields=["created_at", "id"], name="alert_notes_oldest"),
        ]

    def __str__(self) -> str:
        return str(self.body["title"])


class Alert(models.Model):
    """One thing that one receiver is to be told of. Once: `key` says what it is."""

    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="alerts")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    note = models.ForeignKey(Note, null=True, on_delete=models.SET_NULL, related_name="alerts")
    # Told, or over before anybody was told.
    is_done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receiver", "key"], name="alert_once")]
        indexes = [
            models.Index(fields=["receiver", "id"], name="alerts_waiting", condition=models.Q(is_done=False)),
            models.Index(fields=["created_at", "id"], name="alerts_oldest"),
        ]

    def __str__(self) -> str:
        return self.key


class TodoPosition(models.Model):
    """Up to which number all to-dos have been looked at. One row.

    A row gets its number when it is written, and is seen when its transaction ends: a lower number can turn up after a higher one.
    `done` follows `seen` once that is older than any transaction.
    """

    done = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.done} ({self.seen})"


class NoteTry(models.Model):
    """One call of a robot: what it answered, or why it did not."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    is_good = models.BooleanField()
    text = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return self.text
