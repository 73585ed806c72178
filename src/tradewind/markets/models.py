"""Markets and their dated rules. A rule is never edited in code: it has a source, a date and a confidence."""

from django.db import models
from django.db.models import Q


class Market(models.Model):
    """Destination countries that share currency, languages, tax display and offers."""

    code = models.CharField(max_length=12, unique=True)
    name = models.JSONField()  # language -> text
    currency = models.CharField(max_length=3)
    languages = models.JSONField()  # the first is the default
    shows_tax = models.BooleanField()
    is_fallback = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    # Raised by whatever changes what this market's pages say: part of every page's cache key.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_fallback"], condition=Q(is_fallback=True), name="one_fallback_market"),
        ]

    def __str__(self) -> str:
        return self.code


class MarketCountry(models.Model):
    """A country belongs to one market. Countries without a row belong to the fallback market."""

    market = models.ForeignKey(Market, on_delete=models.CASCADE, related_name="countries")
    country = models.CharField(max_length=2, unique=True)

    def __str__(self) -> str:
        return self.country


class MarketRule(models.Model):
    """A rule in force from a day on: tax rates, prior-price rule, withdrawal period, payment duty wording."""

    market = models.ForeignKey(Market, on_delete=models.CASCADE, related_name="rules")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # half-open: the first day on which it no longer holds
    source = models.TextField()
    checked_on = models.DateField()
    confidence = models.CharField(max_length=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "key", "valid_from"], name="market_rule_once")]

    def __str__(self) -> str:
        return f"{self.key} from {self.valid_from}"


class Announcement(models.Model):
    """A special notice (特别公告): a festival, a strike, a closed lane. Pages show it for a time, and it may move dates.

    It is shown from one moment to another, and acts on whole days: those of the warehouse for what leaves, of the destination
    for what travels. Where a list is empty it concerns all there are.
    """

    class Kind(models.TextChoices):
        FESTIVAL = "festival"
        STRIKE = "strike"
        EPIDEMIC = "epidemic"
        WEATHER = "weather"
        CLOSED_LANE = "closed_lane"
        OTHER = "other"

    class Effect(models.TextChoices):
        NOTHING = "nothing"
        DISPATCH = "dispatch"  # goods leave `days` working days later
        TRANSIT = "transit"  # parcels travel `days` working days longer
        STOP = "stop"  # nothing leaves on these days
        CLOSED = "closed"  # what would be on its way on these days cannot be sent

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    title = models.JSONField(default=dict)  # language -> what it is, in a few words
    text = models.JSONField()  # language -> text
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    market_ids = models.JSONField(default=list)
    countries = models.JSONField(default=list)
    options = models.JSONField(default=list)
    warehouses = models.JSONField(default=list)
    effect = models.CharField(max_length=8, choices=Effect.choices, default=Effect.NOTHING)
    days = models.PositiveSmallIntegerField(default=0)
    acts_first = models.DateField(null=True)
    acts_last = models.DateField(null=True)
    said_at = models.DateTimeField(null=True)  # None: before anybody wrote it down
    ended_at = models.DateTimeField(null=True)  # somebody took it down: it acts no more
    revision = models.PositiveIntegerField(default=1)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["ends_at", "id"], name="announcement_by_end")]

    @property
    def acts(self) -> bool:
        """Does it move dates, now or one day?"""
        return self.effect != self.Effect.NOTHING and self.ended_at is None

    def __str__(self) -> str:
        return f"announcement {self.pk}"


class PageText(models.Model):
    """What the seller adds in their own words to a page of a market. Older versions stay."""

    page = models.CharField(max_length=20)
    market = models.ForeignKey(Market, on_delete=models.CASCADE)
    language = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    is_current = models.BooleanField()
    text = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "page", "language", "version"], name="page_text_once"),
            models.UniqueConstraint(
                fields=["market", "page", "language"], condition=Q(is_current=True), name="page_text_current_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.language} v{self.version}"
