"""Storing: a batch of order records becomes orders, lines, buyers, search documents and facts in one transaction.

A record that is known by its number is compared by digest: the same is left alone, another replaces what the file told
earlier. State, reference and buyer's wishes of an order are ours and stay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tradewind.buyers.registering import ExternalBuyer, register_external
from tradewind.core import facts, search
from tradewind.core.models import ShopAccount
from tradewind.lib.refs import new_ref
from tradewind.orders.events import OrderImported
from tradewind.orders.importing.building import OrderRecord
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.searching import KIND, order_texts
from tradewind.orders.states import OrderState

_FROM_FILE = (
    "kind",
    "buyer",
    "ship_to",
    "country",
    "currency",
    "goods",
    "delivery",
    "discount",
    "total",
    "placed_at",
    "source_digest",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.created + other.created, self.updated + other.updated, self.unchanged + other.unchanged)


def compare(records: Sequence[OrderRecord], *, account_id: int | None) -> Outcome:
    """What `store` would do, without doing it. The account may not exist yet."""
    digests = {} if account_id is None else {o.external_id: o.source_digest for o in _known(records, account_id)}
    created = sum(record.number not in digests for record in records)
    unchanged = sum(digests.get(record.number) == record.digest for record in records)
    return Outcome(created, len(records) - created - unchanged, unchanged)


def store(records: Sequence[OrderRecord], *, account_id: int, language: str, at: datetime) -> Outcome:
    """Store whole orders, all of them or none."""
    with transaction.atomic():
        # Two imports into one account take turns; orders of other accounts, and their foreign keys, are not held up.
        ShopAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        known = {order.external_id: order for order in _known(records, account_id)}
        new = [record for record in records if record.number not in known]
        changed = [r for r in records if r.number in known and known[r.number].source_digest != r.digest]
        buyers = _buyers([*new, *changed], account_id, language, at)
        fresh = [_fill(Order(ref=new_ref("TW"), account_id=account_id, external_id=r.number), r, buyers) for r in new]
        Order.objects.bulk_create(fresh)
        renewed = [_fill(known[record.number], record, buyers) for record in changed]
        OrderLine.objects.filter(order__in=renewed).delete()
        Order.objects.bulk_update(renewed, _FROM_FILE)
        _store_lines(zip([*fresh, *renewed], [*new, *changed], strict=True))
        happened = [OrderImported(order_id=order.pk, buyer_id=order.buyer_id) for order in [*fresh, *renewed]]
        facts.record_many(happened, by=facts.SYSTEM, at=at)
    return Outcome(len(new), len(changed), len(records) - len(new) - len(changed))


def _known(records: Sequence[OrderRecord], account_id: int) -> Iterable[Order]:
    return Order.objects.filter(account_id=account_id, external_id__in=[record.number for record in records])


def _buyers(records: Sequence[OrderRecord], account_id: int, language: str, at: datetime) -> dict[str, int]:
    # Backwards, so that the country of a buyer's first order is the one that is kept.
    wanted = {
        record.customer: ExternalBuyer(record.customer, language, record.place.country)
        for record in reversed(records)
        if record.customer
    }
    return register_external(wanted.values(), scope=account_id, at=at)


def _fill(order: Order, record: OrderRecord, buyers: dict[str, int]) -> Order:
    order.kind = record.kind
    order.state = order.state or OrderState.COMPLETED
    order.buyer_id = buyers.get(record.customer)
    order.country = record.place.country
    order.ship_to = {
        key: value for key, value in (("country", record.place.country), ("region", record.place.region)) if value
    }
    order.currency = record.currency
    order.delivery = record.sum_of(OrderLine.Kind.DELIVERY)
    # A discount that was taken back is no discount: it goes with the goods.
    order.discount = min(record.sum_of(OrderLine.Kind.DISCOUNT), 0)
    order.total = record.total
    order.goods = order.total - order.delivery - order.discount
    order.placed_at = record.placed_at
    order.source_digest = record.digest
    return order


def _store_lines(pairs: Iterable[tuple[Order, OrderRecord]]) -> None:
    lines: list[OrderLine] = []
    texts: dict[int, Iterable[str]] = {}
    for order, record in pairs:
        own = [
            OrderLine(
                order=order,
                kind=line.kind,
                position=position,
                sku=line.sku,
                title=line.title,
                quantity=line.quantity,
                unit=Decimal(line.unit).scaleb(-4),
                total=line.total,
            )
            for position, line in enumerate(record.lines, start=1)
        ]
        lines += own
        texts[order.pk] = order_texts(order, own, also=[record.customer])
    OrderLine.objects.bulk_create(lines)
    search.index_many(KIND, texts)
