"""Stock as a ledger. Levels are the sum of their movements, and the database itself refuses to oversell."""

from django.db import models
from django.db.models import F, Q


class Warehouse(models.Model):
    """A place that goods leave from, with its own calendar and hour of closing."""

    code = models.CharField(max_length=20, unique=True)
    name = models.JSONField()
    city = models.JSONField()
    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=8, blank=True, default="")  # whose holidays apply as well
    zone = models.CharField(max_length=40)
    cutoff = models.TimeField()
    handling_days = models.PositiveSmallIntegerField(default=1)
    closures = models.JSONField(default=list)  # [[first day, last day], ...]
    stops = models.JSONField(default=list)  # of its carriers and suppliers, see inventory.stops
    # Orders that it sends in a working day; 0: as many as come.
    per_day = models.PositiveIntegerField(default=0, db_default=0)
    serves = models.JSONField(default=list)  # countries; empty: everywhere
    position = models.PositiveSmallIntegerField(default=0)
    # What lies in one that is off is not sold, and nothing new is promised from there.
    is_on = models.BooleanField(default=True)
    # As the worker counted them last: orders that wait to leave, and the first day with room for one more, if there is a queue.
    waiting = models.PositiveIntegerField(default=0, db_default=0)
    counted_at = models.DateTimeField(null=True)
    room_on = models.DateField(null=True)
    # Its days have changed, and what was promised before is being looked at: after this promise. Nothing to look at: null.
    look_after = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.code


class StockLevel(models.Model):
    """What a warehouse holds of a variant, and how much of it is spoken for."""

    variant_id = models.BigIntegerField()
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    # How many fewer than are spoken for somebody counted; 0 again once enough lie there. Nothing is sold because of it.
    short = models.IntegerField(default=0, db_default=0)
    short_since = models.DateTimeField(null=True)  # when that was counted; null again with it
    # Where it lies there, as the people there call the place; see inventory.shelves.
    shelf = models.CharField(max_length=30, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant_id", "warehouse"], name="stock_level_once"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(condition=Q(on_hand__gte=F("reserved") - F("short")), name="stock_never_oversold"),
            models.CheckConstraint(condition=Q(short=0) | Q(short_since__isnull=False), name="stock_short_since"),
        ]
        indexes = [models.Index(fields=["variant_id"], name="stock_short", condition=Q(short__gt=0))]

    def __str__(self) -> str:
        return f"{self.variant_id}@{self.warehouse_id}: {self.on_hand} ({self.reserved} reserved)"


class StockMovement(models.Model):
    """One change of `on_hand`, with its cause. Never updated, never deleted."""

    class Kind(models.TextChoices):
        RECEIVED = "received"
        ADJUSTED = "adjusted"
        SHIPPED = "shipped"
        RETURNED = "returned"

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    quantity = models.IntegerField()
    reason = models.CharField(max_length=200, blank=True, default="")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d}"


class Reservation(models.Model):
    """Units held for a subject (an order) in one warehouse."""

    class State(models.TextChoices):
        HELD = "held"
        RELEASED = "released"
        SHIPPED = "shipped"

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="reservation_by_subject"),
            models.Index(fields=["settled_at"], name="reservation_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.subject_kind} {self.subject_id}"
