"""What the shop has written for the sentences of its letters, who has looked at it, and who may."""

from django.db import models
from django.db.models import Q

from tradewind.core.models import Staff


class WordingVersion(models.Model):
    """One version of a sentence in one language. Versions are added and reviewed, never changed.

    `sentence` is the key of the message, `message` the message itself: it names what was meant when no letter says it any more.
    `source` is the digest of the English words that it renders. Empty `words` are a return to those that came with Tradewind.
    """

    class Origin(models.TextChoices):
        PAGE = "page"
        FILE = "file"
        BACK = "back"  # an earlier version once more

    sentence = models.CharField(max_length=16)
    message = models.TextField()
    language = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    words = models.TextField(blank=True)
    source = models.CharField(max_length=16)
    origin = models.CharField(max_length=4, choices=Origin.choices)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Two who write at once have both looked at the version before: the second is told.
            models.UniqueConstraint(fields=["sentence", "language", "number"], name="wording_version_once"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="wording_reviewed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sentence} {self.language} {self.number}"


class LanguageOff(models.Model):
    """No letter leaves in this language: its readers get another that they read."""

    language = models.CharField(max_length=8, unique=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.language} off"


class Vouching(models.Model):
    """Somebody who may say of words in this language that they are right."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "language"], name="vouching_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} for {self.language}"


class Edition(models.Model):
    """One row. Its token changes with whatever changes what letters say, so that each process reads the words once for each.

    Drawn, not counted: what was rolled back can never be taken for what came after it.
    """

    token = models.CharField(max_length=16)

    def __str__(self) -> str:
        return self.token
