"""Reading cases: groups with what waits in them, the cases of a group, those of an order."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from tradewind.core.reach import Reach
from tradewind.shipping.models import Trouble, TroubleGroup

PAGE = 50
MOST_GROUPS = 200
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """`open` cases, of which `waiting` ask for a hand; `first` is the one to look at where there is one alone."""

    group: TroubleGroup
    open: int
    waiting: int
    since: datetime
    first: int


def groups(reach: Reach, *, cause: str = "") -> list[GroupRow]:
    """What is open, those that ask for most hands first. One statement."""
    rows = reach.of(TroubleGroup.objects.filter(cases__closed_at__isnull=True)).select_related("account")
    if cause:
        rows = rows.filter(cause=cause)
    counted = rows.annotate(
        open=Count("cases"),
        waiting=Count("cases", filter=Q(cases__handled_at__isnull=True)),
        since=Min("cases__opened_at"),
        first=Min("cases__pk"),
    ).order_by("-waiting", "-open", "pk")
    return [GroupRow(row, row.open, row.waiting, row.since, row.first) for row in counted[:MOST_GROUPS]]


def waiting_in(group_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Of each group: how many cases ask for a hand, and the first of them. One statement."""
    waiting = Trouble.objects.filter(group__in=group_ids, closed_at__isnull=True, handled_at__isnull=True)
    rows = waiting.order_by().values_list("group").annotate(number=Count("pk"), first=Min("pk"))
    return {group: (number, first) for group, number, first in rows}


def cases_of_group(group_id: int, *, after: Key | None = None, size: int = PAGE) -> tuple[list[Trouble], Key | None]:
    """Open ones, the longest first, with order and parcel; and where the list goes on. One statement."""
    rows = Trouble.objects.filter(group_id=group_id, closed_at__isnull=True)
    if after:
        rows = rows.filter(Q(since__gt=after[0]) | Q(since=after[0], pk__gt=after[1]))
    found = list(rows.select_related("order__account", "parcel").order_by("since", "id")[: size + 1])
    last = found[:size][-1] if found else None
    return found[:size], (last.since, last.pk) if last and len(found) > size else None


def open_troubles(order_id: int) -> list[Trouble]:
    """The open cases of an order, oldest first."""
    rows = Trouble.objects.filter(order_id=order_id, closed_at__isnull=True)
    return list(rows.select_related("group", "order", "parcel").order_by("pk"))


def account_of_trouble(trouble_id: int) -> int | None:
    """The shop account that a case belongs to, None where there is none of this number."""
    return Trouble.objects.filter(pk=trouble_id).values_list("group__account_id", flat=True).first()


def account_of_group(group_id: int) -> int | None:
    return TroubleGroup.objects.filter(pk=group_id).values_list("account_id", flat=True).first()
