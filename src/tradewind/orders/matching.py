"""Matching: which of our articles the lines of other channels' orders are, by article number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from tradewind.catalog.models import Variant
from tradewind.core.models import ShopAccount
from tradewind.core.reach import Reach
from tradewind.core.trail import write_audit
from tradewind.lib.batches import in_batches
from tradewind.orders.models import Order, OrderLine

_AT_ONCE: Final = 500
PAGE: Final = 50

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Matched:
    """How many lines were found among our articles, and of how many article numbers."""

    lines: int
    articles: int


@dataclass(frozen=True, slots=True)
class UnmatchedOrder:
    id: int
    ref: str
    external_id: str
    account: str
    placed_at: datetime
    articles: Sequence[tuple[str, str]]  # article number and title


def variants_by_sku(skus: Iterable[str]) -> Mapping[str, int]:
    """Our articles of these numbers; those that we do not have are left out."""
    wanted = sorted({sku for sku in skus if sku})
    found: dict[str, int] = {}
    for some in in_batches(wanted, _AT_ONCE):
        found |= dict(Variant.objects.filter(sku__in=some).values_list("sku", "pk"))
    return found


def match_lines(reach: Reach, *, by: str, at: datetime) -> Matched:
    """Look again for every line within reach that was not found. A few statements for each hundred article numbers."""
    skus = list(_unmatched(reach).order_by("sku").values_list("sku", flat=True).distinct())
    found = variants_by_sku(skus)
    if not found:
        return Matched(0, 0)
    with transaction.atomic():
        lines = sum(_unmatched(reach).filter(sku=sku).update(variant_id=pk) for sku, pk in sorted(found.items()))
        after = {"lines": lines, "articles": sorted(found)[:_AT_ONCE]}
        write_audit("order_lines.matched", subject=("order", None), by=by, at=at, after=after)
    return Matched(lines, len(found))


def count_unmatched(reach: Reach) -> tuple[int, int]:
    """How many article numbers are not among ours, and in how many orders they stand."""
    found = (
        _unmatched(reach)
        .order_by()
        .aggregate(articles=Count("sku", distinct=True), orders=Count("order_id", distinct=True))
    )
    return found["articles"], found["orders"]


def has_unmatched(reach: Reach) -> bool:
    return _unmatched(reach).exists()


def unmatched_orders(reach: Reach, *, after: Key | None = None) -> tuple[list[UnmatchedOrder], Key | None]:
    """A page of orders with lines that were not found, newest first, and the key to go on from."""
    # As a list of their numbers, which an index holds: asked one by one, all orders would be looked at where few are left.
    lines = OrderLine.objects.filter(_IS_UNMATCHED).order_by().values("order_id")
    orders = reach.of(Order.objects.filter(pk__in=lines).exclude(account__channel=ShopAccount.Channel.OWN))
    if after is not None:
        at, pk = after
        orders = orders.filter(Q(placed_at__lt=at) | Q(placed_at=at, pk__lt=pk))
    page = list(orders.select_related("account").order_by("-placed_at", "-id")[: PAGE + 1])
    has_more, page = len(page) > PAGE, page[:PAGE]
    told: dict[int, dict[str, str]] = {order.pk: {} for order in page}
    of_page = OrderLine.objects.filter(_IS_UNMATCHED, order__in=page).order_by("order_id", "position")
    for order_id, sku, title in of_page.values_list("order_id", "sku", "title"):
        told[order_id].setdefault(sku, title)
    rows = [
        UnmatchedOrder(o.pk, o.ref, o.external_id, o.account.name, o.placed_at, tuple(told[o.pk].items())) for o in page
    ]
    return rows, (page[-1].placed_at, page[-1].pk) if has_more else None


_IS_UNMATCHED: Final = Q(kind=OrderLine.Kind.GOODS, variant_id__isnull=True) & ~Q(sku="")


def _unmatched(reach: Reach) -> QuerySet[OrderLine]:
    """The own shop's lines name their article since they were ordered."""
    lines = OrderLine.objects.filter(_IS_UNMATCHED).exclude(order__account__channel=ShopAccount.Channel.OWN)
    return reach.of(lines, field="order__account_id")
