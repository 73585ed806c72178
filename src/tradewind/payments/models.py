"""Money in: what is to be paid, by which method, and an append-only ledger of what really moved."""

from django.db import models
from django.db.models import Q


class MethodOffer(models.Model):
    """A payment method as one market offers it. Its words are keyed by language."""

    market_id = models.BigIntegerField()
    code = models.CharField(max_length=30)  # card, bank_transfer, ...
    provider = models.CharField(max_length=30)  # who carries it out: "manual", "simulator", "paypal", ...
    name = models.JSONField()
    note = models.JSONField(default=dict)
    is_instant = models.BooleanField(default=True)  # False: the money takes days, dates start when it is here
    hold_days = models.PositiveSmallIntegerField(default=1)  # how long stock waits for the money
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market_id", "code"], name="method_once")]

    def __str__(self) -> str:
        return self.code


class PaymentIntent(models.Model):
    """One attempt to pay for one subject. `ref` is the idempotency key towards the provider."""

    class State(models.TextChoices):
        CREATED = "created"
        PENDING = "pending"  # the buyer or the provider is at it
        PAID = "paid"
        DECLINED = "declined"
        CANCELLED = "cancelled"

    ref = models.CharField(max_length=20, unique=True)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=30)
    provider = models.CharField(max_length=30)
    provider_ref = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CREATED)
    action_url = models.TextField(blank=True, default="")  # where the buyer goes to pay, if anywhere
    problem = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id", "id"], name="intent_by_subject")]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="intent_positive")]

    def __str__(self) -> str:
        return self.ref


class LedgerEntry(models.Model):
    """Money that moved, by the word of the provider or of a person who saw it. Never updated, never deleted."""

    class Kind(models.TextChoices):
        CAPTURE = "capture"
        REFUND = "refund"

    intent = models.ForeignKey(PaymentIntent, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.BigIntegerField()  # minor units; refunds are negative
    currency = models.CharField(max_length=3)
    # The provider's id of this movement: the same news three times is one entry.
    external_id = models.CharField(max_length=160)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["intent", "kind", "external_id"], name="ledger_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
