"""What follows for stock, promises and payments when an order is cancelled or paid."""

from datetime import datetime
from typing import Final

from tradewind.checkout.codes import give_back_code
from tradewind.checkout.promising import promise_after_payment
from tradewind.checkout.readdressing import compare_ways, ways_are_settled
from tradewind.core.facts import SYSTEM, Context, reaction
from tradewind.inventory.reserving import release as release_stock
from tradewind.orders.changes import came_from, went_into
from tradewind.orders.events import AddressChanged, OrderCancelled, OrderMerged, OrderPaid
from tradewind.orders.models import AddressChange, Order
from tradewind.orders.paying import note_payment
from tradewind.orders.states import OrderState
from tradewind.payments.models import PaymentIntent
from tradewind.payments.queries import intents_for, refundable_of
from tradewind.payments.refunding import plan_refund
from tradewind.payments.settling import give_up_intents
from tradewind.promises.making import release as release_promises
from tradewind.shipping.events import OrderMarkedDispatched

CANCELLED: Final = "order.cancelled"


@reaction(OrderCancelled, name="checkout.give_back")
def give_back(happened: OrderCancelled, context: Context) -> None:
    """Stock goes back on sale, a code can be used again, promises end, nobody is asked to pay, what was paid goes back."""
    release_stock(subject=("order", happened.order_id), at=context.now)
    for order_id in came_from(happened.order_id):
        if not any(_has_discount(each) for each in went_into(order_id)):
            give_back_code(order_id=order_id, at=context.now)
    release_promises(order_id=happened.order_id, at=context.now)
    give_up_intents(subject=("order", happened.order_id), by=SYSTEM, at=context.now)
    for intent in intents_for("order", happened.order_id):
        received = refundable_of(intent)
        if received.amount > 0:
            plan_refund(intent=intent, amount=received, reason=CANCELLED, at=context.now, by=SYSTEM)
    # Now that it is on its way, nobody has to be asked about money that came too much or in part.
    note_payment(order_id=happened.order_id, at=context.now)


@reaction(OrderPaid, name="checkout.promise_dates")
def promise_dates(happened: OrderPaid, context: Context) -> None:
    """The money is here: dates that were waiting for it are promised now. An order that is changed after that takes them along."""
    order = Order.objects.get(pk=happened.order_id)
    if order.state == OrderState.PAID:
        promise_after_payment(order, at=_paid_at(order, context.recorded_at))


@reaction(AddressChanged, name="checkout.compare_ways")
def look_at_address(happened: AddressChanged, context: Context) -> None:
    """A change that was erased meanwhile has no address any more."""
    change = AddressChange.objects.get(pk=happened.change_id)
    if change.after:
        compare_ways(change, at=context.now)


@reaction(OrderCancelled, name="checkout.ways_of_cancelled")
def forget_cancelled(happened: OrderCancelled, context: Context) -> None:
    ways_are_settled(happened.order_id, at=context.now)


@reaction(OrderMerged, name="checkout.ways_of_merged")
def forget_merged(happened: OrderMerged, context: Context) -> None:
    ways_are_settled(happened.order_id, at=context.now)


@reaction(OrderMarkedDispatched, name="checkout.ways_of_dispatched")
def forget_dispatched(happened: OrderMarkedDispatched, context: Context) -> None:
    ways_are_settled(happened.order_id, at=context.now)


def _has_discount(order_id: int) -> bool:
    """Does it still stand, with a share in a discount?"""
    return Order.objects.filter(pk=order_id, discount__lt=0).exclude(state=OrderState.CANCELLED).exists()


def _paid_at(order: Order, recorded_at: datetime) -> datetime:
    settled = PaymentIntent.objects.filter(
        subject_kind="order", subject_id=order.pk, state=PaymentIntent.State.PAID
    ).order_by("-settled_at")
    last = settled.values_list("settled_at", flat=True).first()
    return last or recorded_at
