"""What open cases mean for what an order is promised now: said here alone, whenever something is promised, shared or united.

Of an order that was split both parts have cases of their own; those of one that became part of another go over to it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tradewind.catalog.models import Variant
from tradewind.core.facts import Context, reaction
from tradewind.core.rows import hold_all
from tradewind.inventory.models import Reservation
from tradewind.orders.changes import standing_for
from tradewind.orders.events import OrderMerged, OrderSplitOff
from tradewind.orders.models import Order
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.promises.queries import open_promise
from tradewind.promises.risking import CASE, clear_source, fear
from tradewind.shipping.answers_owed import pass_answers
from tradewind.shipping.days_changed import cause_now, is_counted
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_cases import Lane, close_all, kind_of, note_of, open_case, open_of_orders, settle
from tradewind.shipping.trouble_limits import leaving_limit
from tradewind.shipping.trouble_orders import WAITS
from tradewind.shipping.trouble_rules import OF_ORDERS, Cause, Found
from tradewind.shipping.trouble_watching import look_soon
from tradewind.shipping.ways_switched import way_name


def judge_again(order_id: int, *, at: datetime) -> None:
    """Cases that the days promised now have ended are closed; the others endanger what is promised. Again changes nothing."""
    if not Trouble.objects.filter(order_id=order_id, closed_at=None).exists():
        return
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        cases = open_of_orders([order_id])
        over = [case for case in cases if not _holds(case, order, at)]
        close_all(over, at=at)
        _endanger(order_id, [case for case in cases if case not in over])


@reaction(OrderSplitOff, name="shipping.trouble_split_off")
def note_split_off(fact: OrderSplitOff, context: Context) -> None:
    """What was wrong with the whole order is wrong with each part that it concerns."""
    hold_all(Order, [fact.order_id, fact.other_id])
    part = Order.objects.filter(pk=fact.order_id, state__in=WAITS).first()
    if part is not None:
        held = [case for case in _of_order(fact.other_id) if _holds(case, part, context.now)]
        repeated = {case.pk: _repeat(case, part, context.now) for case in held}
        became = {pk: own.pk for pk, own in repeated.items() if own is not None}
        pass_answers(part.pk, became, at=context.now)
    judge_again(fact.other_id, at=context.now)


@reaction(OrderMerged, name="shipping.trouble_merged")
def note_merged(fact: OrderMerged, context: Context) -> None:
    """Its goods, its buyer and what was told of them are those of the order that took it in."""
    stays_id = standing_for(fact.order_id)
    hold_all(Order, [fact.order_id, stays_id])
    stays = Order.objects.filter(pk=stays_id, state__in=WAITS).first()
    became: dict[int, int] = {}
    for case in _of_order(fact.order_id):
        same = None if stays is None else _same(case, stays)
        if same is not None:
            became[case.pk] = same.pk
        if stays is None or same is not None or not _holds(case, stays, context.now):
            close_all([case], at=context.now)
        else:
            clear_source((CASE, case.pk), at=context.now)
            case.order = stays
            case.save(update_fields=["order"])
    if stays is not None:
        pass_answers(stays_id, became, at=context.now)
    look_soon([fact.order_id], at=context.now)
    judge_again(stays_id, at=context.now)


def _of_order(order_id: int) -> list[Trouble]:
    """Those of what has not left; parcels are looked at by themselves, and stay with the order that sent them."""
    return [case for case in open_of_orders([order_id]) if case.cause in OF_ORDERS]


def _same(case: Trouble, order: Order) -> Trouble | None:
    """The case of this cause that an order has already; of missing goods, of the same ones."""
    there = [other for other in _of_order(order.pk) if other.cause == case.cause]
    if case.cause == Cause.NO_STOCK:
        there = [other for other in there if other.group.notice == case.group.notice]
    return there[0] if there else None


def _repeat(case: Trouble, order: Order, at: datetime) -> Trouble | None:
    """The case of its own, unless somebody has dismissed that. Whoever was told of the whole was told of its parts."""
    lane = Lane(case.group.carrier, order.country, case.group.notice)
    own = open_case(order, None, Found(Cause(case.cause), case.since), lane, at=at) or _same(case, order)
    if own is not None and case.handled_at is not None and own.handled_at is None:
        own.told_at, own.handled_at, own.done = case.told_at, case.handled_at, case.done
        own.save(update_fields=["told_at", "handled_at", "done"])
        settle(own.group_id, at=at)
    return own


def _holds(case: Trouble, order: Order, at: datetime) -> bool:
    """Does what was found keep this order from what it is promised now?"""
    notice = case.group.notice
    if case.cause == Cause.NO_STOCK:
        # Held until goods come, it has no name; counted short, that of the goods.
        return not notice or _waits_for(order, notice)
    if case.cause == Cause.CLOSED_LANE:
        return not notice or notice == way_name(order.market, order.delivery_option.get("code", ""))
    if case.cause not in OF_ORDERS:
        return True
    promise = open_promise(Promise.Kind.DISPATCH, order.pk)
    if promise is None:
        return True
    if case.cause == Cause.NOT_LEAVING:
        return promise.due_at <= at + leaving_limit()
    return not is_counted(promise) or cause_now(promise, now=at) == case.cause


def _waits_for(order: Order, sku: str) -> bool:
    held = Reservation.objects.filter(subject_kind="order", subject_id=order.pk, state=Reservation.State.HELD)
    return held.filter(level__variant_id__in=Variant.objects.filter(sku=sku).values("pk")).exists()


def _endanger(order_id: int, cases: Sequence[Trouble]) -> None:
    rows = Promise.objects.select_for_update().filter(subject_kind="order", subject_id=order_id)
    promises = {promise.kind: promise for promise in rows.filter(state=Promise.State.MADE).order_by("pk")}
    endangered = ((promises.get(kind_of(case.cause)), case) for case in cases)
    fear((promise, _risk(case)) for promise, case in endangered if promise and not _is_told_for(promise, case))


def _risk(case: Trouble) -> PromiseRisk:
    return PromiseRisk(
        cause=case.cause, source_kind=CASE, source_id=case.pk, note=note_of(case.group), since=case.opened_at
    )


def _is_told_for(promise: Promise, case: Trouble) -> bool:
    """The buyer was told days because of it, and the promise ends no earlier."""
    tellings = [each for each in case.done if each["act"] == "tell"]
    if promise.kind == Promise.Kind.DELIVERY:
        told = [each["days"][1] for each in tellings if each.get("days")]
    else:
        told = [each["leaves"] for each in tellings if each.get("leaves")]
    return bool(told) and promise.last_day.isoformat() >= told[-1]
