"""What has to leave: paid orders that are still here, by the time that was promised, the latest first. Only they are read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tradewind.core.reach import Reach
from tradewind.lib.clock import parse_moment
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.promises.making import start_of
from tradewind.promises.models import Promise
from tradewind.shipping.models import AddressLabel, Packing
from tradewind.shipping.packing import is_still_packed

PAGE: Final = 50
COUNTED: Final = 1000
VIEWS: Final = ("open", "late", "today", "label", "packing", "packed", "held")
# Where nobody promised a day: after all that have one.
NEVER: Final = parse_moment("9999-01-01T00:00:00Z")

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class ToSend:
    """What of the list is asked for; `packer` as audit trails name who packs."""

    view: str = "open"
    warehouse: str = ""
    packer: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One order with what the list says of it. `due_at` is None where no day was promised."""

    order: Order
    due_at: datetime | None
    lines: list[OrderLine] = field(default_factory=list)
    packer: str = ""  # who packs it now
    is_packed: bool = False
    label: AddressLabel | None = None

    @property
    def units(self) -> int:
        return sum(line.quantity - line.dispatched for line in self.lines)

    @property
    def is_in_part(self) -> bool:
        return any(line.dispatched for line in self.lines)


def to_send(
    asked: ToSend, reach: Reach, *, now: datetime, after: Key | None = None, size: int = PAGE
) -> tuple[list[Row], Key | None]:
    """A page, and where it goes on. Four statements, however many there are."""
    rows = within(asked, reach, now=now)
    if after:
        rows = rows.filter(Q(due__gt=after[0]) | Q(due=after[0], pk__gt=after[1]))
    found: list[Any] = list(rows.select_related("account").order_by("due", "pk")[: size + 1])
    shown = found[:size]
    key = (shown[-1].due, shown[-1].pk) if len(found) > size else None
    return _rows(shown), key


def within(asked: ToSend, reach: Reach, *, now: datetime) -> QuerySet[Any]:
    """Orders with `due`, when their promise of dispatch is broken."""
    promised = Promise.objects.filter(
        kind=Promise.Kind.DISPATCH, subject_kind="order", subject_id=OuterRef("pk"), is_owed=True
    ).order_by("-pk")
    rows = reach.of(Order.objects.filter(state=OrderState.PAID, kind=Order.Kind.SALE))
    rows = rows.annotate(due=Coalesce(Subquery(promised.values("due_at")[:1]), Value(NEVER)))
    if asked.warehouse:
        rows = rows.filter(delivery_option__warehouse=asked.warehouse)
    packings = Packing.objects.filter(order=OuterRef("pk"), left_at=None)
    if asked.packer:
        return rows.filter(Exists(packings.filter(packed_at=None, by=asked.packer)))
    if asked.view == "held":
        return rows.filter(held_at__isnull=False)
    rows = rows.filter(held_at__isnull=True)
    if asked.view == "today":
        return rows.annotate(zone=Subquery(promised.values("zone")[:1])).filter(_due_today(now))
    open_ones = {
        "late": Q(due__lte=now),
        "label": ~Exists(AddressLabel.objects.filter(order=OuterRef("pk"))),
        "packing": Exists(packings.filter(packed_at=None)),
        "packed": Exists(packings.filter(packed_at__isnull=False)),
    }
    return rows.filter(open_ones[asked.view]) if asked.view in open_ones else rows


def _due_today(now: datetime) -> Q:
    """Late, or on the day that it is now where the promise was meant: of a warehouse, or of a sales channel. One statement."""
    soon = Promise.objects.filter(
        kind=Promise.Kind.DISPATCH, is_owed=True, due_at__gt=now, due_at__lte=now + timedelta(days=1, hours=1)
    )
    found = Q(due__lte=now)
    for zone in soon.order_by().values_list("zone", flat=True).distinct():
        today = now.astimezone(ZoneInfo(zone)).date()
        found |= Q(zone=zone, due__lte=start_of(today + timedelta(days=1), zone))
    return found


def how_many(asked: ToSend, reach: Reach, *, now: datetime) -> int:
    """Exact up to COUNTED; one more stands for more."""
    return within(asked, reach, now=now)[: COUNTED + 1].count()


def packers(reach: Reach) -> list[str]:
    """Who packs something now, of what can be sent."""
    rows = reach.of(Packing.objects.filter(packed_at=None, left_at=None), field="order__account_id")
    return sorted(set(rows.filter(order__state=OrderState.PAID).values_list("by", flat=True)))


def named(order_ids: Iterable[int], reach: Reach, *, now: datetime) -> list[Row]:
    """Those of the orders that can leave now, the latest first."""
    rows = within(ToSend(), reach, now=now).filter(pk__in=list(order_ids))
    return _rows(list(rows.select_related("account").order_by("due", "pk")))


def _rows(orders: Sequence[Any]) -> list[Row]:
    ids = [order.pk for order in orders]
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    goods = OrderLine.objects.filter(order__in=ids, kind=OrderLine.Kind.GOODS, quantity__gt=F("dispatched"))
    for line in goods.order_by("position", "pk"):
        lines[line.order_id].append(line)
    packings: Mapping[int, Packing] = {
        packing.order_id: packing for packing in Packing.objects.filter(order__in=ids, left_at=None).order_by("pk")
    }
    labels = {label.order_id: label for label in AddressLabel.objects.filter(order__in=ids)}
    return [
        Row(
            order=order,
            due_at=None if order.due == NEVER else order.due,
            lines=lines[order.pk],
            packer=packings[order.pk].by if order.pk in packings and packings[order.pk].is_open else "",
            is_packed=is_still_packed(packings.get(order.pk), lines[order.pk]),
            label=labels.get(order.pk),
        )
        for order in orders
    ]
