"""One act on many orders: looked at, done by the worker in batches, and undone."""

from django.db import models


class BulkRun(models.Model):
    """What somebody wants done with many orders, and how far it is. `words` are forgotten with its end: holds keep them."""

    class Act(models.TextChoices):
        TAG = "tag"
        UNTAG = "untag"
        HOLD = "hold"
        RELEASE = "release"
        DISPATCH = "dispatch"

    class State(models.TextChoices):
        SHOWN = "shown"  # somebody looks at what would be done
        RUNNING = "running"
        DONE = "done"
        LEFT = "left"  # somebody has decided against it

    act = models.CharField(max_length=8, choices=Act.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SHOWN)
    tag = models.ForeignKey("orders.OrderTag", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=20, blank=True, default="")  # of a hold
    words = models.CharField(max_length=500, blank=True, default="")
    # The run whose orders are put back as they were: a run is undone once.
    undoes = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    step = models.PositiveIntegerField(default=0)  # batches that are done
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="bulk_run_by")]

    def __str__(self) -> str:
        return f"{self.act} {self.pk} {self.state}"


class BulkItem(models.Model):
    """One of the orders of a run, and what became of it. `why` is a code for what was refused."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "order"], name="bulk_item_once")]
        indexes = [models.Index(fields=["run", "state", "id"], name="bulk_item_by_state")]

    def __str__(self) -> str:
        return f"{self.order_id} in {self.run_id}: {self.state}"
