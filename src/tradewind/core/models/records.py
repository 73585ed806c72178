"""To-dos, settings, the audit trail, and what search finds."""

from django.db import models
from django.db.models import Q

from tradewind.core.models.staff import ShopAccount, Staff


class Todo(models.Model):
    """Work for a person: when it is due, what we propose, and where the action is."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    # Whose buyers it is about: who does not work for that account is not shown it. None: it concerns all of us.
    account = models.ForeignKey(ShopAccount, null=True, on_delete=models.PROTECT)
    # Words are made when shown, in the reader's language: kind and facts say which.
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id"], name="todo_open_once", condition=Q(state="open")
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="todo_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id}"


class SettingValue(models.Model):
    """The present value of a declared setting. Its history is in the audit trail."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class AuditEntry(models.Model):
    """Who changed what, from what, to what. Never updated, never deleted."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_by_subject"),
            models.Index(fields=["at", "id"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_id}"


class SearchDocument(models.Model):
    """What can be found: one row per subject. The index over `tokens` is each database's own (see core.search)."""

    kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    tokens = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="search_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
