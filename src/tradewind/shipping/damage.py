"""Goods that arrived damaged: said of an order, and counted by product beside how it is packed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum

from tradewind.catalog.models import Variant
from tradewind.core.reach import Reach
from tradewind.core.trail import write_audit
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.shipping.models import Damage, ParcelLine, Trouble
from tradewind.shipping.trouble_rules import Cause as TroubleCause

# Rates of damage are read over so long.
PERIOD: Final = timedelta(days=180)
MOST_PRODUCTS: Final = 100
MOST_SAID: Final = 20
_HAS_LEFT: Final = frozenset({OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.COMPLETED})


class NoSuchLine(Exception):
    """The order has no such goods."""


class MoreThanLeft(Exception):
    """So many pieces of the line have left, and no more can have arrived."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} have left")
        self.left = left


@dataclass(frozen=True, slots=True)
class Arrived:
    """A line of which something has left, and what was said of it."""

    line: OrderLine
    left: int
    damage: Damage | None


@dataclass(slots=True)
class Counted:
    """Pieces of a product since a day: sent in parcels, and damaged, by cause."""

    product_id: int
    sent: int = 0
    by_cause: Counter[str] = field(default_factory=Counter)

    @property
    def damaged(self) -> int:
        return self.by_cause.total()

    @property
    def share(self) -> float | None:
        """None where more is damaged than is known to have been sent: parcels from before the period."""
        return self.damaged / self.sent if self.sent >= self.damaged > 0 else None


def arrived_of(order_id: int, state: str) -> list[Arrived]:
    """Two statements."""
    lines = OrderLine.objects.filter(order_id=order_id, kind=OrderLine.Kind.GOODS).order_by("position")
    said = {damage.line_id: damage for damage in Damage.objects.filter(order_id=order_id)}
    return [Arrived(line, left, said.get(line.pk)) for line in lines if (left := _left(state, line)) > 0]


def note_damage(*, order_id: int, line_id: int, quantity: int, cause: Damage.Cause, by: str, at: datetime) -> bool:
    """None of it takes back what was said. False where it is said so already. Raises NoSuchLine and MoreThanLeft."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        line = OrderLine.objects.filter(pk=line_id, order=order, kind=OrderLine.Kind.GOODS).first()
        if line is None:
            raise NoSuchLine(line_id)
        left = _left(order.state, line)
        if quantity > left:
            raise MoreThanLeft(left)
        before = Damage.objects.filter(line=line).first()
        if (before.quantity, before.cause) == (quantity, cause) if before else quantity == 0:
            return False
        if quantity:
            Damage.objects.update_or_create(
                line=line, defaults={"order": order, "quantity": quantity, "cause": cause, "by": by, "at": at}
            )
        elif before:
            before.delete()
        write_audit(
            "order.damaged",
            subject=("order", order_id),
            by=by,
            at=at,
            before=_said(line, before.quantity, before.cause) if before else {},
            after=_said(line, quantity, cause) if quantity else {},
        )
    return True


def damage_by_product(reach: Reach, *, since: datetime, product_id: int | None = None) -> list[Counted]:
    """The most damaged first, at most MOST_PRODUCTS. Three statements."""
    said = reach.of(Damage.objects.filter(at__gte=since), field="order__account_id")
    if product_id is not None:
        own = Variant.objects.filter(product_id=product_id).values("pk")
        said = said.filter(line__variant_id__in=own)
    rows = list(said.order_by().values_list("line__variant_id", "cause").annotate(Sum("quantity")))
    products = _products([variant for variant, _, _ in rows])
    counted: dict[int, Counted] = {}
    for variant, cause, units in rows:
        if variant in products:
            product = products[variant]
            counted.setdefault(product, Counted(product)).by_cause[cause] += units
    worst = sorted(counted.values(), key=lambda each: (-each.damaged, each.product_id))[:MOST_PRODUCTS]
    _count_sent(worst, reach, since)
    return worst


def said_by_carriers(reach: Reach) -> list[Order]:
    """Orders of which a carrier says that something is broken, and nobody has said what: the newest, at most MOST_SAID."""
    broken = Trouble.objects.filter(order_id=OuterRef("pk"), cause=TroubleCause.DAMAGED).filter(~Q(state="dismissed"))
    rows = Order.objects.filter(Exists(broken), ~Exists(Damage.objects.filter(order_id=OuterRef("pk"))))
    return list(reach.of(rows).order_by("-pk")[:MOST_SAID])


def _count_sent(products: Sequence[Counted], reach: Reach, since: datetime) -> None:
    of = {each.product_id: each for each in products}
    variants = dict(Variant.objects.filter(product_id__in=list(of)).values_list("pk", "product_id"))
    lines = ParcelLine.objects.filter(
        line__variant_id__in=list(variants),
        parcel__handed_over_at__gte=since,
        parcel__replaced_at=None,
        parcel__is_waiting=False,
    )
    rows = reach.of(lines, field="parcel__order__account_id").order_by().values_list("line__variant_id")
    for variant, units in rows.annotate(Sum("quantity")):
        of[variants[variant]].sent += units


def _products(variant_ids: Sequence[int | None]) -> dict[int | None, int]:
    wanted = {pk for pk in variant_ids if pk is not None}
    return dict(Variant.objects.filter(pk__in=wanted).values_list("pk", "product_id")) if wanted else {}


def _left(state: str, line: OrderLine) -> int:
    """What left elsewhere is not written down line by line."""
    return line.dispatched or (line.quantity if state in _HAS_LEFT else 0)


def _said(line: OrderLine, quantity: int, cause: str) -> dict[str, object]:
    return {"sku": line.sku, "quantity": quantity, "cause": cause}
