"""What lies in one parcel of an order, as its buyer is told when it leaves, and what is still to come after it.

Which parcel is the first and which the last is decided here, for all who ask: by when we learnt that a carrier has it. When it was
handed over says less: scans are heard late, and of several at the same moment none would be the last. So each takes the next place
(`departure`) while its order is held, and its next label keeps it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import F, Max, Q

from tradewind.orders.models import OrderLine
from tradewind.shipping.models import Parcel, ParcelLine

# The parcels of an order as they stand one below the other: those that wait come last.
IN_TURN: Final = (F("departure").asc(nulls_last=True), "handed_over_at", "pk")


@dataclass(frozen=True, slots=True)
class Contents:
    """Units by line: in this parcel, and with no carrier when it was. `is_first`: no carrier had anything before it."""

    units: Mapping[int, int]
    to_come: Mapping[int, int]
    is_first: bool

    @property
    def is_whole(self) -> bool:
        return self.is_first and not self.to_come


def contents_of(parcel: Parcel) -> Contents:
    """As of its departure, so that a letter says the same however late it is written. Of one that waits: as if it left now. Two
    statements.
    """
    is_earlier = Q(parcel__departure__isnull=False)
    if parcel.departure is not None:
        is_earlier &= Q(parcel__departure__lt=parcel.departure)
    standing = ParcelLine.objects.filter(parcel__order=parcel.order_id, parcel__replaced_at=None)
    gone = standing.filter(Q(parcel=parcel.pk) | is_earlier).values_list("parcel", "line", "quantity")
    units, earlier = Counter[int](), Counter[int]()
    for parcel_id, line_id, quantity in gone:
        (units if parcel_id == parcel.pk else earlier)[line_id] += quantity
    goods = OrderLine.objects.filter(order=parcel.order_id, kind=OrderLine.Kind.GOODS).order_by("position", "pk")
    left = ((pk, number - units[pk] - earlier[pk]) for pk, number in goods.values_list("pk", "quantity"))
    return Contents(dict(units), {pk: number for pk, number in left if number > 0}, not earlier)


def next_departures(order_ids: Iterable[int]) -> Counter[int]:
    """By order, the place that its next parcel takes. Whoever asks holds the orders. One statement."""
    ids = set(order_ids)
    gone = Parcel.objects.filter(order__in=ids, departure__isnull=False).order_by("order")
    last = dict(gone.values_list("order").annotate(Max("departure")))
    return Counter({pk: last.get(pk, 0) + 1 for pk in ids})


def newest_of(labels: Iterable[Parcel]) -> Parcel | None:
    """Of all labels of an order the one that stands on the parcel that was made last, however new the labels of the others are."""
    made: dict[int, int] = {}
    for label in sorted(labels := list(labels), key=lambda label: label.pk):
        made.setdefault(label.pk, label.pk)
        if label.replaced_by_id is not None:
            made[label.replaced_by_id] = made[label.pk]
    standing = (label for label in labels if label.replaced_at is None)
    return max(standing, key=lambda label: made[label.pk], default=None)


def units_apart(parcel: Parcel) -> Mapping[int, int] | None:
    """Units by line, as far as it holds only a part of its order. None: it holds all of it, or nobody has written down what. Two
    statements.
    """
    held = Counter[int]()
    for line_id, quantity in parcel.lines.values_list("line", "quantity"):
        held[line_id] += quantity
    goods = OrderLine.objects.filter(order=parcel.order_id, kind=OrderLine.Kind.GOODS).values_list("pk", "quantity")
    return held if held and any(held[pk] < number for pk, number in goods) else None


def label_of(parcel_id: int) -> Parcel:
    """The parcel as it travels now: under the label that has taken the place of its first one."""
    parcel = Parcel.objects.get(pk=parcel_id)
    while parcel.replaced_by_id is not None:
        parcel = Parcel.objects.get(pk=parcel.replaced_by_id)
    return parcel
