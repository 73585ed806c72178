"""What staff changed of orders after they were paid."""

from django.db import models
from django.db.models import Q


class OrderChange(models.Model):
    """Goods came off or on, or an order was split, or took another one in.

    `other` is the order that was made of its goods, or the one that was taken in and is no more.
    """

    class Kind(models.TextChoices):
        REDUCED = "reduced"
        EXTENDED = "extended"
        SPLIT = "split"
        MERGED = "merged"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="order_changes")
    other = models.ForeignKey("orders.Order", null=True, on_delete=models.CASCADE, related_name="+")
    # What the buyer had: title, options, units before, units after; of a split those that went, of a merge those that came
    goods = models.JSONField(default=list)
    back = models.BigIntegerField(
        default=0
    )  # minor units that go back to the buyer; below zero: that they have yet to pay
    # What the delivery cost and costs, in minor units, where it was priced anew
    delivery_before = models.BigIntegerField(null=True)
    delivery_after = models.BigIntegerField(null=True)
    by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["other"], condition=Q(kind="merged"), name="order_merged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"
