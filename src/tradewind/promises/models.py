"""The promise: the record that every page, mail and measure reads."""

from django.db import models
from django.db.models import Q


class Promise(models.Model):
    """What was promised to a buyer, from which inputs, and what became of it.

    A window promise ("at your door between") has `window_start`; `due_at` is the first moment at which it is broken.
    """

    class Kind(models.TextChoices):
        DISPATCH = "dispatch"
        DELIVERY = "delivery"

    class State(models.TextChoices):
        MADE = "made"
        KEPT = "kept"
        BROKEN = "broken"
        RENEWED = "renewed"
        RELEASED = "released"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.MADE)
    buyer_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    window_start = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    # The days as the buyer was told them, in the zone in which they were meant.
    first_day = models.DateField()
    last_day = models.DateField()
    zone = models.CharField(max_length=40)
    share = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    inputs = models.JSONField()
    digest = models.CharField(max_length=64)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id"], condition=Q(state="made"), name="promise_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="made"), name="promise_due"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="promise_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id} {self.state}"
