"""What a letter would say, for a real order, in any language. Nothing is sent, and no link is made that leads anywhere."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from tradewind.core.work import NeedsAttention
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter
from tradewind.messaging.moments import (
    address_changed,
    order_cancelled,
    order_changed,
    order_dispatched,
    order_trouble,
    payment_reminder,
    refund_sent,
)
from tradewind.messaging.moments.order_received import last_day_kept
from tradewind.messaging.moments.parcel_news import Piece, parcel_news
from tradewind.messaging.money_back import sent_back
from tradewind.messaging.on_the_way import Moment
from tradewind.messaging.rendering import Rendered, render
from tradewind.messaging.trouble_answers import usual_day
from tradewind.messaging.wording.choosing import on_trial
from tradewind.messaging.wording.speaking import trying
from tradewind.orders.models import AddressChange, Order, OrderChange
from tradewind.payments.models import Refund
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.trouble_rules import OURS

Maker = Callable[[Order, datetime], Letter]
_Row = TypeVar("_Row", AddressChange, OrderChange, Trouble)


class NothingToShow(Exception):
    """The order lacks what the letter is about: no parcel, no change, no bank account to pay to."""


def preview(make: Maker, order: Order, *, language: str, at: datetime, with_drafts: bool = False) -> Rendered:
    """As it would leave, in another language where it would fall back; or in the words that wait for their review, in any case in
    this language. Raises NothingToShow.
    """
    with transaction.atomic(), trying(on_trial()) if with_drafts else nullcontext():
        order.language = language
        try:
            rendered = render(make(order, at))
        except NeedsAttention as problem:
            raise NothingToShow(order.ref) from problem
        finally:
            # The link that a letter brings along must not outlive what nobody was sent.
            transaction.set_rollback(True)
    return rendered


def cancelled(order: Order, at: datetime) -> Letter:
    return order_cancelled.order_cancelled(order, reason="other", linked_at=at)


def readdressed(order: Order, at: datetime) -> Letter:
    changes = AddressChange.objects.filter(order=order, confirmed_at__isnull=False)
    return address_changed.address_changed(_newest(changes.order_by("-pk").first(), order), at=at)


def changed(order: Order, at: datetime) -> Letter:
    changes = OrderChange.objects.select_related("other").filter(order=order)
    return order_changed.order_changed(_newest(changes.order_by("-pk").first(), order), at=at)


def trouble(order: Order, at: datetime) -> Letter:
    cases = Trouble.objects.select_related("parcel").filter(order=order).exclude(cause__in=OURS)
    case = _newest(cases.order_by("-pk").first(), order)
    hears_by = usual_day(order, at=at) if case.parcel_id is None else None
    return order_trouble.order_trouble(case, order_trouble.News(hears_by=hears_by))


def reminder(order: Order, at: datetime) -> Letter:
    until = last_day_kept(order, 7, shop_profile())
    return payment_reminder.payment_reminder(order, until=until, at=at)


def refund(order: Order, at: datetime) -> Letter:
    refunds = Refund.objects.select_related("intent").filter(intent__subject_kind="order", intent__subject_id=order.pk)
    refund = refunds.order_by("-pk").first()
    if refund is None:
        raise NothingToShow(order.ref)
    return refund_sent.refund_sent(order, sent_back(refund, order, at=at), linked_at=at)


def dispatched(order: Order, at: datetime) -> Letter:
    return order_dispatched.order_dispatched(order, _parcel(order), at=at)


def on_the_way(moment: Moment) -> Maker:
    return lambda order, at: parcel_news(order, [Piece(moment, _parcel(order))], at=at)


def _newest(row: _Row | None, order: Order) -> _Row:
    """With the order as it is to be shown. Raises NothingToShow."""
    if row is None:
        raise NothingToShow(order.ref)
    row.order = order
    return row


def _parcel(order: Order) -> Parcel:
    """Raises NothingToShow."""
    parcel = Parcel.objects.filter(order=order, replaced_at=None).order_by("-pk").first()
    if parcel is None:
        raise NothingToShow(order.ref)
    return parcel
