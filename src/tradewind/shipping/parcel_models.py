"""Parcels: what left in which, who carries it, and everything that was said about where it is."""

from django.db import models
from django.db.models import Q

from tradewind.orders.models import Order, OrderLine


class Parcel(models.Model):
    """One label and what it stands on. The number leads to where somebody lives: erasing an order empties it.

    Three moments stand apart: the order was marked dispatched (a fact of the order), the parcel was handed over, and a carrier
    scanned it for the first time. All from `status` on is computed from the events (shipping.hearing).
    """

    class Watch(models.TextChoices):
        """Does somebody follow it for us?"""

        NONE = ""
        WANTED = "wanted"
        ASKED = "asked"
        WATCHED = "watched"
        REFUSED = "refused"

    class Teller(models.TextChoices):
        """Who says that it has arrived, where no carrier does; also the sources of what they say."""

        STAFF = "staff"
        BUYER = "buyer"
        PROGRAM = "program"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels")
    ref = models.CharField(max_length=20, unique=True)
    carrier = models.CharField(max_length=60, blank=True, default="")
    tracking_number = models.CharField(max_length=60, blank=True, default="")
    number_key = models.CharField(max_length=60, blank=True, default="")  # as numbers are compared
    handed_over_at = models.DateTimeField()  # while it waits: when it was made
    # It stands ready, and the carrier has yet to collect it.
    is_waiting = models.BooleanField(default=False, db_default=False)
    # Which of its order's parcels it is, from 1, in the order in which we learnt that a carrier has them (shipping.parcel_contents); a
    # new label keeps it. None while it waits.
    departure = models.PositiveIntegerField(null=True)
    # A new label took its place: this one is kept for what was said about it, and moves nothing any more.
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    # Its buyer has the money for it back: nobody waits for it any more.
    refunded_at = models.DateTimeField(null=True)
    country = models.CharField(max_length=2, blank=True, default="")  # written down from the order, as is the next
    warehouse = models.CharField(max_length=30, blank=True, default="")
    market = models.CharField(max_length=12, blank=True, default="")  # with the next and the country its lane
    option = models.CharField(max_length=30, blank=True, default="")
    due_at = models.DateTimeField(null=True)  # when the promise of arrival is broken; written down from it

    status = models.CharField(max_length=20, default="not_found")
    reason = models.CharField(max_length=20, blank=True, default="")
    party = models.CharField(max_length=20, blank=True, default="")
    since = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    first_scan_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    # By whose word alone it is there; such a day teaches nothing of lanes.
    arrival_told_by = models.CharField(max_length=8, choices=Teller.choices, blank=True, default="", db_default="")
    is_contradicted = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True)  # when an event that is ahead of its time will count
    told = models.JSONField(default=list)  # the milestones whose facts are recorded: each once

    watch = models.CharField(max_length=8, choices=Watch.choices, blank=True, default="")
    tracker = models.CharField(max_length=20, blank=True, default="")
    watch_problem = models.CharField(max_length=300, blank=True, default="")
    asked_in = models.BigIntegerField(
        null=True
    )  # the delivery that tells its tracker: the answer to an older one says nothing
    ask_at = models.DateTimeField(null=True)  # when its tracker is asked if it has said nothing until then

    # When somebody last listened for what is said of it, and heard something or nothing new: silence before that is silence.
    listened_at = models.DateTimeField(null=True)

    look_at = models.DateTimeField(null=True)  # when something may be wrong with it (shipping.trouble_watching)
    is_in_trouble = models.BooleanField(
        default=False, db_default=False
    )  # at its last look: the next scan has it looked at again
    longest_silence = models.PositiveIntegerField(null=True)  # hours between two scans, or until it was delivered

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "departure"],
                name="parcel_departs_once",
                condition=Q(replaced_at__isnull=True, departure__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["number_key"], name="parcel_by_number"),
            models.Index(fields=["-handed_over_at", "-id"], name="parcel_newest"),
            models.Index(fields=["status", "-handed_over_at", "-id"], name="parcel_by_status"),
            models.Index(
                fields=["due_at", "id"],
                name="parcel_due",
                condition=Q(delivered_at__isnull=True, replaced_at__isnull=True, due_at__isnull=False),
            ),
            models.Index(
                fields=["-handed_over_at", "-id"], name="parcel_contradicted", condition=Q(is_contradicted=True)
            ),
            models.Index(fields=["market", "option", "country", "handed_over_at"], name="parcel_by_lane"),
            models.Index(
                fields=["last_at", "id"],
                name="parcel_last_scan",
                condition=Q(delivered_at__isnull=True, replaced_at__isnull=True, last_at__isnull=False),
            ),
            models.Index(fields=["id"], name="parcel_to_watch", condition=Q(watch="wanted")),
            models.Index(
                fields=["watch", "-handed_over_at", "-id"],
                name="parcel_unfollowed",
                condition=Q(delivered_at__isnull=True, replaced_at__isnull=True),
            ),
            models.Index(fields=["ask_at", "id"], name="parcel_to_ask", condition=Q(ask_at__isnull=False)),
            models.Index(fields=["handed_over_at", "id"], name="parcel_waiting", condition=Q(is_waiting=True)),
            models.Index(
                fields=["-handed_over_at", "-id"],
                name="parcel_unnumbered",
                condition=Q(tracking_number="", replaced_at__isnull=True, delivered_at__isnull=True),
            ),
            models.Index(
                fields=["-handed_over_at", "-id"],
                name="parcel_unseen",
                condition=Q(
                    delivered_at__isnull=True, replaced_at__isnull=True, last_at__isnull=True, due_at__isnull=False
                ),
            ),
            models.Index(fields=["next_at"], name="parcel_ahead", condition=Q(next_at__isnull=False)),
            models.Index(fields=["look_at", "id"], name="parcel_to_look_at", condition=Q(look_at__isnull=False)),
            models.Index(
                fields=["delivered_at"],
                name="parcel_silence_known",
                condition=Q(delivered_at__isnull=False, longest_silence__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class ParcelLine(models.Model):
    """So many of an order's line are in a parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "line"], name="parcel_line_once")]

    def __str__(self) -> str:
        return f"{self.quantity} x line {self.line_id}"


class TrackingEvent(models.Model):
    """One thing that was said about a parcel. Place and words are the carrier's, and may lead to a person: erasing empties them."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="events")
    digest = models.CharField(max_length=32)  # of all that was said: the same twice is one
    at = models.DateTimeField()
    minutes_east = models.SmallIntegerField(null=True)  # the zone of the place
    status = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, blank=True, default="")
    party = models.CharField(max_length=20, blank=True, default="")
    claims = models.BooleanField()  # False: not understood, and shown to staff alone
    code = models.CharField(max_length=60, blank=True, default="")  # what whoever told it calls it
    place = models.CharField(max_length=200, blank=True, default="")
    words = models.CharField(max_length=1000, blank=True, default="")
    carrier = models.CharField(max_length=60, blank=True, default="")
    source = models.CharField(max_length=20)
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "digest"], name="tracking_event_once")]
        indexes = [models.Index(fields=["parcel", "at", "id"], name="tracking_event_by_time")]

    def __str__(self) -> str:
        return f"{self.status} {self.at:%Y-%m-%d %H:%M}"
