"""How a product is packed, and what is looked at before it leaves."""

from django.db import models
from django.db.models import Q


class PackingRule(models.Model):
    """A product without one asks for nothing but the right goods. All texts are for staff, in the staff's words."""

    product = models.OneToOneField("catalog.Product", on_delete=models.CASCADE, related_name="packing")
    rule = models.TextField(blank=True, default="")  # what keeps it whole
    accessories = models.JSONField(default=list)  # what goes along with each piece
    is_fragile = models.BooleanField(default=False)
    needs_check = models.BooleanField(default=False)
    check_parts = models.JSONField(default=list)  # codes of catalog.packing.PARTS
    check_note = models.TextField(blank=True, default="")
    sample = models.PositiveSmallIntegerField(default=0)  # pieces of an order that are looked at; 0: each

    class Meta:
        indexes = [models.Index(fields=["product"], name="packing_checked", condition=Q(needs_check=True))]

    def __str__(self) -> str:
        return f"packing of {self.product_id}"
