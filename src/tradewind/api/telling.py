"""From rows of orders, promises and payments to what the answers say of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tradewind.api import shapes
from tradewind.api.parcels_telling import parcel_told
from tradewind.api.shapes import Amount
from tradewind.core.words import DEFAULT, pick
from tradewind.lib.money import Money
from tradewind.orders.changes import count_of_changes
from tradewind.orders.history import address_changes
from tradewind.orders.queries import LineRow, OrderDetail, OrderRow
from tradewind.payments.models import PaymentIntent, Refund
from tradewind.payments.queries import intents_for
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.shipping.models import Parcel
from tradewind.shipping.queries import parcels_of


def order_in_list(row: OrderRow) -> shapes.OrderInList:
    return shapes.OrderInList(
        ref=row.ref,
        external_id=row.external_id or None,
        kind=row.kind,
        state=row.state,
        placed_at=row.placed_at,
        account=row.account,
        channel=row.channel,
        country=row.country or None,
        buyer_name=row.buyer_name,
        items=row.items,
        total=Amount.of(row.total),
        is_priced=row.is_priced,
    )


@dataclass(frozen=True, slots=True)
class BesideOrder:
    """What other modules know of an order."""

    promises: Sequence[Promise]
    intents: Sequence[PaymentIntent]
    parcels: Sequence[Parcel]
    address_changes: int
    goods_changes: int


def told_of(order_id: int) -> BesideOrder:
    return BesideOrder(
        promises=list(promises_about("order", order_id)),
        intents=list(intents_for("order", order_id)),
        parcels=parcels_of(order_id),
        address_changes=len(address_changes(order_id)),
        goods_changes=count_of_changes(order_id),
    )


def order_in_full(order: OrderDetail, beside: BesideOrder) -> shapes.OrderInFull:
    return shapes.OrderInFull(
        **dict(order_in_list(order.row)),
        market=order.market or None,
        goods=Amount.of(order.goods),
        delivery=Amount.of(order.delivery),
        discount=Amount.of(order.discount),
        tax=Amount.of(order.tax),
        tax_included=order.tax_included,
        tax_name=pick(order.tax_names, DEFAULT) or None,
        at_door=[
            shapes.DueAtDoor(key=key, name=pick(names, DEFAULT), estimate=Amount.of(estimate))
            for key, names, estimate in order.at_door
        ],
        paid=Amount.of(order.paid),
        delivery_option=order.delivery_option.get("code"),
        payment_method=order.payment_method or None,
        buyer=_buyer(order),
        ship_to=shapes.Address(**{part: order.ship_to.get(part) or "" for part in shapes.Address.model_fields}),
        gift_note=order.gift_note or None,
        lines=[_line(line) for line in order.lines],
        promises=[_promise(promise) for promise in beside.promises],
        payments=[_payment(intent) for intent in beside.intents],
        refunds=[refund_told(refund, intent) for intent in beside.intents for refund in intent.refunds.all()],
        parcels=[parcel_told(parcel) for parcel in beside.parcels],
        address_changes=beside.address_changes,
        goods_changes=beside.goods_changes,
    )


def _buyer(order: OrderDetail) -> shapes.Buyer:
    return shapes.Buyer(
        ref=order.buyer_ref or None,
        name=order.row.buyer_name,
        email=order.email or None,
        language=order.language or order.buyer_language or None,
    )


def _line(line: LineRow) -> shapes.Line:
    return shapes.Line(
        kind=line.kind,
        sku=line.sku or None,
        title=line.title,
        options=line.options,
        quantity=line.quantity,
        unit=line.unit,
        total=Amount.of(line.total),
        tax_rate=line.tax_rate,
        tax=Amount.of(line.tax),
        dispatched=line.dispatched,
    )


def _promise(promise: Promise) -> shapes.PromiseMade:
    return shapes.PromiseMade(
        kind=promise.kind,
        state=promise.state,
        first_day=promise.first_day,
        last_day=promise.last_day,
        zone=promise.zone,
        due_at=promise.due_at,
    )


def refund_told(refund: Refund, intent: PaymentIntent) -> shapes.RefundTold:
    return shapes.RefundTold(
        ref=refund.ref,
        payment=intent.ref,
        amount=Amount.of(refund.owed),
        state=refund.state,
        reason=refund.reason,
        created_at=refund.created_at,
        confirmed_at=refund.confirmed_at,
    )


def _payment(intent: PaymentIntent) -> shapes.Payment:
    received = sum(entry.amount for entry in intent.entries.all())
    return shapes.Payment(
        ref=intent.ref,
        method=intent.method,
        provider=intent.provider,
        provider_ref=intent.provider_ref or None,
        state=intent.state,
        due=Amount.of(intent.due),
        received=Amount.of(Money(received, intent.currency)),
        created_at=intent.created_at,
        settled_at=intent.settled_at,
    )
