"""Named reads of orders. Rows are frozen and hold everything that their page shows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from tradewind.core.reach import Reach
from tradewind.core.rows import planned_anew
from tradewind.lib.money import Money
from tradewind.orders.erasing import NEEDED
from tradewind.orders.filtering import OrderFilters, find_matching
from tradewind.orders.marks import NO_MARKS, Marks, marking, marks_of
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import MOVES, OrderState

PAGE: Final = 50
# Beyond this, a count costs more than it tells.
COUNTED: Final = 1000
READ_AT_ONCE: Final = 500

Key = tuple[datetime, int]


class NoSuchOrder(LookupError):
    """No order has this number, or this reference."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    id: int
    ref: str
    external_id: str
    kind: str
    state: str
    placed_at: datetime
    buyer_id: int | None
    buyer_name: str
    country: str
    account: str
    channel: str
    items: int
    total: Money
    is_priced: bool = True  # False: what was paid is unknown, and the total no zero
    marks: Marks = NO_MARKS
    city: str = ""
    paid: Money | None = None
    method: str = ""
    delivery: Mapping[str, str] = field(default_factory=dict)  # name by language

    @property
    def key(self) -> Key:
        return self.placed_at, self.id


@dataclass(frozen=True, slots=True)
class Listing:
    """In which order, and whether with what staff have put on the orders, which asks two statements more."""

    oldest_first: bool = False
    with_marks: bool = False


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page, newest first. `newer` and `older` are the keys to go on from, or None at that end; with the oldest first,
    `newer` leads to the page before and `older` to the one behind all the same.
    """

    rows: Sequence[OrderRow]
    count: int
    is_counted_fully: bool
    newer: Key | None
    older: Key | None


@dataclass(frozen=True, slots=True)
class LineRow:
    id: int
    kind: str
    variant_id: int | None
    sku: str
    title: str
    options: str
    parts: tuple[tuple[str, int], ...]
    quantity: int
    unit: Decimal
    total: Money
    tax_rate: Decimal
    tax: Money
    discount: Money  # zero or below, and not in `total`
    picture: str
    dispatched: int


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with its lines and its buyer as the console shows them."""

    row: OrderRow
    lines: Sequence[LineRow]
    goods: Money
    delivery: Money
    discount: Money
    tax: Money
    tax_included: bool
    paid: Money
    email: str
    ship_to: dict[str, Any]
    gift_note: str
    language: str
    market: str
    tax_names: dict[str, str]
    at_door: Sequence[tuple[str, dict[str, str], Money]]  # what the buyer was told to expect from the carrier
    delivery_option: dict[str, Any]
    payment_method: str
    buyer_ref: str
    buyer_language: str
    is_cancellable: bool
    is_erasable: bool
    erased_at: datetime | None

    @property
    def discounts(self) -> list[LineRow]:
        """Below zero, by the names that the buyer read."""
        return [line for line in self.lines if line.kind == OrderLine.Kind.DISCOUNT]

    @property
    def charges(self) -> list[LineRow]:
        """Duties, and taxes that were taken off, as the buyer read them."""
        return [line for line in self.lines if line.kind == OrderLine.Kind.CHARGE]

    @property
    def tax_by_rate(self) -> list[tuple[Decimal, Money]]:
        """(percent, tax) of all lines, the highest rate first; without rates that brought nothing."""
        by_rate: dict[Decimal, Money] = {}
        for line in self.lines:
            by_rate[line.tax_rate] = by_rate.get(line.tax_rate, Money.zero(line.tax.currency)) + line.tax
        return [(rate, by_rate[rate]) for rate in sorted(by_rate, reverse=True) if by_rate[rate].amount]

    @property
    def open_amount(self) -> Money:
        """What is still to be paid; below zero when too much came in."""
        return self.row.total - self.paid


