"""An order that goes to another address than the one that its delivery was priced for: staff are told where that costs more."""

from datetime import datetime, timedelta
from typing import Final

from tradewind.checkout.promising import quote_for_goods
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.lib.money import Money
from tradewind.orders.models import AddressChange, Order, OrderLine
from tradewind.promises.quote import DeliveryQuote

# The way goes there as well, for more; or does not go there.
DEARER: Final = "address.dearer"
NO_WAY: Final = "address.no_way"
_WITHIN: Final = timedelta(hours=8)


def compare_ways(change: AddressChange, *, at: datetime) -> None:
    """In the caller's transaction. Both addresses at the rates of this moment: that those have changed meanwhile is nobody's matter."""
    order, due_at = Order.objects.get(pk=change.order_id), at + _WITHIN
    subject = ("order", order.pk)
    for kind in (DEARER, NO_WAY):
        settle_by_fact(kind, subject=subject, at=at)
    before, now = (_quote(order, ship_to, at) for ship_to in (_priced_for(change), change.after))
    if before is None:
        return
    if now is None:
        ask_for_hand(NO_WAY, subject=subject, account_id=order.account_id, due_at=due_at, at=at)
    elif now.cost.currency == before.cost.currency and now.cost.amount > before.cost.amount:
        more = now.cost - before.cost
        facts = {"amount": more.amount, "currency": more.currency}
        ask_for_hand(DEARER, subject=subject, account_id=order.account_id, due_at=due_at, at=at, facts=facts)


def _priced_for(change: AddressChange) -> dict[str, str]:
    """The address of the first change: what was paid was paid for that one."""
    first = AddressChange.objects.filter(order_id=change.order_id, confirmed_at__isnull=False).order_by("pk").first()
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
