"""Other goods in a paid order before it leaves: fewer, more, or some in the place of others, with the money for them.

The delivery stays at its price, or takes the one that it has for these goods: whoever changes the order decides.

What is less goes back the way it came. What is more is asked for: the order is kept back until it is here, or until staff release it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.checkout.readdressing import ways_are_settled
from tradewind.checkout.rebilling import note_price, write_bill
from tradewind.checkout.requesting import ask_for
from tradewind.checkout.revisions import NO_STOCK, Goods, Revision, revision_of, what_has_left
from tradewind.core.facts import record
from tradewind.core.trail import write_audit
from tradewind.inventory.models import Warehouse
from tradewind.inventory.reserving import NotEnoughStock, Wanted, exchange
from tradewind.lib.money import Money
from tradewind.orders.asking_more import still_asked
from tradewind.orders.changing import (
    CHANGED,
    Act,
    NotChangeable,
    locked,
    new_change,
    note_change,
    stocked_units,
    told_goods,
)
from tradewind.orders.events import OrderExtended, OrderReduced
from tradewind.orders.models import Order, OrderChange, OrderLine
from tradewind.orders.paying import note_payment
from tradewind.orders.searching import find_again
from tradewind.payments.refunding import plan_refunds_of_what_is_here
from tradewind.shipping.writing_off import give_up_rest

REASON: Final = "reduced"  # of the refund


def revise_order(*, order_id: int, wanted: Goods, agreed: int, act: Act) -> Revision:
    """Do it, for the new total in minor units that was looked at. Raises NotChangeable."""
    with transaction.atomic():
        return _revise(locked(order_id)[order_id], wanted, agreed, act)


def take_rest_off(*, order_id: int, agreed: int, back: Money, act: Act) -> Revision:
    """What has not left of an order comes off, and the order has left with that. The same rules of money, but `back` is what goes back:
    a part of what the goods cost may have gone before. Raises NotChangeable.
    """
    with transaction.atomic():
        order = locked(order_id)[order_id]
        revision = _revise(order, what_has_left(order), agreed, act, back=back)
        give_up_rest(order, at=act.at, by=act.by)
    return revision


def _revise(order: Order, wanted: Goods, agreed: int, act: Act, *, back: Money | None = None) -> Revision:
    revision = revision_of(order, wanted, act.at)
    if revision.total.amount != agreed:
        raise NotChangeable(order.pk, CHANGED)
    change = _new_change(order, revision, act)
    _move_stock(order, revision, act.at)
    _write_audit(order, revision, act)
    _write(order, revision)
    if revision.is_recosted:
        ways_are_settled(order.pk, at=act.at)
    change.back = _settle(order, revision, act, back)
    note_change(change, act)
    return revision


def _new_change(order: Order, revision: Revision, act: Act) -> OrderChange:
    """What the buyer reads of it, but for the money."""
    contents = revision.contents
    change = new_change(_kind(revision), order, act)
    change.goods = told_goods([line for line, _ in contents.goods], contents.left)
    change.goods += [[line.title, line.options, 0, line.quantity] for line in contents.new]
    if revision.is_recosted:
        change.delivery_before = revision.delivery_before.amount
        change.delivery_after = revision.made.delivery.amount
    return change


def _write_audit(order: Order, revision: Revision, act: Act) -> None:
    contents = revision.contents
    before: dict[str, object] = {line.sku: line.quantity for line, _ in contents.goods}
    after: dict[str, object] = {line.sku: units for line, units in contents.goods} | _by_sku(contents.new)
    if revision.is_recosted:
        before["delivery"], after["delivery"] = revision.delivery_before.amount, revision.made.delivery.amount
    action = "order.extended" if contents.added else "order.reduced"
    write_audit(action, subject=("order", order.pk), by=act.by, at=act.at, before=before, after=after)


def _kind(revision: Revision) -> OrderChange.Kind:
    return OrderChange.Kind.EXTENDED if revision.contents.added else OrderChange.Kind.REDUCED


def _move_stock(order: Order, revision: Revision, at: datetime) -> None:
    """Raises NotChangeable."""
    lines = [line for line, _ in revision.contents.goods]
    taken = {line.pk: max(line.quantity - units, 0) for line, units in revision.contents.goods}
    given = stocked_units(lines, taken)
    place = Warehouse.objects.get(code=order.delivery_option["warehouse"])
    wanted = [Wanted(variant_id, number) for variant_id, number in revision.contents.added.items()]
    try:
        exchange(subject=("order", order.pk), given=given, lines=wanted, warehouses=[place.pk], at=at)
    except NotEnoughStock as problem:
        raise NotChangeable(order.pk, NO_STOCK) from problem


def _write(order: Order, revision: Revision) -> None:
    kept = []
    for line, units in revision.contents.goods:
        if not units:
            OrderLine.objects.filter(pk=line.pk).delete()
            continue
        unit = line.total // line.quantity
        line.quantity, line.total = units, unit * units
        kept.append(line)
    write_bill(order, [*kept, *revision.contents.new], revision.made)
    if revision.is_recosted and revision.recosted is not None:
        note_price(order, revision.recosted)
    find_again(order)


def _by_sku(lines: Sequence[OrderLine]) -> dict[str, object]:
    return {line.sku: line.quantity for line in lines}


def _settle(order: Order, revision: Revision, act: Act, agreed_back: Money | None) -> int:
    """What was asked for before and has not come counts against what goes back now. Returns what does go back in minor
    units, below zero what is asked for instead. `agreed_back`: so much and no more goes back.
    """
    asked = still_asked(order)
    more = revision.more + asked
    if asked or more.amount > 0:
        ask_for(order, more, act)
    back = -max(revision.more.amount, 0)
    if more.amount < 0:
        back = _send_back(order, -more if agreed_back is None else agreed_back, act).amount
    if revision.contents.added or back < 0:
        record(OrderExtended(order.pk, order.buyer_id, max(-back, 0), order.currency), by=act.by, at=act.at)
    else:
        record(OrderReduced(order.pk, order.buyer_id, back, order.currency), by=act.by, at=act.at)
    return back


def _send_back(order: Order, back: Money, act: Act) -> Money:
    """What is here of it, on the ways on which it came. The rest has gone back before, or is put before a person as too much."""
    subject = ("order", order.pk)
    planned = plan_refunds_of_what_is_here(subject=subject, amount=back, reason=REASON, at=act.at, by=act.by)
    if planned < back:
        note_payment(order_id=order.pk, at=act.at)
    return planned