def order_list(
    filters: OrderFilters,
    reach: Reach,
    *,
    after: Key | None = None,
    before: Key | None = None,
    size: int = PAGE,
    how: Listing = Listing(),
) -> OrderPage:
    """A page of orders, newest first: those older than the key `after`, or the last ones newer than `before`; with
    `how.oldest_first` the other way round.
    """
    matching = find_matching(filters, reach)
    found, (count, is_counted_fully) = matching.orders, matching.counted(COUNTED)
    if how.with_marks:
        found = marking(found)
    onward, back = (_newer_than, _older_than) if how.oldest_first else (_older_than, _newer_than)
    if before is not None:
        orders = list(back(found, before)[: size + 1])
        has_newer, has_older = len(orders) > size, True
        orders = orders[:size][::-1]
    else:
        orders = list(onward(found, after)[: size + 1])
        has_newer, has_older = after is not None, len(orders) > size
        orders = orders[:size]
    rows = _rows(orders, with_marks=how.with_marks)
    return OrderPage(
        rows=rows,
        count=count,
        is_counted_fully=is_counted_fully,
        newer=rows[0].key if rows and has_newer else None,
        older=rows[-1].key if rows and has_older else None,
    )


def rows_matching(filters: OrderFilters, reach: Reach, *, oldest_first: bool) -> Iterator[OrderRow]:
    """All rows that are found, read in parts by their keys: what comes in meanwhile shifts nothing, and memory does not grow."""
    found = marking(find_matching(filters, reach).orders)
    onward = _newer_than if oldest_first else _older_than
    key: Key | None = None
    while True:
        with planned_anew():
            rows = _rows(list(onward(found, key)[:READ_AT_ONCE]), with_marks=True)
        if not rows:
            return
        yield from rows
        key = rows[-1].key


def newest_orders(filters: OrderFilters, reach: Reach, *, size: int) -> list[OrderRow]:
    """The first rows of the list, without its count."""
    return _rows(list(_older_than(find_matching(filters, reach).orders, None)[:size]))


def count_matching(filters: OrderFilters, reach: Reach, *, limit: int) -> int:
    """How many are found, counted to `limit`."""
    return find_matching(filters, reach).orders.order_by()[:limit].count()


def ids_matching(filters: OrderFilters, reach: Reach, *, limit: int) -> list[int]:
    """The numbers of up to `limit` orders, newest first."""
    found = find_matching(filters, reach).orders.order_by("-placed_at", "-id")
    return list(found.values_list("pk", flat=True)[:limit])


def order_id_of(ref: str, reach: Reach) -> int:
    """The number of the order with this reference. Raises NoSuchOrder, also where it is out of reach."""
    try:
        return reach.of(Order.objects.all()).values_list("pk", flat=True).get(ref=ref)
    except Order.DoesNotExist:
        raise NoSuchOrder(ref) from None


def order_id_of_cart(cart_key: str) -> int | None:
    """The number of the order that this cart became, None where it became none."""
    return Order.objects.filter(cart_key=cart_key).values_list("pk", flat=True).first()


def order_detail(order_id: int) -> OrderDetail:
    """Raises NoSuchOrder."""
    order = _with_names(Order.objects.filter(pk=order_id)).first()
    if order is None:
        raise NoSuchOrder(order_id)
    lines = list(OrderLine.objects.filter(order_id=order_id).order_by("position", "id"))
    return OrderDetail(
        row=_row(order, sum(line.quantity for line in lines if line.kind == OrderLine.Kind.GOODS)),
        lines=[_line(line, order.currency) for line in lines],
        goods=Money(order.goods, order.currency),
        delivery=Money(order.delivery, order.currency),
        discount=Money(order.discount, order.currency),
        tax=Money(order.tax, order.currency),
        tax_included=order.tax_included,
        paid=Money(order.paid, order.currency),
        email=order.email,
        ship_to=order.ship_to,
        gift_note=order.gift_note,
        language=order.language,
        market=order.market,
        tax_names=order.rules.get("tax_names", {}),
        at_door=[
            (key, names, Money(estimate, order.currency)) for key, names, estimate in order.rules.get("at_door", [])
        ],
        delivery_option=order.delivery_option,
        payment_method=order.payment_method,
        buyer_ref=order.buyer.ref if order.buyer else "",
        buyer_language=order.buyer.language if order.buyer else "",
        is_erasable=OrderState(order.state) not in NEEDED and bool(order.email or order.ship_to.keys() - {"country"}),
        erased_at=order.erased_at,
        is_cancellable=order.kind == Order.Kind.SALE and OrderState.CANCELLED in MOVES[OrderState(order.state)],
    )


def placed_in(order_id: int) -> tuple[str, str]:
    """Market and language that an order was placed in. Raises NoSuchOrder."""
    found = Order.objects.filter(pk=order_id).values_list("market", "language").first()
    if found is None:
        raise NoSuchOrder(order_id)
    return found


