"""Storing: a batch of order records becomes orders, lines, buyers, search documents and facts in one transaction.

A record that is known by its number is compared by digest: the same is left alone, another replaces what the file told
earlier. State, reference and buyer's wishes of an order are ours and stay; `merging` says what sales channels may change.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol, TypeAlias

from django.db import transaction
from django.db.models import QuerySet

from tradewind.buyers.registering import ExternalBuyer, register_external
from tradewind.core import facts, search
from tradewind.core.models import ShopAccount
from tradewind.core.rows import insert_each, update_each
from tradewind.lib.refs import new_ref
from tradewind.orders.events import OrderImported
from tradewind.orders.importing.building import OrderRecord
from tradewind.orders.importing.merging import (
    FROM_FILE,
    Compared,
    compare_with,
    contradicts,
    keeps_money,
    source_after,
    state_after,
    with_dispatched,
)
from tradewind.orders.importing.promising import settle_promises
from tradewind.orders.importing.recording import Recorder
from tradewind.orders.importing.telling import Told
from tradewind.orders.matching import variants_by_sku
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.searching import KIND, order_texts

# Written by one statement for all rows: of many orders, having Django write them is most of the work.
_OF_ORDER: Final = tuple(field.attname for field in Order._meta.concrete_fields if not field.primary_key)
_OF_LINE: Final = tuple(field.attname for field in OrderLine._meta.concrete_fields if not field.primary_key)
Pair: TypeAlias = tuple[Order, OrderRecord]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`older`: the order is known as a newer file told it. The other three have orders of their own.

    `contradicted` counts, among all, those to whose state the file tells one that cannot follow.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    contradicted: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(*(sum(pair) for pair in zip(astuple(self), astuple(other), strict=True)))


class Looks(Protocol):
    """Is shown each batch of an import that stores nothing, and the orders that are known by the same numbers."""

    def look_at(self, records: Sequence[OrderRecord], known: Mapping[str, Order]) -> None: ...


def compare(records: Sequence[OrderRecord], *, account_id: int | None, looker: Looks | None = None) -> Outcome:
    """What `store` would do, without doing it. The account may not exist yet."""
    known = {} if account_id is None else {order.external_id: order for order in _known(records, account_id)}
    if looker is not None:
        looker.look_at(records, known)
    return _outcome(records, known)


def store(
    records: Sequence[OrderRecord], *, account_id: int, language: str, at: datetime, recorder: Recorder | None = None
) -> Outcome:
    """Store whole orders, all of them or none."""
    with transaction.atomic():
        # Two imports into one account take turns; orders of other accounts, and their foreign keys, are not held up.
        account = ShopAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        # Whoever sends, cancels or pays one of them at this moment is waited for, and what they did is seen.
        held = _known(records, account_id).select_for_update(no_key=True).order_by("pk")
        known = {order.external_id: order for order in held}
        if recorder is not None:
            records = recorder.not_done(records, known)
        outcome = _outcome(records, known)
        changed = [r for r in records if compare_with(known.get(r.number), r) is Compared.CHANGED]
        standing = recorder.standing(changed, known) if recorder is not None else None
        fresh, renewed = _write(records, changed, known, _Into(account_id, language, at))
        if recorder is not None and standing is not None:
            recorder.note([order.pk for order in fresh], standing)
        happened = [OrderImported(order_id=order.pk, buyer_id=order.buyer_id) for order in [*fresh, *renewed]]
        facts.record_many(happened, by=facts.SYSTEM, at=at)
        settle_promises([*fresh, *renewed], account.channel, at=at)
    return outcome


@dataclass(frozen=True, slots=True)
class _Into:
    account_id: int
    language: str
    at: datetime


def _write(
    records: Sequence[OrderRecord], changed: Sequence[OrderRecord], known: Mapping[str, Order], into: _Into
) -> tuple[list[Order], list[Order]]:
    """The orders that were made, and those that were changed."""
    new = [record for record in records if record.number not in known]
    buyers = _buyers([*new, *changed], into.account_id, into.language, into.at)
    account_id = into.account_id
    fresh = [_fill(Order(ref=new_ref("TW"), account_id=account_id, external_id=r.number), r, buyers) for r in new]
    _insert(fresh, account_id)
    kept, relined = _kept_and_relined([(known[record.number], record) for record in changed])
    renewed = [_fill(known[record.number], record, buyers) for record in changed]
    dispatched = _dispatched([order for order, _ in relined])
    OrderLine.objects.filter(order__in=[order for order, _ in relined]).delete()
    # As an INSERT that meets its own row: bulk_update writes a CASE for each field and order, and takes ten times as long.
    Order.objects.bulk_create(renewed, update_conflicts=True, unique_fields=["id"], update_fields=FROM_FILE)
    _store_lines([*zip(fresh, new, strict=True), *relined], dispatched)
    _keep_lines(kept)
    return fresh, renewed


def _insert(orders: Sequence[Order], account_id: int) -> None:
    insert_each(Order, _OF_ORDER, ([getattr(order, name) for name in _OF_ORDER] for order in orders))
    mine = Order.objects.filter(account_id=account_id, external_id__in=[order.external_id for order in orders])
    keys = dict(mine.values_list("external_id", "pk"))
    for order in orders:
        order.pk = keys[order.external_id]


def _outcome(records: Sequence[OrderRecord], known: Mapping[str, Order]) -> Outcome:
    compared = [(compare_with(known.get(record.number), record), record) for record in records]
    found = Counter(result for result, _ in compared)
    return Outcome(
        created=found[Compared.NEW],
        updated=found[Compared.CHANGED],
        unchanged=found[Compared.SAME],
        older=found[Compared.OLDER],
        contradicted=sum(r is Compared.CHANGED and contradicts(known[record.number], record) for r, record in compared),
    )


def _kept_and_relined(changed: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Those whose lines stay, and those whose lines are the file's. Asked before the orders are filled."""
    kept = [(order, record) for order, record in changed if record.told and keeps_money(order, record.told)]
    numbers = {record.number for _, record in kept}
    return kept, [(order, record) for order, record in changed if record.number not in numbers]


