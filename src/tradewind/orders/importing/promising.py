"""Promising: an order that came in with a file is owed to its sales channel by that channel's deadline.

Promised to the platform: no buyer is told. What a file tells of an order that has left or was cancelled ends it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tradewind.orders.deadlines import Sold, deadline_of, own_days
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.ending import keep_all, let_go, owed_of
from tradewind.promises.making import Told, make_all, renew
from tradewind.promises.models import Promise

# What should have left longer ago came in as history: nobody waits for it.
_OF_THE_PAST: Final = timedelta(days=30)
_HAS_LEFT: Final = frozenset({OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.COMPLETED})
# What is sent by somebody else: Amazon's warehouses have a promise of their own.
_OTHERS_SEND: Final = frozenset({"amazon", "afn"})


def settle_promises(orders: Iterable[Order], channel: str, *, at: datetime) -> None:
    """Of orders as a file has left them, in the transaction of the batch, which holds them."""
    told = [order for order in orders if order.source]
    if not told:
        return
    owed = {promise.subject_id: promise for promise in owed_of([o.pk for o in told]) if is_of_platform(promise)}
    _promise([order for order in told if _has_to_leave(order)], channel, owed, at)
    ended = [order for order in told if order.pk in owed and order.state in _HAS_LEFT]
    by_moment: dict[datetime, list[int]] = defaultdict(list)
    for order in ended:
        by_moment[_moment(order, "dispatched_at") or at].append(order.pk)
    for moment, ids in by_moment.items():
        keep_all(Promise.Kind.DISPATCH, order_ids=ids, at=moment)
    let_go([owed[o.pk] for o in told if o.pk in owed and o.state == OrderState.CANCELLED], at=at, by="system")


def forget_promises(order_ids: Iterable[int], *, at: datetime) -> None:
    """Of orders that are taken back."""
    let_go(owed_of(list(order_ids)), at=at, by="system")


def is_of_platform(promise: Promise) -> bool:
    """Is the day of dispatch owed to a sales channel, and counted as it counts?"""
    return promise.kind == Promise.Kind.DISPATCH and "platform" in promise.inputs


def begun_at(order: Order) -> datetime:
    """When the channel's buyer had paid, or ordered where it does not say: from then on the shop could begin."""
    return _moment(order, "paid_at") or order.placed_at


def _promise(orders: Iterable[Order], channel: str, owed: Mapping[int, Promise], at: datetime) -> None:
    days = own_days()
    fresh: dict[int, Told] = {}
    for order in orders:
        deadline = deadline_of(_sold(order, channel), days)
        if deadline is None or deadline.until < at - _OF_THE_PAST:
            continue
        told = Told(deadline.until, deadline.zone, account_id=order.account_id, inputs=deadline.inputs)
        before = owed.get(order.pk)
        if before is None:
            fresh[order.pk] = told
        elif before.due_at != deadline.until and "told_at" in deadline.inputs:
            # The channel itself now names another day than was counted, or has moved it.
            renew(promise_id=before.pk, told=told, at=at)
    make_all(Promise.Kind.DISPATCH, fresh, subject_kind="order", at=at)


def _has_to_leave(order: Order) -> bool:
    sender = str(_part(order, "others").get("fulfilled_by", "")).casefold()
    return order.state == OrderState.PAID and order.kind == Order.Kind.SALE and sender not in _OTHERS_SEND


def _sold(order: Order, channel: str) -> Sold:
    return Sold(
        channel=channel,
        placed_at=order.placed_at,
        paid_at=_moment(order, "paid_at"),
        ship_by=_moment(order, "ship_by"),
        site=str(_part(order, "others").get("sales_channel", "")),
    )


def _moment(order: Order, name: str) -> datetime | None:
    told = _part(order, "moments").get(name)
    return datetime.fromisoformat(told) if told else None


def _part(order: Order, name: str) -> Mapping[str, Any]:
    found = order.source.get(name)
    return found if isinstance(found, dict) else {}
