"""What staff do with orders before they leave: kept back, tagged, noted."""

from django.db import models
from django.db.models import Q


class OrderHold(models.Model):
    """An order that is kept from leaving, or was. `words` are the staff's own and may name the buyer: erasing empties them."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=20)  # a code of orders.holding
    words = models.CharField(max_length=500, blank=True, default="")
    # Of a hold that waits for a payment: what has to have come in for the order altogether, in minor units.
    expects = models.BigIntegerField(null=True)
    held_by = models.CharField(max_length=60)
    held_at = models.DateTimeField()
    released_by = models.CharField(max_length=60, blank=True, default="")
    released_at = models.DateTimeField(null=True)
    # One of those that were held at once, which can be undone.
    run = models.ForeignKey("orders.BulkRun", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(released_at__isnull=True), name="order_held_once")
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.order_id}"


class OrderTag(models.Model):
    """One word of the shop's own for orders. `key` is its name as it is compared: "Gift" and "gift" are one tag."""

    name = models.CharField(max_length=40)
    key = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """An order has a tag."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(OrderTag, on_delete=models.CASCADE, related_name="taggings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "tag"], name="order_tag_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.order_id}"


class OrderNote(models.Model):
    """What staff tell each other about an order. It may name the buyer: erasing empties it, and that there was one stays."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="notes")
    key = models.CharField(max_length=40, unique=True)  # made with the page that asks: two clicks are one note
    text = models.TextField()
    by = models.CharField(max_length=60)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"note {self.pk} on {self.order_id}"
