"""What staff say for customs where neither the catalogue nor the order does."""

from django.db import models

from tradewind.orders.models import Order


class OrderCustoms(models.Model):
    """Nothing in here leads to a person: the recipient's tax number stands with the address (Order.ship_to)."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="customs")
    why = models.CharField(max_length=8, default="sale")  # shipping.customs.Why
    platform_number = models.CharField(max_length=40, blank=True, default="")
    # Of a marketplace that sends under its own registration; else ours holds.
    platform_eori = models.CharField(max_length=40, blank=True, default="")
    # Goods that are sent again cost nothing: their tax was taken with the order before.
    is_tax_taken_before = models.BooleanField(default=False)
    # line id -> value (minor units) of so many pieces (`of`), hs_code, origin, en, zh, weight_g; what is not there is as the catalogue has it
    lines = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"customs of {self.order_id}"
