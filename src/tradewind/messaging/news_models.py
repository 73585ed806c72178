"""News that waits for a good hour, and which moments a market is not told of."""

from django.db import models
from django.db.models import Q

from tradewind.orders.models import Order


class News(models.Model):
    """Something happened to an order that its buyer hears of: at once, or when it is day there. The letter is written when it
    leaves, from what is true then: what is over by that time is not told, and what waits together is told together.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        TOLD = "told"
        PASSED = "passed"

    class Why(models.TextChoices):
        """It was not told."""

        OVER = "over"  # it is not true any more
        OLD = "old"  # it happened too long ago
        TOLD_ANYWAY = "told"  # somebody has written of it
        OFF = "off"  # its market is not told of this moment any more
        GONE = "gone"  # the order was cancelled, merged or erased
        WISH = "wish"  # the buyer wants only what needs them
        ADDRESS = "address"  # one that would break the header of a mail

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    moment = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    is_urgent = models.BooleanField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=8, choices=Why.choices, blank=True, default="")
    # The letter that told it. Letters are emptied, never deleted, but for those that are taken back.
    message_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    due_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)  # tries to tell it that ended in an error
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["moment", "subject_kind", "subject_id"], name="news_once"),
        ]
        indexes = [
            # Without the state in the condition: SQLite cannot see one in a parameter.
            models.Index(fields=["due_at", "order"], name="news_due", condition=Q(settled_at__isnull=True)),
            models.Index(fields=["order", "id"], name="news_of_order"),
            models.Index(fields=["message_id"], name="news_by_message", condition=Q(message_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.moment} of {self.subject_kind} {self.subject_id}: {self.state}"


class MomentOff(models.Model):
    """Buyers of a market are not told of this moment: somebody decided so."""

    moment = models.CharField(max_length=60)
    market = models.CharField(max_length=20)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["moment", "market"], name="moment_off_once")]

    def __str__(self) -> str:
        return f"{self.moment} off in {self.market}"
