"""Letters that were not made, and why."""

from django.db import models

from tradewind.orders.models import Order


class Withheld(models.Model):
    """Something happened of which a buyer would have heard, and the channel on which they bought does not let us write of it."""

    class Why(models.TextChoices):
        NEVER = "never"  # it may not be sent there
        PLATFORM = "platform"  # only in the platform's own messages
        ELSEWHERE = "elsewhere"  # the shop's own system writes it

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    moment = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    channel = models.CharField(max_length=12)
    why = models.CharField(max_length=10, choices=Why.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["moment", "subject_kind", "subject_id"], name="withheld_once"),
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="withheld_of_order"),
            models.Index(fields=["-at"], name="withheld_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.moment} of {self.subject_kind} {self.subject_id}: {self.why}"
