"""Delivery options: how goods may travel to a market, for how much, and how long that takes; and the parcels that do."""

from django.db import models

from tradewind.inventory.models import Warehouse
from tradewind.shipping.parcel_models import Parcel, ParcelLine, TrackingEvent
from tradewind.shipping.trouble_models import LaneSilence, Trouble, TroubleGroup

__all__ = ["DeliveryOption", "LaneSilence", "Parcel", "ParcelLine", "TrackingEvent", "Trouble", "TroubleGroup"]


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
