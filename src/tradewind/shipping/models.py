"""Delivery options: how goods may travel to a market, for how much, and how long that takes; and the parcels that do."""

from django.db import models

from tradewind.inventory.models import Warehouse
from tradewind.shipping.customs_models import OrderCustoms
from tradewind.shipping.damage_models import Damage
from tradewind.shipping.lane_models import LaneMonth, LaneRun
from tradewind.shipping.packing_models import AddressLabel, Evidence, Packing, QualityCheck
from tradewind.shipping.parcel_models import Parcel, ParcelLine, TrackingEvent
from tradewind.shipping.tracker_models import TrackerState
from tradewind.shipping.trouble_models import LaneSilence, ShortageRound, Trouble, TroubleGroup

__all__ = [
    "AddressLabel",
    "Damage",
    "DeliveryOption",
    "Evidence",
    "LaneMonth",
    "LaneRun",
    "LaneSilence",
    "OrderCustoms",
    "Packing",
    "Parcel",
    "ParcelLine",
    "QualityCheck",
    "ShortageRound",
    "TrackerState",
    "TrackingEvent",
    "Trouble",
    "TroubleGroup",
]


class DeliveryOption(models.Model):
    """One way from one warehouse to one market. Days are working days of the destination after dispatch."""

    class Kind(models.TextChoices):
        """How it goes; empty where nobody said."""

        UNSAID = ""
        AIR_MAIL = "air_mail"
        AIR_LOCAL = "air_local"
        COURIER = "courier"
        LOCAL = "local"  # from a warehouse in the country of the buyer, or by its post

    class Duty(models.TextChoices):
        """Who pays what is due at the border, in the words of Incoterms."""

        UNSAID = ""
        PAID = "ddp"
        UNPAID = "dap"

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
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True, default="")
    duty = models.CharField(max_length=3, choices=Duty.choices, blank=True, default="")
    divisor = models.PositiveSmallIntegerField(
        default=0
    )  # cubic centimetres that count as a kilogram; 0: volume does not count
    rounds_to_g = models.PositiveIntegerField(default=1)
    longest_mm = models.PositiveIntegerField(default=0)  # 0: no limit
    sides_mm = models.PositiveIntegerField(default=0)  # length, width and height together
    free_from = models.BigIntegerField(null=True)  # the value of goods from which buyers pay nothing
    # Tables of rates (lib.freight): what buyers pay in place of the flat cost, and what the carrier takes from the shop.
    rates = models.JSONField(null=True)
    own_rates = models.JSONField(null=True)
    # It was switched off or on, and those who ordered by it are being looked at: after this order. Nothing to look at: null.
    look_after = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market_id", "code"], name="delivery_option_once")]

    def __str__(self) -> str:
        return self.code


class DeliveryMargin(models.Model):
    """What the owner keeps of a sale in a market before delivery: stated, because nothing here knows what goods were bought for."""

    market_id = models.BigIntegerField(unique=True)
    goods_percent = models.DecimalField(
        max_digits=5, decimal_places=2
    )  # of the goods without tax, left after buying them
    fee_percent = models.DecimalField(
        max_digits=5, decimal_places=2
    )  # of what is paid, taken by whoever handles payments
    fee = models.BigIntegerField()  # in minor units of the market, for each order

    def __str__(self) -> str:
        return f"margin of market {self.market_id}"
