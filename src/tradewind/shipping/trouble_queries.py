"""Reading cases: groups with what waits in them, the cases of a group, those of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import RowNumber

from tradewind.core.reach import Reach
from tradewind.promises.models import Promise
from tradewind.shipping.models import Trouble, TroubleGroup
from tradewind.shipping.trouble_rules import OF_DISPATCH, OURS

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


@dataclass(frozen=True, slots=True)
class Waiting:
    """The cases of a group that ask for a hand: how many, the one whose promise is due first, and that promise, if any."""

    number: int
    first: int
    promise_id: int | None


def waiting_in(group_ids: list[int]) -> dict[int, Waiting]:
    """By group. One statement."""
    owed = _endangered().order_by("due_at", "pk")
    rows = _waiting(group_ids).annotate(
        takes=Case(When(cause__in=OF_DISPATCH, then=Value("dispatch")), default=Value("delivery")),
        due=_unless_ours(Subquery(owed.values("due_at")[:1])),
        owed=_unless_ours(Subquery(owed.values("pk")[:1])),
    )
    order = [F("due").asc(nulls_last=True), F("pk").asc()]
    rows = rows.annotate(
        place=Window(RowNumber(), partition_by=F("group"), order_by=order),
        number=Window(Count("pk"), partition_by=F("group")),
    )
    found = rows.order_by().filter(place=1).values_list("group", "number", "pk", "owed")
    return {group: Waiting(number, first, promise) for group, number, first, promise in found}


def unsaid(promises: QuerySet[Promise], group_ids: Sequence[int]) -> QuerySet[Promise]:
    """Those that no waiting case of these groups speaks of: a case and its promise are one thing to do."""
    if not group_ids:
        return promises
    cases = _waiting(group_ids).filter(order_id=OuterRef("subject_id")).exclude(cause__in=OURS)
    of_dispatch = cases.filter(cause__in=OF_DISPATCH)
    rows = promises.exclude(Exists(cases), subject_kind="order", kind=Promise.Kind.DELIVERY)
    return rows.exclude(Exists(of_dispatch), subject_kind="order", kind=Promise.Kind.DISPATCH)


def _waiting(group_ids: Sequence[int]) -> QuerySet[Trouble]:
    return Trouble.objects.filter(group__in=group_ids, closed_at__isnull=True, handled_at__isnull=True)


def _unless_ours(of_promise: Subquery) -> Case:
    """What is ours to do endangers no promise."""
    return Case(When(cause__in=OURS, then=None), default=of_promise)


def _endangered() -> QuerySet[Promise]:
    """The arrival; of what has not left the day of dispatch too."""
    of_order = Promise.objects.filter(subject_kind="order", subject_id=OuterRef("order_id"), is_owed=True)
    return of_order.filter(Q(kind=Promise.Kind.DELIVERY) | Q(kind=OuterRef("takes")))


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
