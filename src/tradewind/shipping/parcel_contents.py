"""What lies in one parcel of an order, as its buyer is told when it leaves, and what is still to come after it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from tradewind.orders.models import OrderLine
from tradewind.shipping.models import Parcel, ParcelLine


@dataclass(frozen=True, slots=True)
class Contents:
    """Units by line: in this parcel, and not handed over when it was. `is_first`: nothing was handed over before it."""

    units: Mapping[int, int]
    to_come: Mapping[int, int]
    is_first: bool

    @property
    def is_whole(self) -> bool:
        return self.is_first and not self.to_come


def contents_of(parcel: Parcel) -> Contents:
    """Parcels count in the order in which they were handed over, so that a letter says the same however late it is written.
    Two statements.
    """
    before = Q(parcel__handed_over_at=parcel.handed_over_at, parcel__lt=parcel.pk)
    until = Q(parcel=parcel.pk) | Q(parcel__handed_over_at__lt=parcel.handed_over_at) | before
    standing = ParcelLine.objects.filter(parcel__order=parcel.order_id, parcel__replaced_at=None)
    gone = standing.filter(until, parcel__is_waiting=False).values_list("parcel", "line", "quantity")
    units, earlier = Counter[int](), Counter[int]()
    for parcel_id, line_id, quantity in gone:
        (units if parcel_id == parcel.pk else earlier)[line_id] += quantity
    goods = OrderLine.objects.filter(order=parcel.order_id, kind=OrderLine.Kind.GOODS).order_by("position", "pk")
    left = ((pk, number - units[pk] - earlier[pk]) for pk, number in goods.values_list("pk", "quantity"))
    return Contents(dict(units), {pk: number for pk, number in left if number > 0}, not earlier)


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
