"""Named reads of buyers, with what is known from their orders within somebody's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from tradewind.buyers.models import Buyer, Identity
from tradewind.buyers.registering import normal_email
from tradewind.core.reach import Reach
from tradewind.orders.models import Order

Counted = tuple[int, datetime | None]  # orders, and when the last was placed


class NoSuchBuyer(LookupError):
    """No buyer within reach has this reference."""


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """Personal data. Orders are counted within reach only; `emails` are those that the own shop knows."""

    id: int
    ref: str
    name: str
    language: str
    country: str
    emails: Sequence[str]
    created_at: datetime
    orders: int
    last_order_at: datetime | None


@dataclass(frozen=True, slots=True)
class BuyerPage:
    rows: Sequence[BuyerRow]
    older: int | None


def buyer_list(reach: Reach, *, country: str = "", email: str = "", after: int | None, size: int) -> BuyerPage:
    """A page of buyers, first registered first. The same statements for one as for many."""
    found = _within(reach)
    if country:
        found = found.filter(country=country)
    if email:
        known = Identity.objects.filter(kind=Identity.Kind.EMAIL, scope=0, value=normal_email(email))
        found = found.filter(pk__in=known.values("buyer_id"))
    if after:
        found = found.filter(pk__gt=after)
    rows = list(found.order_by("pk")[: size + 1])
    return BuyerPage(_rows(rows[:size], reach), rows[size - 1].pk if len(rows) > size else None)


def buyer_named(ref: str, reach: Reach) -> BuyerRow:
    """Raises NoSuchBuyer, also where the buyer never ordered from an account within reach."""
    buyer = _within(reach).filter(ref=ref).first()
    if buyer is None:
        raise NoSuchBuyer(ref)
    return _rows([buyer], reach)[0]


def _within(reach: Reach) -> QuerySet[Buyer]:
    if reach.is_whole:
        return Buyer.objects.all()
    return Buyer.objects.filter(pk__in=reach.of(Order.objects.exclude(buyer=None)).values("buyer_id"))


def _rows(buyers: Sequence[Buyer], reach: Reach) -> list[BuyerRow]:
    ids = [buyer.pk for buyer in buyers]
    orders = reach.of(Order.objects.filter(buyer_id__in=ids, kind=Order.Kind.SALE)).order_by().values("buyer_id")
    told = orders.annotate(many=Count("pk"), last=Max("placed_at")).values_list("buyer_id", "many", "last")
    counted: dict[int | None, Counted] = {buyer_id: (many, last) for buyer_id, many, last in told}
    emails: dict[int, list[str]] = {}
    known = Identity.objects.filter(buyer_id__in=ids, kind=Identity.Kind.EMAIL).order_by("pk")
    for buyer_id, shown in known.values_list("buyer_id", "shown"):
        emails.setdefault(buyer_id, []).append(shown)
    return [_row(buyer, emails.get(buyer.pk, []), counted.get(buyer.pk, (0, None))) for buyer in buyers]


def _row(buyer: Buyer, emails: Sequence[str], counted: Counted) -> BuyerRow:
    many, last = counted
    return BuyerRow(
        id=buyer.pk,
        ref=buyer.ref,
        name=buyer.name,
        language=buyer.language,
        country=buyer.country,
        emails=emails,
        created_at=buyer.created_at,
        orders=many,
        last_order_at=last,
    )
