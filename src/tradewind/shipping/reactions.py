"""Reactions of shipping: what has left is promised anew, and what was promised anew is written down at the parcels."""

from tradewind.core.facts import Context, reaction
from tradewind.promises.events import PromiseMade
from tradewind.promises.models import Promise
from tradewind.shipping.events import ParcelFirstScanned, ParcelHandedOver
from tradewind.shipping.handing_over import note_taken
from tradewind.shipping.parcels import note_due
from tradewind.shipping.promising_again import promise_again
from tradewind.shipping.trouble_judging import judge_again


@reaction(PromiseMade, name="shipping.note_due")
def note_promised(fact: PromiseMade, context: Context) -> None:
    """The parcels learn their day, and open cases say whether they endanger it."""
    if fact.order_id is None or fact.kind not in (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY):
        return
    if fact.kind == Promise.Kind.DELIVERY:
        note_due([fact.order_id], at=context.now)
    judge_again(fact.order_id, at=context.now)


@reaction(ParcelHandedOver, name="shipping.promise_from_handover")
def promise_from_handover(fact: ParcelHandedOver, context: Context) -> None:
    """The letter of dispatch, which is written after this, says the new days."""
    promise_again(order_id=fact.order_id, handed_over_at=context.recorded_at, at=context.now)


@reaction(ParcelFirstScanned, name="shipping.note_taken")
def note_scanned(fact: ParcelFirstScanned, context: Context) -> None:
    """A carrier scans what it has: whoever forgot to say that it was collected need not."""
    note_taken(fact.parcel_id, at=context.now)
