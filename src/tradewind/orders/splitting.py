"""Splitting a paid order in two: some of its goods become an order of their own, with their money, stock and promises.

Nothing is counted anew: the buyer owes and has paid what they owed and had paid. Merging the two undoes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tradewind.core.facts import record
from tradewind.core.trail import write_audit
from tradewind.inventory.reserving import hand_over
from tradewind.lib.money import Money, allocate
from tradewind.lib.refs import new_ref
from tradewind.orders.asking_more import is_asked
from tradewind.orders.changing import (
    ASKED,
    CHANGED,
    NOTHING_LEFT,
    NOTHING_TAKEN,
    OTHERWISE,
    Act,
    NotChangeable,
    goods_of,
    lines_of,
    locked,
    new_change,
    note_change,
    require_ours,
    seen_lines,
    stocked_units,
)
from tradewind.orders.dividing import Share, Shares, Sums, divide, is_kept, sums_of, weights_of, whole
from tradewind.orders.events import OrderSplit, OrderSplitOff
from tradewind.orders.holding import hold_locked
from tradewind.orders.lines_moved import LinesMoved, Moved, tell_followers
from tradewind.orders.models import Order, OrderChange, OrderHold, OrderLine, Tagging
from tradewind.orders.paying import note_payment
from tradewind.orders.searching import find_again
from tradewind.payments.queries import movable
from tradewind.payments.transferring import transfer
from tradewind.promises.making import share as share_promises


@dataclass(frozen=True, slots=True)
class Split:
    """What two orders would be: units that go by line, and what each comes to and has been paid."""

    moved: Mapping[int, int]
    stays: Sums
    goes: Sums
    paid: Money  # for what goes
    shares: Shares


def look_at_split(*, order_id: int, moved: Mapping[int, int], seen: str) -> Split:
    """What would be, without changing anything. `moved` are units by line, a line that is not named stays; `seen` as
    `changing.seen_lines` gave it. Raises NotChangeable.
    """
    order = Order.objects.select_related("account").get(pk=order_id)
    return _split(order, lines_of(order), moved, seen)


def split_order(*, order_id: int, moved: Mapping[int, int], seen: str, agreed: int, act: Act) -> Order:
    """Do it, for the total of the new order in minor units that was looked at. Returns the new order. Raises NotChangeable."""
    with transaction.atomic():
        order = locked(order_id)[order_id]
        lines = lines_of(order)
        split = _split(order, lines, moved, seen)
        if split.goes.total != agreed:
            raise NotChangeable(order_id, CHANGED)
        new = _new_order(order, split, act.at)
        _write_lines(order, new, lines, split)
        last = str(order.delivery_option.get("warehouse", ""))
        units = stocked_units(goods_of(lines), split.moved)
        hand_over(origin=("order", order.pk), target=("order", new.pk), units=units, last=last, at=act.at)
        if split.paid.amount > 0:
            transfer(origin=("order", order.pk), target=("order", new.pk), amount=split.paid, by=act.by, at=act.at)
        share_promises(order_id=order.pk, with_order=new.pk, at=act.at, by=act.by)
        _write_down(order, new, lines, split, act)
    return Order.objects.get(pk=new.pk)


def _split(order: Order, lines: Sequence[OrderLine], moved: Mapping[int, int], seen: str) -> Split:
    require_ours(order)
    if is_asked(order):
        raise NotChangeable(order.pk, ASKED)
    goods = goods_of(lines)
    if seen != seen_lines([(line.pk, line.quantity) for line in goods]):
        raise NotChangeable(order.pk, CHANGED)
    units = {line.pk: min(max(moved.get(line.pk, 0), 0), line.quantity) for line in goods}
    if not any(units.values()):
        raise NotChangeable(order.pk, NOTHING_TAKEN)
    if all(units[line.pk] == line.quantity for line in goods):
        raise NotChangeable(order.pk, NOTHING_LEFT)
    found = sums_of([(line.kind, whole(line)) for line in lines], tax_included=order.tax_included)
    if found != Sums(order.goods, order.delivery, order.discount, order.tax, order.total):
        raise NotChangeable(order.pk, OTHERWISE)
    shares = divide(lines, units, order.currency)
    stays, goes = (
        sums_of([(line.kind, shares[line.pk][side]) for line in lines], tax_included=order.tax_included)
        for side in (0, 1)
    )
    return Split(units, stays, goes, _paid_for(order, stays, goes), shares)


def _paid_for(order: Order, stays: Sums, goes: Sums) -> Money:
    """All that the new order comes to where the old one was paid in full; else both lack their share of what is missing."""
    here = movable("order", order.pk, order.currency)
    if here.amount >= stays.total + goes.total:
        return Money(goes.total, order.currency)
    if min(stays.total, goes.total) < 0 or not stays.total + goes.total:
        raise NotChangeable(order.pk, OTHERWISE)
    return allocate(max(here, Money.zero(order.currency)), [stays.total, goes.total])[1]


def _new_order(order: Order, split: Split, at: datetime) -> Order:
    """Of the same buyer, from the same day. No cart made it, so that nobody counts two purchases where there was one."""
    new = Order.objects.get(pk=order.pk)
    new.pk, new.ref, new.cart_key, new.held_at, new.paid = None, new_ref("TW", 8), None, None, 0
    new.external_id = new.source_digest = ""
    _set_sums(new, split.goes)
    new.rules = _rules(order, split, 1)
    new.save(force_insert=True)
    if order.held_at is not None:
        # What was kept back leaves in neither part until somebody says so.
        hold = OrderHold.objects.get(order=order, released_at=None)
        hold_locked([new], reason=hold.reason, words=hold.words, by=hold.held_by, at=at)
    tags = Tagging.objects.filter(order=order).values_list("tag_id", flat=True)
    Tagging.objects.bulk_create(Tagging(order=new, tag_id=tag_id) for tag_id in tags)
    return new


def _write_lines(order: Order, new: Order, lines: Sequence[OrderLine], split: Split) -> None:
    moved: list[Moved] = []
    for line in lines:
        stays, goes = split.shares[line.pk]
        if is_kept(line.kind, goes):
            made = OrderLine.objects.get(pk=line.pk)
            made.pk, made.order = None, new
            _set_share(made, goes, order.currency)
            made.save(force_insert=True)
            moved.append(Moved(line.pk, made.pk, made.quantity))
        if is_kept(line.kind, stays):
            _set_share(line, stays, order.currency)
            line.save(update_fields=["quantity", "total", "tax", "discount", "unit"])
        else:
            OrderLine.objects.filter(pk=line.pk).delete()
    tell_followers(LinesMoved(order.pk, new.pk, moved, is_new=True))


def _write_down(order: Order, new: Order, lines: Sequence[OrderLine], split: Split, act: Act) -> None:
    _set_sums(order, split.stays)
    order.rules = _rules(order, split, 0)
    order.save(update_fields=["goods", "delivery", "discount", "tax", "total", "rules"])
    for each in (order, new):
        note_payment(order_id=each.pk, at=act.at)
        find_again(each)
    went = [line for line in goods_of(lines) if split.moved[line.pk]]
    after = {"order": new.ref, "total": new.total, **{line.sku: split.moved[line.pk] for line in went}}
    write_audit("order.split", subject=("order", order.pk), by=act.by, at=act.at, before=None, after=after)
    record(OrderSplit(order.pk, order.buyer_id, new.pk), by=act.by, at=act.at)
    record(OrderSplitOff(new.pk, order.buyer_id, order.pk), by=act.by, at=act.at)
    change = new_change(OrderChange.Kind.SPLIT, order, act)
    change.other = new
    change.goods = [[line.title, line.options, 0, split.moved[line.pk]] for line in went]
    note_change(change, act)


def _set_sums(order: Order, sums: Sums) -> None:
    order.goods, order.delivery, order.discount = sums.goods, sums.delivery, sums.discount
    order.tax, order.total = sums.tax, sums.total


def _set_share(line: OrderLine, share: Share, currency: str) -> None:
    line.quantity, line.total, line.tax, line.discount = share.quantity, share.total, share.tax, share.discount
    if line.kind != OrderLine.Kind.GOODS and line.quantity == 1:
        line.unit = Money(share.total, currency).decimal


def _rules(order: Order, split: Split, side: int) -> dict[str, object]:
    """What the carrier was expected to ask for is divided as the duties are."""
    weights = weights_of([each for pk, each in split.shares.items() if pk in split.moved])
    door = [
        [key, names, allocate(Money(estimate, order.currency), weights)[side].amount]
        for key, names, estimate in order.rules.get("at_door", [])
    ]
    return {**order.rules, "at_door": [each for each in door if each[2]]} if door else order.rules
