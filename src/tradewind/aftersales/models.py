"""Declarations of buyers after the sale. Personal data, which erasing a buyer empties."""

from django.db import models
from django.db.models import Q

from tradewind.core.models import Staff
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


class Feedback(models.Model):
    """What a buyer says of an order once it is there. Erasing the order empties the words; the stars are counted without them."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="feedback")
    market = models.CharField(max_length=12)
    delivery = models.PositiveSmallIntegerField(default=0)  # 1 to 5, 0 where none were given
    goods = models.PositiveSmallIntegerField(default=0)
    words = models.TextField(blank=True, default="")
    wants_help = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    helped_at = models.DateTimeField(null=True)
    helped_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(delivery__lte=5, goods__lte=5), name="feedback_stars"),
        ]
        indexes = [models.Index(fields=["-given_at"], name="feedback_newest")]

    def __str__(self) -> str:
        return f"feedback of order {self.order_id}"
