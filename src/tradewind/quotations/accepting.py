"""The buyer's answer to a quotation: it becomes an order at the prices quoted, or it does not and we are told.

Stock is not kept for a quotation. Where it has gone, the buyer reads that nothing was ordered, and somebody is asked to write.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.facts import record
from tradewind.core.models import Todo
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.inventory.models import Warehouse
from tradewind.inventory.reserving import NotEnoughStock, Wanted, reserve
from tradewind.lib.money import Money
from tradewind.markets.queries import market_by_code
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.placing import write_order
from tradewind.payments.methods import Offer, offer_for
from tradewind.payments.models import PaymentIntent
from tradewind.payments.queries import intents_for
from tradewind.payments.starting import create_intent
from tradewind.promises.making import promise_delivery
from tradewind.promises.quote import DeliveryQuote
from tradewind.quotations.events import QuotationAskedAnew, QuotationDeclined, QuotationNotToBeHad, QuotationOrdered
from tradewind.quotations.keeping import Composed, as_order
from tradewind.quotations.models import Quotation, QuotationVersion
from tradewind.quotations.queries import latest_version, quote_today
from tradewind.quotations.states import QuotationState

NO_STOCK: Final = "no_stock"
NO_WAY: Final = "no_way"  # the way to deliver is not offered any more

DECLINED: Final = "quotation.declined"
ASKED_ANEW: Final = "quotation.asked_anew"
NOT_TO_BE_HAD: Final = "quotation.not_to_be_had"
# What a new version, or an order, settles.
TODOS: Final = (DECLINED, ASKED_ANEW, NOT_TO_BE_HAD)
LOOK_WITHIN: Final = timedelta(days=1)
LONGEST_WORDS: Final = 500


class NotOffered(Exception):
    """It was declined, erased, or never sent."""


class NewerVersion(Exception):
    """Another version was sent since the buyer opened the page."""


class Lapsed(Exception):
    """Its last day has passed."""


class NotToBeHad(Exception):
    """It cannot be delivered as quoted. Nothing was ordered, and staff know."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Accepted:
    """The intent is None where the order was placed by staff."""

    order: Order
    intent: PaymentIntent | None
    is_new: bool


class _NoWay(Exception):
    pass


def accept(*, quotation_id: int, number: int, method: str, at: datetime) -> Accepted:
    """Order what the version says, to be paid with the method. What is an order already gives that order.

    Raises NotOffered, NewerVersion, Lapsed, NotToBeHad, MethodNotOffered.
    """
    try:
        with transaction.atomic():
            quotation = Quotation.objects.select_for_update(of=("self",)).get(pk=quotation_id)
            if quotation.order is not None:
                return Accepted(quotation.order, intents_for("order", quotation.order.pk).last(), is_new=False)
            version = _offered(quotation, number)
            if at >= version.lapses_at:
                raise Lapsed
            return _order(quotation, version, method, at)
    except NotEnoughStock as problem:
        raise _note_not_to_be_had(quotation_id, NO_STOCK, at) from problem
    except _NoWay as problem:
        raise _note_not_to_be_had(quotation_id, NO_WAY, at) from problem


def decline(*, quotation_id: int, number: int, words: str, at: datetime) -> None:
    """The buyer does not want it. Twice is the same as once. Raises NotOffered, NewerVersion."""
    with transaction.atomic():
        quotation = Quotation.objects.select_for_update(of=("self",)).get(pk=quotation_id)
        if quotation.state == QuotationState.DECLINED:
            return
        _offered(quotation, number)
        quotation.state, quotation.words, quotation.answered_at = QuotationState.DECLINED, words[:LONGEST_WORDS], at
        quotation.save(update_fields=["state", "words", "answered_at"])
        settle_by_fact(NOT_TO_BE_HAD, subject=("quotation", quotation.pk), at=at)
        _ask(DECLINED, quotation, at)
        record(QuotationDeclined(quotation.pk, quotation.buyer_id), by="buyer", at=at)


def ask_anew(*, quotation_id: int, at: datetime) -> None:
    """It has lapsed, and the buyer would like a new one. As long as nobody has answered, asking again is the same request.

    Raises NotOffered.
    """
    with transaction.atomic():
        quotation = Quotation.objects.select_for_update(of=("self",)).get(pk=quotation_id)
        if quotation.state != QuotationState.SENT or quotation.lapses_at is None or at < quotation.lapses_at:
            raise NotOffered
        if _ask(ASKED_ANEW, quotation, at):
            record(QuotationAskedAnew(quotation.pk, quotation.buyer_id), by="buyer", at=at)


