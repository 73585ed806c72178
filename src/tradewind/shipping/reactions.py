"""Reactions of shipping: what has left is promised anew, and what was promised anew is written down at the parcels."""

from tradewind.core.facts import Context, reaction
from tradewind.promises.events import PromiseMade
from tradewind.promises.models import Promise
from tradewind.shipping.events import OrderMarkedDispatched
from tradewind.shipping.parcels import note_due
from tradewind.shipping.promising_again import promise_again


@reaction(PromiseMade, name="shipping.note_due")
def note_promised(fact: PromiseMade, context: Context) -> None:  # noqa: ARG001  # as all reactions
    if fact.kind == Promise.Kind.DELIVERY and fact.order_id is not None:
        note_due([fact.order_id])


@reaction(OrderMarkedDispatched, name="shipping.promise_again")
def promise_from_hand_over(fact: OrderMarkedDispatched, context: Context) -> None:
    promise_again(order_id=fact.order_id, marked_at=context.recorded_at, at=context.now)
