"""What was learnt of lanes: how long they take, and how many of the windows that were promised came true."""

from django.db import models


class LaneRun(models.Model):
    """What one night has learnt. `figures` is told by lib.transit.Figures, `stated` says by which ranges: [market, option, first, last]."""

    learnt_at = models.DateTimeField()
    parcels = models.PositiveIntegerField()  # that were looked at
    figures = models.JSONField()
    stated = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.learnt_at:%Y-%m-%d} {self.parcels}"


class LaneMonth(models.Model):
    """Of the windows of a lane that were due in a month, what came of them. Counted by promises, each by itself."""

    class Stage(models.TextChoices):
        ORDER = "order"
        HANDOVER = "handover"

    month = models.DateField()  # its first day; of the last day that was promised
    account_id = models.BigIntegerField(null=True)
    market = models.CharField(max_length=12)
    country = models.CharField(max_length=2)
    option = models.CharField(max_length=30)
    stage = models.CharField(max_length=8, choices=Stage.choices)
    within = models.PositiveIntegerField(default=0)
    early = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)  # nobody ever told where the parcel is
    still_open = models.PositiveIntegerField(default=0)
    days = models.PositiveBigIntegerField(default=0)  # of all windows, both ends included: for their mean width

    class Meta:
        indexes = [models.Index(fields=["month"], name="lane_month_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.market} {self.country} {self.option} {self.stage}"
