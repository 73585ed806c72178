"""Reactions of shipping: what was promised anew is written down at the parcels."""

from tradewind.core.facts import Context, reaction
from tradewind.promises.events import PromiseMade
from tradewind.promises.models import Promise
from tradewind.shipping.parcels import note_due


@reaction(PromiseMade, name="shipping.note_due")
def note_promised(fact: PromiseMade, context: Context) -> None:
    if fact.kind == Promise.Kind.DELIVERY and fact.order_id is not None:
        note_due([fact.order_id], at=context.now)
