"""Delivery options: how goods may travel to a market, for how much, and how long that takes; and what was handed over."""

from django.db import models

from tradewind.inventory.models import Warehouse


class DeliveryOption(models.Model):
    """One way from one warehouse to one market. Days are working days of the destination after dispatch."""

    market_id = models.BigIntegerField()
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT)
    code = models.CharField(max_length=30)
    name = models.JSONField()
    note = models.JSONField(default=dict)
    cost = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    days_min = models.PositiveSmallIntegerField()
    days_max = models.PositiveSmallIntegerField()
    is_tracked = models.BooleanField()
    max_weight_g = models.PositiveIntegerField()
    refuses = models.JSONField(default=list)  # traits of goods that this way does not carry
    source = models.TextField(blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market_id", "code"], name="delivery_option_once")]

    def __str__(self) -> str:
        return self.code


class Handover(models.Model):
    """Who carries the goods of an order, and under which number, as whoever handed them over said. The number leads to
    where somebody lives: erasing an order empties it.
    """

    order_id = models.BigIntegerField(unique=True)
    carrier = models.CharField(max_length=60, blank=True, default="")
    tracking_number = models.CharField(max_length=60, blank=True, default="")
    handed_over_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"handover of order {self.order_id}"