def account_of_order(order_id: int) -> int | None:
    """The shop account of an order, None where there is no such order."""
    return Order.objects.filter(pk=order_id).values_list("account_id", flat=True).first()


def others_of_buyer(row: OrderRow, reach: Reach) -> list[OrderRow]:
    """The newest other orders of whoever gave this one."""
    if row.buyer_id is None:
        return []
    same_buyer = reach.of(Order.objects.filter(buyer_id=row.buyer_id).exclude(pk=row.id))
    return _rows(list(_with_names(same_buyer).order_by("-placed_at", "-id")[:5]))


def buyers_within(reach: Reach, buyer_ids: Collection[int]) -> set[int]:
    """Those of the buyers who have ordered from an account within reach."""
    orders = reach.of(Order.objects.filter(buyer_id__in=buyer_ids))
    return {buyer_id for buyer_id in orders.values_list("buyer_id", flat=True).distinct() if buyer_id is not None}


def orders_by_id(ids: Sequence[int], reach: Reach) -> dict[int, OrderRow]:
    """The rows of these orders, for lists that name orders."""
    return {row.id: row for row in _rows(list(_with_names(reach.of(Order.objects.filter(pk__in=ids)))))}


def count_in_state(state: OrderState, reach: Reach) -> int:
    """How many sales are in this state, counted to COUNTED + 1."""
    return reach.of(Order.objects.filter(state=state, kind=Order.Kind.SALE))[: COUNTED + 1].count()


# The first condition looks redundant: it lets both databases start in the index at the right place.
def _older_than(found: QuerySet[Order], key: Key | None) -> QuerySet[Order]:
    if key is not None:
        at, pk = key
        found = found.filter(Q(placed_at__lte=at), Q(placed_at__lt=at) | Q(pk__lt=pk))
    return _with_names(found).order_by("-placed_at", "-id")


def _newer_than(found: QuerySet[Order], key: Key | None) -> QuerySet[Order]:
    if key is not None:
        at, pk = key
        found = found.filter(Q(placed_at__gte=at), Q(placed_at__gt=at) | Q(pk__gt=pk))
    return _with_names(found).order_by("placed_at", "id")


def _with_names(orders: QuerySet[Order]) -> QuerySet[Order]:
    return orders.select_related("account", "buyer")


def _rows(orders: Sequence[Order], *, with_marks: bool = False) -> list[OrderRow]:
    goods = OrderLine.objects.filter(order__in=[order.pk for order in orders], kind=OrderLine.Kind.GOODS)
    items = dict(goods.values_list("order_id").annotate(Sum("quantity")).order_by())
    marks = marks_of(orders) if with_marks else {}
    return [_row(order, items.get(order.pk, 0), marks.get(order.pk, NO_MARKS)) for order in orders]


def _row(order: Order, items: int, marks: Marks = NO_MARKS) -> OrderRow:
    name = str(order.ship_to.get("name", "")) or (order.buyer.name if order.buyer else "")
    return OrderRow(
        id=order.pk,
        ref=order.ref,
        external_id=order.external_id,
        kind=order.kind,
        state=order.state,
        placed_at=order.placed_at,
        buyer_id=order.buyer_id,
        buyer_name=name or order.email,
        country=order.country,
        account=order.account.name,
        channel=order.account.channel,
        items=items,
        total=Money(order.total, order.currency),
        is_priced=order.is_priced,
        marks=marks,
        city=str(order.ship_to.get("city") or ""),
        paid=Money(order.paid, order.currency),
        method=order.payment_method,
        delivery=order.delivery_option.get("name", {}),
    )


def _line(line: OrderLine, currency: str) -> LineRow:
    return LineRow(
        id=line.pk,
        kind=line.kind,
        variant_id=line.variant_id,
        sku=line.sku,
        title=line.title,
        options=line.options,
        parts=tuple((sku, units) for sku, units in line.parts),
        quantity=line.quantity,
        unit=line.unit,
        total=Money(line.total, currency),
        tax_rate=line.tax_rate,
        tax=Money(line.tax, currency),
        discount=Money(line.discount, currency),
        picture=line.picture,
        dispatched=line.dispatched,
    )