def _dispatched(orders: Sequence[Order]) -> dict[int, dict[str, int]]:
    """What has left of each order, by article."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    sent = OrderLine.objects.filter(order__in=orders, dispatched__gt=0).order_by("pk")
    for order_id, sku, number in sent.values_list("order_id", "sku", "dispatched"):
        found[order_id][sku] += number
    return found


def _known(records: Sequence[OrderRecord], account_id: int) -> QuerySet[Order]:
    return Order.objects.filter(account_id=account_id, external_id__in=[record.number for record in records])


def _buyers(records: Sequence[OrderRecord], account_id: int, language: str, at: datetime) -> dict[str, int]:
    # Backwards, so that the country of a buyer's first order is the one that is kept.
    wanted = {
        record.customer: ExternalBuyer(record.customer, language, record.place.country, _name(record)[:120])
        for record in reversed(records)
        if record.customer
    }
    return register_external(wanted.values(), scope=account_id, at=at)


def _name(record: OrderRecord) -> str:
    return (record.told or record).ship_to.get("name", "")


def _fill(order: Order, record: OrderRecord, buyers: dict[str, int]) -> Order:
    if record.told is None:
        order.state = order.state or record.state
        order.buyer_id = buyers.get(record.customer)
        order.country = record.place.country
        told = (("country", record.place.country), ("region", record.place.region))
        order.ship_to = {**{key: value for key, value in told if value}, **record.ship_to}
        order.email = record.email or order.email
        return _with_money(order, record)
    return _fill_told(order, record, record.told, buyers)


def _fill_told(order: Order, record: OrderRecord, told: Told, buyers: dict[str, int]) -> Order:
    """What this file leaves out stays as another told it."""
    order.state = state_after(order, told) if order.state else told.state
    order.buyer_id = buyers.get(record.customer, order.buyer_id)
    order.country = record.place.country or order.country
    order.ship_to = {**order.ship_to, **told.ship_to}
    order.email = told.email or order.email
    order.source = source_after(order.source, record, told)
    if keeps_money(order, told):
        return order
    order.is_priced = told.is_priced
    return _with_money(order, record)


def _with_money(order: Order, record: OrderRecord) -> Order:
    order.kind = record.kind
    order.currency = record.currency
    order.delivery = record.sum_of(OrderLine.Kind.DELIVERY)
    # A discount that was taken back is no discount: it goes with the goods.
    order.discount = min(record.sum_of(OrderLine.Kind.DISCOUNT), 0)
    order.tax = record.tax
    order.tax_included = record.is_tax_included
    order.total = record.total
    order.goods = order.total - order.delivery - order.discount - (0 if record.is_tax_included else record.tax)
    order.placed_at = record.placed_at
    order.source_digest = record.digest
    return order


def _store_lines(pairs: Iterable[tuple[Order, OrderRecord]], dispatched: Mapping[int, Mapping[str, int]]) -> None:
    pairs = list(pairs)
    goods = (line.sku for _, record in pairs for line in record.lines if line.kind == OrderLine.Kind.GOODS)
    variants = variants_by_sku(goods)
    lines: list[OrderLine] = []
    texts: dict[int, Iterable[str]] = {}
    for order, record in pairs:
        own = [
            OrderLine(
                order_id=order.pk,
                kind=line.kind,
                position=position,
                variant_id=variants.get(line.sku) if line.kind == OrderLine.Kind.GOODS else None,
                sku=line.sku,
                title=line.title,
                options=line.options,
                quantity=line.quantity,
                unit=Decimal(line.unit).scaleb(-4),
                total=line.total,
                dispatched=line.dispatched,
            )
            for position, line in enumerate(record.lines, start=1)
        ]
        with_dispatched(own, dispatched.get(order.pk, {}))
        lines += own
        texts[order.pk] = order_texts(order, own, also=[record.customer])
    insert_each(OrderLine, _OF_LINE, ([getattr(line, name) for name in _OF_LINE] for line in lines))
    search.index_many(KIND, texts)


def _keep_lines(pairs: Sequence[Pair]) -> None:
    """Lines that stay learn what has left; the address, which may be new, is found again."""
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=[order for order, _ in pairs]).order_by("order_id", "position"):
        lines[line.order_id].append(line)
    for order, record in pairs:
        left: dict[str, int] = Counter()
        for told in record.lines:
            left[told.sku] += told.dispatched
        with_dispatched(lines[order.pk], left)
    update_each(OrderLine, ["dispatched"], [(line.dispatched, line.pk) for own in lines.values() for line in own])
    search.index_many(KIND, {o.pk: order_texts(o, lines[o.pk], also=[record.customer]) for o, record in pairs})
