"""Cases: something that keeps goods from a buyer, what we proposed, what was done, and how it ended."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q

from tradewind.core.models import ShopAccount
from tradewind.orders.models import Order
from tradewind.shipping.parcel_models import Parcel


class TroubleGroup(models.Model):
    """Cases of one cause that are handled together: on one lane of one carrier, or because of one notice, in one shop account."""

    account = models.ForeignKey(ShopAccount, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=20)
    carrier = models.CharField(max_length=60, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    notice = models.CharField(max_length=80, blank=True, default="")  # what it is called, where it has a name

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "cause", "carrier", "country", "notice"], name="trouble_group_once"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.cause, self.carrier, self.country, self.notice) if part)


class Trouble(models.Model):
    """One case. It is open until its cause has gone or somebody dismissed it; `handled_at` says that somebody has acted meanwhile.

    `since` names the episode: what was dismissed does not come back before it begins anew. An order may miss goods for several
    reasons: those of one name are one case.
    """

    class State(models.TextChoices):
        OPEN = "open"
        SOLVED = "solved"
        DISMISSED = "dismissed"

    group = models.ForeignKey(TroubleGroup, on_delete=models.PROTECT, related_name="cases")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="troubles")
    parcel = models.ForeignKey(Parcel, null=True, on_delete=models.CASCADE, related_name="troubles")
    cause = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, blank=True, default="")  # as the carrier said, where it did
    party = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    since = models.DateTimeField()
    opened_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Telling was decided for many at once, and the worker has yet to do it: by whom, with which words, days and code.
    wanted_at = models.DateTimeField(null=True)
    wanted_by = models.CharField(max_length=60, blank=True, default="")
    wanted_note = models.CharField(max_length=500, blank=True, default="")
    wanted_first = models.DateField(null=True)
    wanted_last = models.DateField(null=True)
    wanted_code = models.JSONField(default=dict)  # {"days", "percent", "amount"}, the last in minor units; empty: none
    promise_id = models.BigIntegerField(null=True)  # the promise that it has put at risk
    done = models.JSONField(default=list)  # what was done: [{"act", "at", "by", …}]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parcel", "cause"],
                name="trouble_of_parcel_once",
                condition=Q(state="open", parcel__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["order", "cause", "group"],
                name="trouble_of_order_once",
                condition=Q(state="open", parcel__isnull=True),
            ),
        ]
        indexes = [
            # Conditions without a value: SQLite cannot see one in a parameter.
            models.Index(fields=["group", "since", "id"], name="trouble_open", condition=Q(closed_at__isnull=True)),
            models.Index(
                fields=["group"], name="trouble_waiting", condition=Q(closed_at__isnull=True, handled_at__isnull=True)
            ),
            models.Index(fields=["wanted_at", "id"], name="trouble_to_tell", condition=Q(wanted_at__isnull=False)),
        ]

    @property
    def begun_at(self) -> datetime:
        """For people: the last thing that was heard, or when it was found, where the episode has the name of a promise."""
        return self.opened_at if self.parcel_id is None or self.cause == "slow" else self.since

    @property
    def wanted_days(self) -> tuple[date, date] | None:
        """The days that whoever decided has read."""
        return (self.wanted_first, self.wanted_last) if self.wanted_first and self.wanted_last else None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def __str__(self) -> str:
        return f"{self.cause} {self.order_id}/{self.parcel_id} {self.state}"


class ShortageRound(models.Model):
    """How far the looking for goods counted short has come, where there are too many for one round: one row, after this variant."""

    after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"after {self.after}"


class LaneSilence(models.Model):
    """How long nothing is heard of parcels that arrive in the end: of nineteen of twenty at most so many hours. Learnt each night;
    both empty: of all, no carrier: of a country.
    """

    country = models.CharField(max_length=2, blank=True, default="")
    carrier = models.CharField(max_length=60, blank=True, default="")
    hours = models.PositiveIntegerField()
    parcels = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["country", "carrier"], name="lane_silence_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.carrier}: {self.hours} h"