def write_down(quotation: Quotation, composed: Composed, *, is_accepted: bool, by: str, at: datetime) -> Order:
    """The order, with its stock held, in the caller's transaction. Raises NotEnoughStock."""
    order = write_order(composed.order, composed.lines, at=at, by=by)
    goods = [line for line in composed.lines if line.kind == OrderLine.Kind.GOODS and line.variant_id is not None]
    wanted = [Wanted(line.variant_id, line.quantity) for line in goods if line.variant_id is not None]
    place = Warehouse.objects.get(code=order.delivery_option["warehouse"])
    reserve(subject=("order", order.pk), lines=wanted, warehouses=[place.pk], at=at)
    quotation.state = QuotationState.ACCEPTED if is_accepted else QuotationState.ORDERED
    quotation.order, quotation.buyer, quotation.answered_at = order, order.buyer, at
    quotation.total = order.total
    quotation.save()
    for kind in TODOS:
        settle_by_fact(kind, subject=("quotation", quotation.pk), at=at)
    record(QuotationOrdered(quotation.pk, order.pk, composed.order.buyer.pk, is_accepted), by=by, at=at)
    return order


def _offered(quotation: Quotation, number: int) -> QuotationVersion:
    version = latest_version(quotation.pk)
    if quotation.state != QuotationState.SENT or version is None or quotation.erased_at is not None:
        raise NotOffered
    if version.number != number:
        raise NewerVersion
    return version


def _order(quotation: Quotation, version: QuotationVersion, method: str, at: datetime) -> Accepted:
    market = market_by_code(quotation.market, on=at.date())
    offer = offer_for(market.id, method, quotation.language)
    quote = quote_today(version, at=at)
    if quote is None or quotation.buyer is None:
        raise _NoWay
    composed = as_order(version, account=quotation.account, buyer=quotation.buyer, method=offer.code)
    composed.order.delivery_option["quote"] = quote.inputs
    order = write_down(quotation, composed, is_accepted=True, by="buyer", at=at)
    return Accepted(order, _to_be_paid(order, offer, quote, quotation.buyer.pk, at), is_new=True)


def _to_be_paid(order: Order, offer: Offer, quote: DeliveryQuote, buyer_id: int, at: datetime) -> PaymentIntent:
    """Dates are promised as the checkout promises them: now where the money comes at once, else with the money."""
    if offer.is_instant:
        promise_delivery(
            quote,
            buyer_id=buyer_id,
            order_id=order.pk,
            at=at,
            by="buyer",
            account_id=order.account_id,
            where="quotation",
        )
    return create_intent(
        subject=("order", order.pk),
        amount=Money(order.total, order.currency),
        method=offer,
        language=order.language,
        description=order.ref,
        at=at,
    )


def _note_not_to_be_had(quotation_id: int, why: str, at: datetime) -> NotToBeHad:
    """In a transaction of its own: that of the order was rolled back."""
    with transaction.atomic():
        quotation = Quotation.objects.select_for_update(of=("self",)).get(pk=quotation_id)
        if _ask(NOT_TO_BE_HAD, quotation, at):
            record(QuotationNotToBeHad(quotation.pk, quotation.buyer_id, why), by="buyer", at=at)
    return NotToBeHad(why)


def _ask(kind: str, quotation: Quotation, at: datetime) -> bool:
    """Was somebody asked just now? False where the same waits already. The quotation is held."""
    subject = ("quotation", quotation.pk)
    waits = Todo.objects.filter(kind=kind, subject_kind=subject[0], subject_id=subject[1], state=Todo.State.OPEN)
    if waits.exists():
        return False
    ask_for_hand(kind, subject=subject, account_id=quotation.account_id, due_at=at + LOOK_WITHIN, at=at)
    return True


def note_seen(version: QuotationVersion, *, at: datetime) -> None:
    """The buyer has opened its page; the first time counts."""
    if version.seen_at is None:
        with transaction.atomic():
            QuotationVersion.objects.filter(pk=version.pk, seen_at=None).update(seen_at=at)
            mine = Quotation.objects.filter(pk=version.quotation_id, sent_at=version.sent_at, seen_at=None)
            mine.update(seen_at=at)
