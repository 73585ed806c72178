"""Reactions of messaging: which letter a buyer gets when something happens to an order, or to what they wait for."""

from datetime import timedelta
from typing import Final

from tradewind.aftersales.events import WithdrawalDeclared
from tradewind.aftersales.models import Withdrawal
from tradewind.core.facts import SYSTEM, Context, reaction
from tradewind.core.models import Reaction, WorkItem
from tradewind.core.work import TryAgain
from tradewind.inventory.events import StockCameBack
from tradewind.markets.events import NoticeChanged
from tradewind.messaging import notice_telling, waiting
from tradewind.messaging.channels import may_be_told
from tradewind.messaging.events import WaitingAsked, WaitingConfirmed
from tradewind.messaging.moments import (
    address_changed,
    order_cancelled,
    order_changed,
    order_confirmed,
    order_dispatched,
    order_received,
    order_to_pay,
    quotation_sent,
    withdrawal_received,
)
from tradewind.messaging.moments.method_offers import method_of
from tradewind.messaging.news import OLDEST
from tradewind.messaging.planning import Addressee, is_planned, plan_letter, plan_message
from tradewind.messaging.rendering import render
from tradewind.messaging.trouble_answers import has_heard
from tradewind.orders.events import AddressChanged, OrderCancelled, OrderChanged, OrderPaid, OrderPlaced
from tradewind.orders.models import AddressChange, Order, OrderChange
from tradewind.orders.states import OrderState
from tradewind.promises.saying import note_said
from tradewind.quotations.events import QuotationSent
from tradewind.quotations.links import went_to_another
from tradewind.quotations.models import QuotationVersion
from tradewind.shipping.events import ParcelHandedOver
from tradewind.shipping.parcel_contents import label_of

# How long a confirmation waits for the dates that it should name.
LONGEST_WAIT_FOR_DATES: Final = timedelta(minutes=10)
# A tracking number is often typed just after the order was marked: a letter that has none yet waits for it that long.
WAIT_FOR_NUMBER: Final = timedelta(minutes=2)
_NOT_SENT: Final = frozenset({OrderState.CANCELLED, OrderState.MERGED})
# Receipts of withdrawals to one address in a day. More are written down all the same: nobody's mailbox is flooded by our form.
MOST_RECEIPTS: Final = 5


@reaction(OrderPlaced, name="messaging.order_received")
def tell_how_to_pay(happened: OrderPlaced, context: Context) -> None:
    """Only where the money comes later: who pays at once hears from us when it is there. Whose order staff have written gets the
    way to its page, to choose there how it is paid.
    """
    order = _order_to_tell(happened.order_id, order_received.MOMENT, context)
    if order is None or is_planned(order_received.MOMENT, ("order", order.pk)):
        return
    if not order.payment_method:
        if order.total and not is_planned(order_to_pay.MOMENT, ("order", order.pk)):
            plan_letter(order, order_to_pay.order_to_pay(order, at=context.now), at=context.now)
        return
    offer = method_of(order)
    if offer is not None and not offer.is_instant:
        plan_letter(order, order_received.order_received(order, at=context.now), at=context.now)


@reaction(OrderPaid, name="messaging.order_confirmed")
def confirm(happened: OrderPaid, context: Context) -> None:
    order = _order_to_tell(happened.order_id, order_confirmed.MOMENT, context)
    if order is None or is_planned(order_confirmed.MOMENT, ("order", order.pk)):
        return
    if _dates_may_change(context):
        raise TryAgain(timedelta(seconds=2), "waits for the dates that come with the payment")
    plan_letter(order, order_confirmed.order_confirmed(order, at=context.now), at=context.now)
    _note_said(order, order_confirmed.MOMENT, context)


@reaction(OrderCancelled, name="messaging.order_cancelled")
def tell_of_cancellation(happened: OrderCancelled, context: Context) -> None:
    order = _order_to_tell(happened.order_id, order_cancelled.MOMENT, context)
    if order is None or is_planned(order_cancelled.MOMENT, ("order", order.pk)):
        return
    plan_letter(
        order, order_cancelled.order_cancelled(order, reason=happened.reason, linked_at=context.now), at=context.now
    )


@reaction(ParcelHandedOver, name="messaging.parcel_dispatched")
def tell_that_it_left(happened: ParcelHandedOver, context: Context) -> None:
    """A letter for each parcel, once a carrier has it."""
    subject, age = ("parcel", happened.parcel_id), context.now - context.recorded_at
    if age > OLDEST:
        return
    order = _order_to_tell(happened.order_id, order_dispatched.MOMENT, context, subject=subject)
    # Who has bought elsewhere before we had the order has heard from there.
    if order is None or order.external_id or order.state in _NOT_SENT:
        return
    # Letters were about whole orders before they were about parcels.
    if any(is_planned(order_dispatched.MOMENT, about) for about in (subject, ("order", order.pk))):
        return
    parcel = label_of(happened.parcel_id)
    if not parcel.tracking_number and age < WAIT_FOR_NUMBER:
        raise TryAgain(WAIT_FOR_NUMBER - age, "waits for a tracking number")
    if _dates_may_change(context, by="shipping."):
        raise TryAgain(timedelta(seconds=2), "waits for the dates that come with the hand-over")
    if parcel.delivered_at is None:
        plan_letter(
            order, order_dispatched.order_dispatched(order, parcel, at=context.now), subject=subject, at=context.now
        )
        _note_said(order, order_dispatched.MOMENT, context)
        has_heard(order.pk, at=context.now, by=SYSTEM)


