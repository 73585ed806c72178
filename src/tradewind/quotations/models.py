"""Drafts of orders that staff put together, and what of them was sent to buyers. Personal data, which erasing empties."""

from django.db import models
from django.db.models import Q

from tradewind.buyers.models import Buyer
from tradewind.core.models import ShopAccount
from tradewind.orders.models import Order
from tradewind.quotations.states import QuotationState


class Quotation(models.Model):
    """What staff are working on. Amounts are minor units of `currency`. What a buyer reads is a version, never this."""

    ref = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(ShopAccount, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=QuotationState.choices, default=QuotationState.DRAFT)
    revision = models.PositiveIntegerField(default=1)  # one more with each change: who works on an older one is told
    # Not kept by it: who comes in with a file and is taken back with it goes.
    buyer = models.ForeignKey(Buyer, null=True, on_delete=models.SET_NULL, related_name="quotations")
    # As staff typed them, complete or not.
    email = models.CharField(max_length=254, blank=True, default="")
    ship_to = models.JSONField(default=dict)  # as Order.ship_to
    market = models.CharField(max_length=12)
    language = models.CharField(max_length=8)
    currency = models.CharField(max_length=3)
    option = models.CharField(max_length=30, blank=True, default="")  # of the market; "agreed": the way in `agreed`
    agreed = models.JSONField(default=dict)  # name, warehouse, days [from, to]
    delivery_price = models.BigIntegerField(null=True)  # none: what the way costs
    discount = models.BigIntegerField(default=0)  # zero or above
    note = models.TextField(blank=True, default="")  # to the buyer
    internal_note = models.TextField(blank=True, default="")
    valid_until = models.DateField(null=True)  # the last day, in the shop's zone
    total = models.BigIntegerField(default=0)  # written down with each change, for lists
    order = models.OneToOneField(Order, null=True, on_delete=models.PROTECT, related_name="quotation")
    words = models.TextField(blank=True, default="")  # with which the buyer declined
    key = models.CharField(max_length=40, null=True, unique=True)  # of the form that began it: two clicks are one draft
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # of the version that holds, as the next two
    seen_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="quotation_newest"),
            models.Index(fields=["state", "-made_at", "-id"], name="quotation_by_state"),
            models.Index(fields=["buyer"], name="quotation_by_buyer"),
            models.Index(fields=["made_at"], name="quotation_kept", condition=Q(order=None, erased_at=None)),
        ]

    def __str__(self) -> str:
        return self.ref


class QuotationLine(models.Model):
    """One line of the draft: an article of the catalogue, or without one in words of staff's own."""

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    variant_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200, blank=True, default="")
    quantity = models.PositiveIntegerField()
    price = models.BigIntegerField(null=True)  # of one; none: the price of the market

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quotation", "position"], name="quotation_line_once")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id or self.title}"


class QuotationVersion(models.Model):
    """What a buyer was sent. It never changes: the order is written from it, at the prices and taxes that it names."""

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField()  # of the draft that it was made from
    email = models.CharField(max_length=254, blank=True, default="")
    ship_to = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")
    content = models.JSONField()  # see quotations.keeping
    valid_until = models.DateField()
    lapses_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quotation", "number"], name="quotation_version_once")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.quotation_id}"
