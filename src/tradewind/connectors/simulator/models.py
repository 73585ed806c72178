"""The simulated payment provider's own books, as a real one would keep them on its side."""

from django.db import models
from django.db.models import Q

from tradewind.lib.money import Money


class SimulatedPayment(models.Model):
    """What the simulated provider knows of one payment. `scenario` is what the tester chose on its page."""

    class State(models.TextChoices):
        OPEN = "open"
        CHALLENGE = "challenge"  # the bank wants to know whether it is really the buyer
        PAID = "paid"
        DECLINED = "declined"
        CANCELLED = "cancelled"

    ref = models.CharField(max_length=40, unique=True)
    idempotency_key = models.CharField(max_length=200, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    scenario = models.CharField(max_length=20, blank=True, default="")
    problem = models.CharField(max_length=40, blank=True, default="")
    return_url = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.ref

    @property
    def price(self) -> Money:
        return Money(self.amount, self.currency)


class SimulatedMovement(models.Model):
    """Money on the simulated provider's account: captures are positive, refunds negative."""

    payment = models.ForeignKey(SimulatedPayment, on_delete=models.CASCADE, related_name="movements")
    external_id = models.CharField(max_length=40, unique=True)
    amount = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=200, null=True, unique=True)  # of refunds
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # A payment is captured once, whatever is clicked.
            models.UniqueConstraint(fields=["payment"], name="simulated_capture_once", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.external_id
