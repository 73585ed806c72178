"""Papers as they were issued, and the counters that number them."""

from django.db import models
from django.db.models import Q

from tradewind.core.models import ShopAccount, StoredFile
from tradewind.orders.models import Order


class PaperSeries(models.Model):
    """The last number of one kind of paper of one shop account in one year. Taken under its lock, with the paper itself."""

    account = models.ForeignKey(ShopAccount, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "year"], name="paper_series_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id} {self.year}: {self.last}"


class IssuedPaper(models.Model):
    """One invoice or credit note. Nothing of it changes once it is written but `file`, which is added when it is first
    handed out, and what `retaining.py` does many years after.

    It names the buyer as the law asks, so erasing a buyer does not empty it: from `sealed_at` on only staff can open it.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        CREDIT_NOTE = "credit_note"

    ref = models.CharField(max_length=24, unique=True)  # in addresses: numbers could be guessed
    account = models.ForeignKey(ShopAccount, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="credit_notes")
    year = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()  # within the series
    number = models.CharField(max_length=40, unique=True)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()  # minor units; of a credit note what goes back, above zero
    content = models.JSONField()  # keeping.as_data of the whole paper
    items = models.JSONField()  # items.Item of each amount, from which credit notes are reckoned
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=60)
    issued_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "year", "place"], name="paper_number_once"),
        ]
        indexes = [models.Index(fields=["issued_at"], name="paper_sealed", condition=Q(sealed_at__isnull=False))]

    def __str__(self) -> str:
        return self.number
