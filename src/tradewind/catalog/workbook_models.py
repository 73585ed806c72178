"""Workbooks that the worker checks, takes over or writes, and how far each has come."""

from django.db import models
from django.db.models import Q

from tradewind.core.models import StoredFile


class WorkbookRun(models.Model):
    """One workbook: that was uploaded, looked at, and taken over or not; or that is written for downloading."""

    class Kind(models.TextChoices):
        IMPORT = "import"
        EXPORT = "export"

    class State(models.TextChoices):
        CHECKING = "checking"  # the worker reads it
        REFUSED = "refused"  # cells that cannot be used: nothing was imported
        CHECKED = "checked"  # somebody looks at what would change
        APPLYING = "applying"  # somebody has decided; the worker writes
        APPLIED = "applied"
        LEFT = "left"  # somebody has decided against it
        WRITING = "writing"  # of an export
        READY = "ready"
        FAILED = "failed"

    # The worker has it, or is about to.
    BUSY = (State.CHECKING, State.APPLYING, State.WRITING)

    kind = models.CharField(max_length=6, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True, default="")
    finished_at = models.DateTimeField(null=True)
    # Raised with each piece of work that is planned for it.
    round = models.PositiveSmallIntegerField(default=0)
    # Names the changes that were shown: only these are taken over.
    seen = models.CharField(max_length=64, blank=True, default="")
    trouble = models.CharField(max_length=20, blank=True, default="")
    # Counts, and the first changes or problems; `report` has all of them.
    outcome = models.JSONField(default=dict)
    report = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="applying"), name="one_workbook_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"
