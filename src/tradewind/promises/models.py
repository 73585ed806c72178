"""The promise: the record that every page, mail and measure reads."""

from django.db import models
from django.db.models import Q


class Promise(models.Model):
    """What was promised to a buyer, from which inputs, and what became of it.

    A window promise ("at your door between") has `window_start`; `due_at` is the first moment at which it is broken.
    A promise at risk is still open. A broken one is owed until what it promised has happened, or another took its place; so is one
    whose time passed while nobody could see whether it was kept.
    """

    class Kind(models.TextChoices):
        DISPATCH = "dispatch"
        DELIVERY = "delivery"
        ANSWER = "answer"
        REFUND = "refund"
        RETURN_STEP = "return_step"
        PREORDER = "preorder"
        DISPUTE = "dispute"
        SURVEY = "survey"

    class State(models.TextChoices):
        MADE = "made"
        KEPT = "kept"
        BROKEN = "broken"
        RENEWED = "renewed"
        RELEASED = "released"
        UNKNOWN = "unknown"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.MADE)
    # None where it was promised to a platform, or to somebody who is no buyer yet.
    buyer_id = models.BigIntegerField(null=True)
    # The shop account that it was given for: whoever works for others does not see it.
    account_id = models.BigIntegerField(null=True)
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
    is_owed = models.BooleanField(default=True)
    # When what was promised happened, in time or late.
    fulfilled_at = models.DateTimeField(null=True)
    # The worst of its risks (promises.risking), and since when there is one; left as it was when the promise ends.
    at_risk_since = models.DateTimeField(null=True)
    risk = models.CharField(max_length=40, blank=True, default="")
    risk_note = models.CharField(max_length=200, blank=True, default="")
    # Something endangers it that does not come from a special notice: those hit many, and are handled together.
    is_feared_alone = models.BooleanField(default=False)
    # The promise of the same kind that this one took the place of; that one says whether it was told in time.
    replaces_id = models.BigIntegerField(null=True)
    # Where the buyer read it: [{"where": "checkout", "at": moment}], each place once.
    told = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id"], condition=Q(state="made"), name="promise_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="promise_by_state"),
            # Conditions without a value: SQLite cannot see one in a parameter.
            models.Index(fields=["kind", "due_at", "id"], condition=Q(is_owed=True), name="promise_owed"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(is_owed=True, is_feared_alone=True),
                name="promise_feared_alone",
            ),
            # As programs ask: also those that special notices hit.
            models.Index(
                fields=["due_at", "id"],
                condition=Q(is_owed=True, at_risk_since__isnull=False),
                name="promise_feared",
            ),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="promise_by_subject"),
        ]

    @property
    def order_id(self) -> int | None:
        """The order that it is about, also where its subject is something of an order."""
        if self.subject_kind == "order":
            return self.subject_id
        about = self.inputs.get("order_id")
        return about if isinstance(about, int) else None

    @property
    def is_at_risk(self) -> bool:
        return self.state == self.State.MADE and self.at_risk_since is not None

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id} {self.state}"


class PromiseRisk(models.Model):
    """One reason why a promise may break: there may be several, each with an end of its own. `cause` is a code, `source` the
    notice or the case that it comes from. The note is ours, never a buyer's words.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="risks")
    cause = models.CharField(max_length=40)
    source_kind = models.CharField(max_length=30, blank=True, default="")
    source_id = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "cause", "source_kind", "source_id"],
                condition=Q(until__isnull=True),
                name="promise_risk_once",
            ),
        ]
        indexes = [
            # A condition without a value: SQLite cannot see one in a parameter.
            models.Index(
                fields=["source_kind", "source_id", "promise"],
                condition=Q(until__isnull=True),
                name="promise_risk_by_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.cause}"
