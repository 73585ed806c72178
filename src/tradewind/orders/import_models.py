"""Files of orders that came in through the console, what each did to which order, and formats that are kept."""

from django.db import models

from tradewind.core.models import ShopAccount, StoredFile


class FileLayout(models.Model):
    """How the files of one source are to be read, under a name: `orders.importing.mapping` without the account."""

    name = models.CharField(max_length=80, unique=True)
    mapping = models.JSONField()
    by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class OrderFile(models.Model):
    """One file: uploaded, looked at, brought in or not, and perhaps taken back. The row stays; its file goes after a while."""

    class State(models.TextChoices):
        MAPPING = "mapping"  # nobody's format: somebody says what stands in which column
        CHECKING = "checking"  # the worker reads it
        REFUSED = "refused"  # it cannot be read at all
        CHECKED = "checked"  # somebody looks at what would be done
        APPLYING = "applying"  # somebody has decided; the worker stores
        APPLIED = "applied"
        LEFT = "left"  # somebody has decided against it
        FAILED = "failed"
        WEIGHING = "weighing"  # the worker looks at what can be taken back
        WEIGHED = "weighed"  # somebody looks at it
        UNDOING = "undoing"
        UNDONE = "undone"

    # The worker has it, or is about to.
    BUSY = (State.CHECKING, State.APPLYING, State.WEIGHING, State.UNDOING)
    # Somebody has still to decide.
    OPEN = (State.MAPPING, State.CHECKED, State.WEIGHED)
    # What it brought in can be taken back, all of it or some.
    STANDS = (State.APPLIED, State.WEIGHED, State.UNDONE, State.FAILED)

    key = models.CharField(max_length=40, unique=True)  # made with the page that asks for the file: two clicks are one
    account = models.ForeignKey(ShopAccount, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    # A key of marketplaces.recognising.REPORTS; empty where `how` is a mapping.
    source = models.CharField(max_length=12, blank=True, default="")
    # zone, currency and encoding of an export; or a mapping without its account.
    how = models.JSONField(default=dict)
    # In which the reasons of rejects are written.
    language = models.CharField(max_length=8, default="en")
    name = models.CharField(max_length=200)
    # The file itself and its rejects. Both go when nobody will ask for them any more.
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    rejects = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    kept_until = models.DateTimeField(null=True)  # None: they have gone
    by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True, default="")
    finished_at = models.DateTimeField(null=True)
    # Raised with each piece of work that is planned for it.
    round = models.PositiveSmallIntegerField(default=0)
    # Names what was shown: only this is done.
    seen = models.CharField(max_length=64, blank=True, default="")
    trouble = models.CharField(max_length=500, blank=True, default="")
    # Counts and sums; before it is decided on, the first orders as they will stand, and the first rejects.
    outcome = models.JSONField(default=dict)
    # What can be taken back or was: counts, and the orders that stay, with why.
    undo = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="order_file_by_account"),
            models.Index(
                fields=["kept_until"], name="order_file_to_forget", condition=models.Q(kept_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"order file {self.pk} {self.state}"


class FileEntry(models.Model):
    """What a file did to one order, until it is taken back. `before` is what stood there, of an order that it changed."""

    file = models.ForeignKey(OrderFile, on_delete=models.CASCADE, related_name="entries", db_index=False)
    order = models.ForeignKey("Order", on_delete=models.CASCADE, related_name="file_entries")
    is_new = models.BooleanField()
    is_contradicted = models.BooleanField(default=False)
    before = models.JSONField(
        null=True
    )  # as snapshots.snapshots_of makes it; personal, emptied by erasing and after a while
    left = models.CharField(max_length=64)  # digest of the order as the file left it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "order"], name="file_entry_once")]

    def __str__(self) -> str:
        return f"file {self.file_id} {'made' if self.is_new else 'changed'} order {self.order_id}"
