"""What a letter would say, for a real order, in any language. Nothing is sent, and no link is made that leads anywhere."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar

from django.db import transaction

from tradewind.core.work import NeedsAttention
from tradewind.messaging.letter import Letter
from tradewind.messaging.moments import (
    address_changed,
    order_cancelled,
    order_changed,
    order_confirmed,
    order_dispatched,
    order_link,
    order_received,
    order_to_pay,
    order_trouble,
)
from tradewind.messaging.moments.order_parts import order_button
from tradewind.messaging.moments.parcel_news import Piece, parcel_news
from tradewind.messaging.on_the_way import Moment
from tradewind.messaging.rendering import Rendered, render
from tradewind.messaging.trouble_answers import usual_day
from tradewind.orders.models import AddressChange, Order, OrderChange
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.trouble_rules import OURS

_Row = TypeVar("_Row", AddressChange, OrderChange, Trouble)


class NothingToShow(Exception):
    """The order lacks what the letter is about: no parcel, no change, no bank account to pay to."""


def preview(moment: str, order: Order, *, language: str, at: datetime) -> Rendered:
    """Raises NothingToShow, and KeyError for a moment that has no preview."""
    make = _MADE_FROM[moment]
    with transaction.atomic():
        order.language = language
        try:
            rendered = render(make(order, at))
        except NeedsAttention as problem:
            raise NothingToShow(moment) from problem
        finally:
            # The link that a letter brings along must not outlive what nobody was sent.
            transaction.set_rollback(True)
    return rendered


def has_preview(moment: str) -> bool:
    return moment in _MADE_FROM


def _cancelled(order: Order, at: datetime) -> Letter:
    return order_cancelled.order_cancelled(order, reason="other", button=order_button(order, at=at))


def _address(order: Order, at: datetime) -> Letter:
    changes = AddressChange.objects.filter(order=order, confirmed_at__isnull=False)
    return address_changed.address_changed(_newest(changes.order_by("-pk").first(), order), at=at)


def _changed(order: Order, at: datetime) -> Letter:
    changes = OrderChange.objects.select_related("other").filter(order=order)
    return order_changed.order_changed(_newest(changes.order_by("-pk").first(), order), at=at)


def _trouble(order: Order, at: datetime) -> Letter:
    cases = Trouble.objects.select_related("parcel").filter(order=order).exclude(cause__in=OURS)
    case = _newest(cases.order_by("-pk").first(), order)
    hears_by = usual_day(order, at=at) if case.parcel_id is None else None
    return order_trouble.order_trouble(case, order_trouble.News(hears_by=hears_by), button=None)


def _dispatched(order: Order, at: datetime) -> Letter:
    return order_dispatched.order_dispatched(order, _parcel(order), at=at)


def _on_the_way(moment: Moment) -> Callable[[Order, datetime], Letter]:
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


OF_PARCELS: Final = frozenset({order_dispatched.MOMENT, *Moment})
_MADE_FROM: Final[Mapping[str, Callable[[Order, datetime], Letter]]] = {
    order_received.MOMENT: lambda order, at: order_received.order_received(order, at=at),
    order_to_pay.MOMENT: lambda order, at: order_to_pay.order_to_pay(order, at=at),
    order_confirmed.MOMENT: lambda order, at: order_confirmed.order_confirmed(order, at=at),
    order_link.MOMENT: lambda order, at: order_link.order_link(order, at=at),
    order_cancelled.MOMENT: _cancelled,
    address_changed.MOMENT: _address,
    order_changed.MOMENT: _changed,
    order_dispatched.MOMENT: _dispatched,
    order_trouble.MOMENT: _trouble,
    **{moment.value: _on_the_way(moment) for moment in Moment},
}
