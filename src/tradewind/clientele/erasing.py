"""Erasing what is kept with an order, once a person has decided what the accounts still need.

Each module empties its own rows, in one transaction. What was sold, for how much and at which taxes stays for ever, and so do
facts and the audit trail, which name nobody. Invoices stay as the law has them kept, sealed (`papers/retaining.py`). Nothing is asked of providers and carriers: what they know is theirs to erase.
"""

from datetime import datetime

from django.db import transaction

from tradewind.aftersales.erasing import erase_withdrawals
from tradewind.aftersales.feedback import erase_feedback
from tradewind.buyers.erasing import erase_buyer
from tradewind.checkout.erasing import erase_of_checkout
from tradewind.clientele.oneness import one_with, open_requests
from tradewind.core.facts import SYSTEM
from tradewind.core.links import revoke_links
from tradewind.core.models import Staff
from tradewind.core.todos import finish
from tradewind.core.trail import write_audit
from tradewind.messaging.erasing import erase_letters, erase_quotation_letters
from tradewind.orders.erasing import empty_order
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.papers.retaining import seal_papers
from tradewind.quotations.erasing import empty_quotations, quotations_of
from tradewind.shipping.erasing import erase_handover


def erase_order(order_id: int, *, keeps_address: bool, by: Staff | None, at: datetime) -> None:
    """Empty everything personal that is kept with an order; with `keeps_address`, name and address stay on it, as on an invoice.

    Orders that became one are emptied as one, whichever of them is named: each of them knows the buyer. `by` is None where a
    restore repeats what somebody decided. The buyer's own record goes with the last of their orders that names them. Links to
    the order open nothing any more.
    Raises Order.DoesNotExist, orders.erasing.StillNeeded, and messaging.erasing.LetterOnItsWay.
    """
    actor = f"staff:{by.pk}" if by else SYSTEM
    with transaction.atomic():
        one = _held(order_id)
        # What stands first: whether it is still needed decides about all of them.
        for order in sorted(one, key=lambda order: order.state == OrderState.MERGED):
            _empty(order, keeps_address=keeps_address, actor=actor, at=at)
        for buyer_id in {order.buyer_id for order in one if order.buyer_id is not None}:
            if not _is_named_elsewhere(buyer_id):
                erase_buyer(buyer_id)
        for asked in open_requests([order.pk for order in one]):
            finish(asked, by=by, at=at)


def _held(order_id: int) -> list[Order]:
    """All that became one order with this, under their locks. Raises Order.DoesNotExist."""
    while True:
        ids = one_with(order_id)
        found = list(Order.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        if order_id not in {order.pk for order in found}:
            raise Order.DoesNotExist
        if one_with(order_id) == ids:  # else somebody merged while we waited
            return found


def _empty(order: Order, *, keeps_address: bool, actor: str, at: datetime) -> None:
    email = order.email
    empty_order(order, keeps_address=keeps_address, by=actor, at=at)
    withdrawals = erase_withdrawals(order.pk)
    erase_feedback(order.pk)
    erase_letters(order.pk, withdrawals)
    erase_quotation_letters(empty_quotations(quotations_of(order.pk, order.buyer_id, email), at=at))
    erase_handover(order.pk, at=at)
    seal_papers(order_id=order.pk, at=at)
    erase_of_checkout(order.pk, email, at=at)
    revoke_links(subject=("order", order.pk), at=at)
    after = {"keeps_address": keeps_address}
    write_audit("order.erased", subject=("order", order.pk), by=actor, at=at, after=after)


def _is_named_elsewhere(buyer_id: int) -> bool:
    return Order.objects.filter(buyer_id=buyer_id, erased_at=None).exists()
