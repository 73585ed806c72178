"""Buyers over all channels. Personal data lives here and on orders and messages, and nowhere else."""

from django.db import models


class Buyer(models.Model):
    """One person or company. `alias_of` makes a merge that can be undone; keys are never rewritten."""

    ref = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=8)
    country = models.CharField(max_length=2, blank=True, default="")
    alias_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="aliases")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.ref


class Identity(models.Model):
    """How a buyer is known on a channel: an address, a number, a platform's own id. One identity, one buyer."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        EXTERNAL = "external"

    buyer = models.ForeignKey(Buyer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # For external ids the shop account that issued them, otherwise 0: another account's id is another person.
    scope = models.BigIntegerField(default=0)
    value = models.CharField(max_length=254)
    shown = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "scope", "value"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
