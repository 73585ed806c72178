"""Lists of parcels: those that are promised soonest first, or the newest first; pages go on by key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from tradewind.core.reach import Reach
from tradewind.orders.states import OrderState
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import number_key
from tradewind.shipping.tracking_states import TROUBLE, Status
from tradewind.shipping.unseen import HEARD_OF

PAGE: Final = 50
COUNTED: Final = 1000
_IN_TROUBLE: Final = sorted(TROUBLE - {Status.RETURNED})
_UNDERWAY: Final = (OrderState.PAID, OrderState.DISPATCHED)
_BEFORE: Final = (Status.NOT_FOUND, Status.LABEL_CREATED)

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class ParcelFilters:
    """`view`: open (promised and not there, the latest first), late, trouble, unscanned, unnumbered, unfollowed (its tracker
    does not take it), unseen, delivered, or empty for all.

    Of a parcel that nobody follows nobody hears whether it is late: after its time it is no longer open, but unseen.
    """

    view: str = ""
    status: str = ""
    carrier: str = ""
    country: str = ""
    number: str = ""


VIEWS: Final = ("open", "late", "trouble", "unscanned", "unnumbered", "unfollowed", "unseen", "delivered")


def parcel_list(
    filters: ParcelFilters, reach: Reach, *, now: datetime, after: Key | None = None, size: int = PAGE
) -> tuple[list[Parcel], Key | None]:
    """A page with what the list shows of their orders, and where it goes on. One statement."""
    rows = parcels_within(filters, reach, now=now).select_related("order")
    if is_by_promise(filters):
        if after:
            rows = rows.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], pk__gt=after[1]))
        found = list(rows.order_by("due_at", "id")[: size + 1])
        keys = [(parcel.due_at or now, parcel.pk) for parcel in found[:size]]
    else:
        if after:
            rows = rows.filter(Q(handed_over_at__lt=after[0]) | Q(handed_over_at=after[0], pk__lt=after[1]))
        found = list(rows.order_by("-handed_over_at", "-id")[: size + 1])
        keys = [(parcel.handed_over_at, parcel.pk) for parcel in found[:size]]
    return found[:size], keys[-1] if len(found) > size else None


def is_by_promise(filters: ParcelFilters) -> bool:
    return filters.view in {"open", "late"}


def parcel_count(filters: ParcelFilters, reach: Reach, *, now: datetime) -> int:
    """Exact up to COUNTED; one more stands for more."""
    return parcels_within(filters, reach, now=now)[: COUNTED + 1].count()


def parcels_within(filters: ParcelFilters, reach: Reach, *, now: datetime) -> QuerySet[Parcel]:
    """Without those whose label was replaced, unless their number is asked for."""
    rows = reach.of(Parcel.objects.all(), field="order__account_id")
    if filters.number:
        key = number_key(filters.number)
        rows = rows.filter(number_key=key) if key else rows.none()
    else:
        rows = rows.filter(replaced_at__isnull=True)
    for name in ("status", "carrier", "country"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    return _of_view(rows, filters.view, now)


def _of_view(rows: QuerySet[Parcel], view: str, now: datetime) -> QuerySet[Parcel]:
    match view:
        case "open" | "late":
            rows = _promised(rows, now, is_late=view == "late")
        case "trouble":
            rows = rows.filter(Q(status__in=_IN_TROUBLE) | Q(is_contradicted=True), refunded_at=None)
        case "unscanned":
            rows = rows.filter(status__in=_BEFORE, first_scan_at__isnull=True).exclude(tracking_number="")
        case "unnumbered":
            rows = rows.filter(tracking_number="", replaced_at=None, delivered_at=None, refunded_at=None)
            rows = rows.filter(order__erased_at=None, order__state__in=_UNDERWAY)
        case "unfollowed":
            rows = unfollowed(rows)
        case "unseen":
            rows = unseen(rows, now)
        case "delivered":
            rows = rows.filter(status=Status.DELIVERED)
    return rows


def unfollowed(rows: QuerySet[Parcel]) -> QuerySet[Parcel]:
    """Those on their way that their tracker refuses."""
    return rows.filter(watch=Parcel.Watch.REFUSED, delivered_at__isnull=True, refunded_at=None)


def unseen(rows: QuerySet[Parcel], now: datetime) -> QuerySet[Parcel]:
    """Those that should be there by now, and of which nobody hears."""
    unheard = rows.filter(delivered_at__isnull=True, replaced_at__isnull=True, last_at__isnull=True, due_at__lte=now)
    sent = unheard.exclude(watch=Parcel.Watch.WATCHED).filter(is_waiting=False, refunded_at=None)
    return sent.filter(order__erased_at=None, order__state__in=_UNDERWAY)


def _promised(rows: QuerySet[Parcel], now: datetime, *, is_late: bool) -> QuerySet[Parcel]:
    promised = rows.filter(delivered_at__isnull=True, replaced_at__isnull=True, due_at__isnull=False)
    underway = promised.exclude(status=Status.RETURNED)
    if is_late:
        return underway.filter(HEARD_OF, due_at__lte=now)
    return underway.filter(HEARD_OF | Q(due_at__gt=now))


def late_by(parcel: Parcel, now: datetime) -> bool:
    """Is its promise broken, by its arrival or, as far as anybody would hear of that, by now?"""
    is_followed = parcel.is_waiting or parcel.watch == Parcel.Watch.WATCHED or parcel.last_at is not None
    is_heard_of = parcel.delivered_at is not None or is_followed
    return parcel.due_at is not None and is_heard_of and (parcel.delivered_at or now) >= parcel.due_at


def carriers_in_use(reach: Reach) -> list[str]:
    """By which carriers the newest parcels went."""
    newest = reach.of(Parcel.objects.exclude(carrier=""), field="order__account_id").order_by("-id")
    return sorted(set(newest.values_list("carrier", flat=True)[:COUNTED]))
