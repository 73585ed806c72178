"""What staff do with orders before they leave: kept back, tagged, noted."""

from django.db import models
from django.db.models import Q


class OrderHold(models.Model):
    """An order that is kept from leaving, or was. `words` are the staff's own and may name the buyer: erasing empties them."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=20)  # a code of orders.holding
    words = models.CharField(max_length=500, blank=True, default="")
    held_by = models.CharField(max_length=60)
    held_at = models.DateTimeField()
    released_by = models.CharField(max_length=60, blank=True, default="")
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(released_at__isnull=True), name="order_held_once")
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.order_id}"
