"""What came in by mail: each mail with what it is, the addresses that were not reached, and those that are not written to."""

from typing import Final

from django.db import models
from django.db.models import Q

from tradewind.core.models import StoredFile


class ReceivedMail(models.Model):
    """One mail as it came, or a mail provider's notice that says the same. Its bytes are a private file, until that is forgotten or the
    buyer erased.
    """

    class Outcome(models.TextChoices):
        MESSAGE = "message"
        BOUNCE = "bounce"
        AUTO_REPLY = "auto_reply"
        COMPLAINT = "complaint"
        DUPLICATE = "duplicate"
        QUARANTINED = "quarantined"

    # Whose notice told it, and then there is no mail. Empty: it is a mail.
    provider = models.CharField(max_length=20, blank=True, default="")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    # Of what its author wrote; the same mail on another way differs only in what servers add on top.
    fingerprint = models.CharField(max_length=64)
    copy_of = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    sender = models.CharField(max_length=254, blank=True)
    sender_compared = models.CharField(max_length=254, blank=True, db_index=True)  # as addresses are compared
    subject = models.CharField(max_length=254, blank=True)
    message_id = models.CharField(max_length=254, blank=True)
    # The message of ours that it is about or answers.
    about = models.ForeignKey("messaging.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    problem = models.TextField(blank=True, default="")
    # The buyer's data were erased: the bytes go with the next turn.
    is_erased = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(copy_of__isnull=True), name="received_mail_once"
            ),
        ]
        indexes = [models.Index(fields=["-received_at", "-id"], name="received_mail_newest")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"


# What nobody but a person can deal with.
FOR_PEOPLE: Final = (ReceivedMail.Outcome.MESSAGE, ReceivedMail.Outcome.QUARANTINED)


class Failure(models.Model):
    """One address that a mail says was not reached. `is_waiting`: a mail server goes on trying by itself."""

    class Kind(models.TextChoices):
        HARD = "hard"
        SOFT = "soft"

    mail = models.ForeignKey(ReceivedMail, on_delete=models.CASCADE, related_name="failures")
    message = models.ForeignKey("messaging.Message", null=True, on_delete=models.SET_NULL, related_name="failures")
    recipient = models.CharField(max_length=254)  # as the report has it, as addresses are compared
    address = models.CharField(
        max_length=254
    )  # of our message, as addresses are compared; empty where none of ours is meant
    kind = models.CharField(max_length=4, choices=Kind.choices)
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=500, blank=True)
    is_waiting = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["address", "at"], name="failure_of_address"),
            models.Index(fields=["recipient"], name="failure_of_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class Suppression(models.Model):
    """An address that is not written to: at all, or only about orders where its owner complained."""

    class Why(models.TextChoices):
        UNREACHABLE = "unreachable"
        COMPLAINT = "complaint"

    address = models.CharField(max_length=254)  # as it is compared
    why = models.CharField(max_length=12, choices=Why.choices)
    status = models.CharField(max_length=12, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "why"], name="suppression_once")]

    def __str__(self) -> str:
        return f"{self.why} {self.pk}"
