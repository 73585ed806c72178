"""What arrived damaged, and because of what."""

from django.db import models

from tradewind.orders.models import Order, OrderLine


class Damage(models.Model):
    """So many pieces of a line arrived damaged. Said again it is put right; the trail keeps what was said before."""

    class Cause(models.TextChoices):
        PACKING = "packing"
        CARRIER = "carrier"
        BEFORE = "before"  # it was so when it was packed
        UNKNOWN = "unknown"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="damages")
    line = models.OneToOneField(OrderLine, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    cause = models.CharField(max_length=8, choices=Cause.choices)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="damage_of_something")]
        indexes = [models.Index(fields=["at"], name="damage_at")]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}: {self.cause}"
