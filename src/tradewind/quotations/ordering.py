"""A draft becomes an order at once: for a buyer on the telephone, at a fair, in a chat."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from tradewind.core.models import Staff
from tradewind.core.trail import write_audit
from tradewind.lib.money import Money
from tradewind.orders.models import Order
from tradewind.orders.noting import write_note
from tradewind.payments.manual import confirm_transfer
from tradewind.payments.methods import PAID_ELSEWHERE, Offer, offers
from tradewind.payments.models import MANUAL
from tradewind.payments.starting import create_intent
from tradewind.quotations.accepting import write_down
from tradewind.quotations.drafting import NotOpen
from tradewind.quotations.keeping import compose, placer
from tradewind.quotations.links import end_links_of_others
from tradewind.quotations.models import Quotation
from tradewind.quotations.readying import Looked, make_ready, registered
from tradewind.quotations.states import OPEN
from tradewind.quotations.summarising import UNDECIDED


class Paying(StrEnum):
    LINK = "link"  # the buyer gets a letter with the way to the order's page, and chooses there
    TRANSFER = "transfer"
    PAID = "paid"  # in cash, at a fair, through a chat


class NoTransfer(Exception):
    """The market offers no bank transfer."""


@dataclass(frozen=True, slots=True)
class Payment:
    """How it is paid. `words` say how it was, where it is paid already: an internal note of the order."""

    how: Paying
    words: str = ""


def place_at_once(*, quotation_id: int, looked: Looked, payment: Payment, by: Staff, at: datetime) -> Order:
    """Write the order with its stock held. What is an order already gives that order, however often it is asked for.

    Dates are promised when the money is here, which may be at once. Raises DraftOutdated, NotOpen, NotReady, SummaryChanged,
    NoTransfer, inventory.reserving.NotEnoughStock.
    """
    actor = f"staff:{by.pk}"
    with transaction.atomic():
        draft = Quotation.objects.select_for_update(of=("self",)).get(pk=quotation_id)
        if draft.order is not None:
            return draft.order
        if draft.state not in OPEN or draft.erased_at is not None:
            raise NotOpen
        ready = make_ready(draft, looked, needs_stock=True, at=at)
        method = _method(payment.how, ready.market.id, draft.language)
        who = placer(registered(ready, by=actor, at=at), ready.details, draft.language)
        composed = compose(replace(ready.summary, method=method), ready.market, who, draft.account)
        end_links_of_others(quotation_id=draft.pk, email=composed.order.email, at=at)
        order = write_down(draft, composed, is_accepted=False, by=actor, at=at)
        _take_payment(order, method, payment, by, at)
        after = {"order": order.ref, "payment": str(payment.how)}
        write_audit("quotation.ordered", subject=("quotation", draft.pk), by=actor, at=at, after=after)
    return order


def has_transfer(market_id: int) -> bool:
    return any(offer.provider == MANUAL for offer in offers(market_id, "en"))


def _method(how: Paying, market_id: int, language: str) -> Offer:
    if how is Paying.LINK:
        return UNDECIDED
    if how is Paying.PAID:
        return replace(UNDECIDED, code=PAID_ELSEWHERE, provider=MANUAL)
    found = next((offer for offer in offers(market_id, language) if offer.provider == MANUAL), None)
    if found is None:
        raise NoTransfer
    return found


def _take_payment(order: Order, method: Offer, payment: Payment, by: Staff, at: datetime) -> None:
    if payment.how is Paying.LINK:
        return
    total = Money(order.total, order.currency)
    intent = create_intent(
        subject=("order", order.pk), amount=total, method=method, language=order.language, description=order.ref, at=at
    )
    if payment.how is Paying.PAID:
        # The ledger is never erased: what was said of the payment, which may name somebody, is a note.
        confirm_transfer(intent=intent, amount=total, reference=order.ref, by=by, at=at)
        write_note(order_id=order.pk, key=f"paid-{order.ref}", text=payment.words, by=f"staff:{by.pk}", at=at)
