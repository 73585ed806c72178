"""Money in and back: what is to be paid, by which method, and an append-only ledger of what really moved."""

from typing import Final

from django.db import models
from django.db.models import Q

from tradewind.lib.money import Money

# The provider of bank transfers: a person with a bank statement. All others are filled slots of `payments.ports`.
MANUAL: Final = "manual"


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

    OPEN = (State.CREATED, State.PENDING)

    ref = models.CharField(max_length=20, unique=True)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=30)
    provider = models.CharField(max_length=30)
    provider_ref = models.CharField(max_length=120, blank=True, default="")
    # Money that came over from another subject arrived under this payment, and goes back through it at the provider.
    source = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="shares")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CREATED)
    action_url = models.TextField(blank=True, default="")  # where the buyer goes to pay, if anywhere
    problem = models.CharField(max_length=200, blank=True, default="")  # a code of the provider, or GIVEN_UP
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    # When the schedule asks the provider next, whose notice may have been lost; empty: never again.
    ask_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="intent_by_subject"),
            models.Index(fields=["ask_at", "id"], name="intent_to_ask", condition=Q(ask_at__isnull=False)),
            models.Index(fields=["provider", "created_at", "id"], name="intent_pending", condition=Q(state="pending")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="intent_positive"),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="intent_provider_ref_once", condition=~Q(provider_ref="")
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def due(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def origin(self) -> "PaymentIntent":
        """The payment under which the provider knows the money."""
        return self.source or self


class LedgerEntry(models.Model):
    """Money that moved, by the word of the provider or of a person who saw it. Never updated, never deleted."""

    class Kind(models.TextChoices):
        CAPTURE = "capture"
        REFUND = "refund"
        TRANSFER = "transfer"  # between two subjects of ours; the two entries add up to nothing

    intent = models.ForeignKey(PaymentIntent, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.BigIntegerField()  # minor units; refunds are negative, and so is what went over to another subject
    currency = models.CharField(max_length=3)
    # The provider's id of this movement: the same news three times is one entry.
    external_id = models.CharField(max_length=160)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intent", "kind", "external_id"], name="ledger_once"),
            models.CheckConstraint(
                condition=Q(kind="capture", amount__gt=0)
                | Q(kind="refund", amount__lt=0)
                | Q(Q(kind="transfer"), ~Q(amount=0)),
                name="ledger_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


class Refund(models.Model):
    """Money that we owe back. It counts against what can be refunded from the moment it is planned."""

    class State(models.TextChoices):
        PLANNED = "planned"
        CONFIRMED = "confirmed"
        FAILED = "failed"

    ref = models.CharField(max_length=20, unique=True)
    intent = models.ForeignKey(PaymentIntent, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()  # positive
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=60)  # a code of whoever plans it
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    problem = models.CharField(max_length=200, blank=True, default="")
    by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive")]

    def __str__(self) -> str:
        return self.ref

    @property
    def owed(self) -> Money:
        return Money(self.amount, self.currency)