@reaction(NoticeChanged, name="messaging.notice_changed")
def look_whom_it_hits(happened: NoticeChanged, context: Context) -> None:
    notice_telling.look(happened.announcement_id, at=context.now)


@reaction(AddressChanged, name="messaging.address_changed")
def confirm_address(happened: AddressChanged, context: Context) -> None:
    change = AddressChange.objects.select_related("order").get(pk=happened.change_id)
    subject = ("address_change", change.pk)
    order = _order_to_tell(change.order_id, address_changed.MOMENT, context, subject=subject)
    if order is None:
        return
    letter = address_changed.address_changed(change, at=context.now)
    plan_letter(order, letter, subject=subject, at=context.now)
    _note_said(order, letter.moment, context)


@reaction(OrderChanged, name="messaging.order_changed")
def tell_of_change(happened: OrderChanged, context: Context) -> None:
    change = OrderChange.objects.select_related("order", "other").get(pk=happened.change_id)
    subject = ("order_change", change.pk)
    order = _order_to_tell(change.order_id, order_changed.MOMENT, context, subject=subject)
    if order is None:
        return
    letter = order_changed.order_changed(change, at=context.now)
    plan_letter(order, letter, subject=subject, at=context.now)
    _note_said(order, letter.moment, context)


@reaction(WaitingAsked, name="messaging.waiting_asked")
def ask_to_confirm(happened: WaitingAsked, context: Context) -> None:
    waiting.ask_to_confirm(waiting_id=happened.waiting_id, at=context.now)


@reaction(WaitingConfirmed, name="messaging.waiting_confirmed")
def tell_the_late(happened: WaitingConfirmed, context: Context) -> None:
    """It may have come back before the mailbox's owner confirmed."""
    waiting.tell(variant_id=happened.variant_id, at=context.now)


@reaction(StockCameBack, name="messaging.back_in_stock")
def tell_that_it_is_back(happened: StockCameBack, context: Context) -> None:
    waiting.tell(variant_id=happened.variant_id, at=context.now)


@reaction(WithdrawalDeclared, name="messaging.withdrawal_received")
def acknowledge_withdrawal(happened: WithdrawalDeclared, context: Context) -> None:
    withdrawal = Withdrawal.objects.get(pk=happened.withdrawal_id)
    same = Withdrawal.objects.filter(email__iexact=withdrawal.email, pk__lt=withdrawal.pk)
    if same.filter(declared_at__gt=withdrawal.declared_at - timedelta(days=1)).count() >= MOST_RECEIPTS:
        return
    letter = withdrawal_received.withdrawal_received(withdrawal)
    buyer_id = withdrawal.order.buyer_id if withdrawal.order else None
    plan_message(
        moment=letter.moment,
        subject=("withdrawal", withdrawal.pk),
        to=Addressee(withdrawal.email, withdrawal.language, buyer_id),
        content=render(letter),
        at=context.now,
    )


@reaction(QuotationSent, name="messaging.quotation_sent")
def send_quotation(happened: QuotationSent, context: Context) -> None:
    version = QuotationVersion.objects.select_related("quotation").get(pk=happened.version_id)
    subject = ("quotation_version", version.pk)
    if not version.email or went_to_another(version) or is_planned(quotation_sent.MOMENT, subject):
        return
    letter = quotation_sent.quotation_sent(version, at=context.now)
    plan_message(
        moment=letter.moment,
        subject=subject,
        to=Addressee(version.email, letter.language, happened.buyer_id),
        content=render(letter),
        at=context.now,
    )


def _order_to_tell(
    order_id: int, moment: str, context: Context, *, subject: tuple[str, int] | None = None
) -> Order | None:
    """The order if its channel lets us write of this and it has an address to write to. Where the channel does not, that is kept."""
    order = Order.objects.select_related("account").filter(pk=order_id).first()
    if order is None or not may_be_told(order, moment, subject=subject, at=context.now):
        return None
    return order if order.email else None


def _dates_may_change(context: Context, *, by: str = "checkout.") -> bool:
    """Has checkout, or shipping, which renews the promises at this fact, still to react to it? Facts know no order of reactions."""
    if context.now - context.recorded_at >= LONGEST_WAIT_FOR_DATES:
        return False
    same_fact = Reaction.objects.filter(fact_id=context.fact_id, handler__startswith=by)
    return same_fact.filter(state__in=WorkItem.OPEN).exists()


def _note_said(order: Order, moment: str, context: Context) -> None:
    """These letters name the dates that are open."""
    note_said(order_id=order.pk, where=f"letter.{moment}", at=context.now)
