"""The simulated payment provider's own books, as a real one would keep them on its side."""

from django.db import models


class SimulatedPayment(models.Model):
    """What the simulated provider knows of one payment. `scenario` is what the tester chose on its page."""

    ref = models.CharField(max_length=40, unique=True)
    idempotency_key = models.CharField(max_length=200, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=12, default="created")
    scenario = models.CharField(max_length=20, blank=True, default="")
    return_url = models.TextField()
    captured_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.ref


class SimulatedNotice(models.Model):
    """A webhook that the simulated provider still has to send, at its time, as often as the scenario says."""

    payment = models.ForeignKey(SimulatedPayment, on_delete=models.CASCADE, related_name="notices")
    due_at = models.DateTimeField()
    body = models.TextField()
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"notice {self.pk}"
