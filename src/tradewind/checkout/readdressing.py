"""An order that goes to another address than the one that its delivery was priced for: staff are told where that costs more."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from tradewind.checkout.promising import quote_for_goods
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.lib.money import Money
from tradewind.orders.models import AddressChange, Order, OrderChange, OrderLine
from tradewind.promises.quote import DeliveryQuote

# The way goes there as well, for more; or does not go there.
DEARER: Final = "address.dearer"
NO_WAY: Final = "address.no_way"
_WITHIN: Final = timedelta(hours=8)


def compare_ways(change: AddressChange, *, at: datetime) -> None:
    """In the caller's transaction. Both addresses at the rates of this moment: that those have changed meanwhile is nobody's matter."""
    order, due_at = Order.objects.get(pk=change.order_id), at + _WITHIN
    subject = ("order", order.pk)
    ways_are_settled(order.pk, at=at)
    before, now = (_quote(order, ship_to, at) for ship_to in (_priced_for(change), change.after))
    if before is None:
        return
    if now is None:
        ask_for_hand(NO_WAY, subject=subject, account_id=order.account_id, due_at=due_at, at=at)
    elif now.cost.currency == before.cost.currency and now.cost.amount > before.cost.amount:
        more = now.cost - before.cost
        facts = {"amount": more.amount, "currency": more.currency}
        ask_for_hand(DEARER, subject=subject, account_id=order.account_id, due_at=due_at, at=at, facts=facts)


def ways_are_settled(order_id: int, *, at: datetime) -> None:
    """In the caller's transaction: the delivery is priced for where it goes, or the order goes nowhere any more, or has left."""
    for kind in (DEARER, NO_WAY):
        settle_by_fact(kind, subject=("order", order_id), at=at)


def _priced_for(change: AddressChange) -> dict[str, str]:
    """The address before the first change since the delivery was priced last: what was paid was paid for that one."""
    changes = AddressChange.objects.filter(order_id=change.order_id, confirmed_at__isnull=False)
    anew = OrderChange.objects.filter(order_id=change.order_id, delivery_after__isnull=False)
    if (priced_at := anew.aggregate(at=Max("made_at"))["at"]) is not None:
        changes = changes.filter(confirmed_at__gt=priced_at)
    first = changes.order_by("confirmed_at", "pk").first()
    return dict((first or change).before)


def _quote(order: Order, ship_to: dict[str, str], at: datetime) -> DeliveryQuote | None:
    order.ship_to = ship_to
    goods = order.lines.filter(kind=OrderLine.Kind.GOODS).order_by("position")
    return quote_for_goods(
        order,
        list(goods.values_list("variant_id", "quantity")),
        Money(order.goods, order.currency),
        at=at,
    )
