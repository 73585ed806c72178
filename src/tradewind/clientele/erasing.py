"""Erasing what is kept with an order, once a person has decided what the accounts still need.

Each module empties its own rows, in one transaction. What was sold, for how much and at which taxes stays for ever, and so do
facts and the audit trail, which name nobody. Invoices stay as the law has them kept, sealed (`papers/retaining.py`). Nothing is asked of providers and carriers: what they know is theirs to erase.
"""

from datetime import datetime

from django.db import transaction

from tradewind.aftersales.erasing import erase_withdrawals
from tradewind.buyers.erasing import erase_buyer
from tradewind.checkout.erasing import erase_of_checkout
from tradewind.core.facts import SYSTEM
from tradewind.core.links import revoke_links
from tradewind.core.models import Staff, Todo
from tradewind.core.todos import finish
from tradewind.core.trail import write_audit
from tradewind.messaging.erasing import erase_letters, erase_quotation_letters
from tradewind.orders.erasing import empty_order, erasure_asked
from tradewind.orders.models import Order
from tradewind.papers.retaining import seal_papers
from tradewind.quotations.erasing import empty_quotations, quotations_of
from tradewind.shipping.erasing import erase_handover


def erase_order(order_id: int, *, keeps_address: bool, by: Staff | None, at: datetime) -> None:
    """Empty everything personal that is kept with an order; with `keeps_address`, name and address stay on it, as on an invoice.

    `by` is None where a restore repeats what somebody decided. The buyer's own record goes with the last of their orders that names them. Links to the order open nothing any more.
    Raises Order.DoesNotExist, orders.erasing.StillNeeded, and messaging.erasing.LetterOnItsWay.
    """
    actor = f"staff:{by.pk}" if by else SYSTEM
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        email = order.email
        empty_order(order, keeps_address=keeps_address, by=actor, at=at)
        withdrawals = erase_withdrawals(order_id)
        erase_letters(order_id, withdrawals)
        erase_quotation_letters(empty_quotations(quotations_of(order_id, order.buyer_id, email), at=at))
        erase_handover(order_id)
        seal_papers(order_id=order_id, at=at)
        erase_of_checkout(order_id, email, at=at)
        if order.buyer_id is not None and not _is_named_elsewhere(order.buyer_id):
            erase_buyer(order.buyer_id)
        revoke_links(subject=("order", order_id), at=at)
        asked = erasure_asked(order_id)
        if asked is not None and asked.state == Todo.State.OPEN:
            finish(asked, by=by, at=at)
        after = {"keeps_address": keeps_address}
        write_audit("order.erased", subject=("order", order_id), by=actor, at=at, after=after)


def _is_named_elsewhere(buyer_id: int) -> bool:
    return Order.objects.filter(buyer_id=buyer_id, erased_at=None).exists()
