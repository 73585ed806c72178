"""Packing: who packs what, what was looked at before it left, and what proves it."""

from django.db import models
from django.db.models import Q

from tradewind.core.models import StoredFile
from tradewind.orders.models import Order


class Packing(models.Model):
    """Somebody packs what is still here of an order, or has packed it. One is open for an order: two never pack the same."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="packings")
    by = models.CharField(max_length=60)
    begun_at = models.DateTimeField()
    packed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)  # laid aside, or taken over by somebody else
    counts = models.JSONField(default=dict)  # units in the parcel, by item of the checklist
    ticks = models.JSONField(default=list)  # what else was looked at
    units = models.JSONField(default=dict)  # once packed: by line, what is in the parcel
    unproven = models.CharField(max_length=200, blank=True, default="")  # why there is no photo where one is asked for
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(packed_at__isnull=True, left_at__isnull=True), name="packing_open_once"
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.packed_at is None and self.left_at is None

    def __str__(self) -> str:
        return f"packing {self.pk} of order {self.order_id}"


class QualityCheck(models.Model):
    """Somebody looked at goods of an order before they leave. Of several about one product the newest holds."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="quality_checks")
    product_id = models.BigIntegerField()
    key = models.CharField(max_length=40, unique=True)  # made with the page that asks: two clicks are one check
    is_passed = models.BooleanField()
    looked_at = models.PositiveIntegerField()  # pieces
    # Pieces in the order then: what was added since has not been looked at.
    of_pieces = models.PositiveIntegerField(default=0, db_default=0)
    failed = models.JSONField(default=list)  # codes of catalog.packing.PARTS
    reason = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"check {self.pk} of order {self.order_id}: {'passed' if self.is_passed else 'failed'}"


class Evidence(models.Model):
    """A photo or film of packing or of a check. Labels are seen on it: erasing the order takes it away."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="evidence")
    found = models.ForeignKey(QualityCheck, null=True, on_delete=models.CASCADE, related_name="evidence")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="evidence")
    is_film = models.BooleanField(default=False)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)  # nobody sees it any more, and the file goes at the next turn

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "file"], condition=Q(found__isnull=True), name="evidence_of_packing_once"
            ),
            models.UniqueConstraint(fields=["file", "found"], name="evidence_of_check_once"),
        ]
        indexes = [models.Index(fields=["id"], name="evidence_erased", condition=Q(erased_at__isnull=False))]

    def __str__(self) -> str:
        return f"evidence {self.pk} of order {self.order_id}"


class AddressLabel(models.Model):
    """A label was made for what is still here of an order. `changes`: of its address until then, so that an old label is known."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="address_label")
    changes = models.PositiveIntegerField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"label of order {self.order_id}"
