"""Visits, counted without cookies. While a day lasts, a visitor is a digest that nobody can turn back; then only sums stay."""

from django.db import models


class DaySalt(models.Model):
    """What the digests of one day are made with. Thrown away when the day is counted."""

    day = models.DateField(unique=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)


class Step(models.TextChoices):
    """How far a visitor came, in the order in which people buy."""

    VISIT = "visit"
    PRODUCT = "product"
    CART = "cart"
    CHECKOUT = "checkout"
    ORDERED = "ordered"


class VisitorStep(models.Model):
    """A visitor of an unfinished day has reached a step, coming from `source` ("" where the page before was ours)."""

    day = models.DateField()
    market = models.CharField(max_length=12)
    visitor = models.CharField(max_length=16)
    step = models.CharField(max_length=8, choices=Step.choices)
    source = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "market", "visitor", "step"], name="visitor_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.market} {self.step}"


class VisitCount(models.Model):
    """So many visitors of a day that is over reached a step, by market and by where they came from."""

    day = models.DateField()
    market = models.CharField(max_length=12)
    source = models.CharField(max_length=60)
    step = models.CharField(max_length=8, choices=Step.choices)
    visitors = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "market", "source", "step"], name="visit_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.market} {self.source} {self.step}: {self.visitors}"
