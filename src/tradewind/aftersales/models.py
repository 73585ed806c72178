"""Declarations of buyers after the sale. Personal data, which erasing a buyer empties."""

from django.db import models

from tradewind.orders.models import Order


class Withdrawal(models.Model):
    """A buyer's declaration to withdraw, in the buyer's own words. It counts as declared, whether we find its order or not."""

    # Made with the page that asks to confirm: two clicks are one declaration.
    key = models.CharField(max_length=40, unique=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="withdrawals")
    order_ref = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)
    goods = models.CharField(max_length=500, blank=True, default="")  # empty: the whole order
    market = models.CharField(max_length=12)
    language = models.CharField(max_length=8)
    declared_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["email", "declared_at"], name="withdrawal_by_email")]

    def __str__(self) -> str:
        return f"withdrawal {self.pk}"
