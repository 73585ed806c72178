"""Reactions of shipping: what was promised anew is written down at the parcels."""

from tradewind.core.facts import Context, reaction
from tradewind.promises.events import PromiseMade
from tradewind.promises.models import Promise
from tradewind.shipping.events import ParcelFirstScanned
from tradewind.shipping.handing_over import note_taken
from tradewind.shipping.parcels import note_due


@reaction(PromiseMade, name="shipping.note_due")
def note_promised(fact: PromiseMade, context: Context) -> None:  # noqa: ARG001  # as all reactions
    if fact.kind == Promise.Kind.DELIVERY and fact.order_id is not None:
        note_due([fact.order_id])


@reaction(ParcelFirstScanned, name="shipping.note_taken")
def note_scanned(fact: ParcelFirstScanned, context: Context) -> None:
    """A carrier scans what it has: whoever forgot to say that it was collected need not."""
    note_taken(fact.parcel_id, at=context.recorded_at)
