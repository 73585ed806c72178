"""What the page of an order shows of how it was changed: what it was split into or became part of, and what could go with it."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from tradewind.checkout.reducing import NotReducible
from tradewind.console import pages
from tradewind.console.typed import WrongInput
from tradewind.core.models import ShopAccount
from tradewind.lib.clock import utc_now
from tradewind.orders import changing
from tradewind.orders.changes import changes_of
from tradewind.orders.changing import Act, NotChangeable
from tradewind.orders.merging import mergeable_with
from tradewind.orders.models import Order
from tradewind.orders.queries import OrderRow
from tradewind.orders.states import OrderState

_WHY_NOT: Final = {
    changing.MOVED_ON: gettext_noop(
        "An order can be changed once it is paid and before it leaves. This one is not so, or no longer."
    ),
    changing.ELSEWHERE: gettext_noop("The sales channel has the money of this order: change it there."),
    changing.OTHERWISE: gettext_noop("The sums of this order do not follow from its lines. It stays as it is."),
    changing.CHANGED: gettext_noop("Somebody has changed the order since you opened the page. Look at it again."),
    changing.NOTHING_LEFT: gettext_noop("Nothing would be left in this order. At least one piece stays."),
    changing.NOTHING_TAKEN: gettext_noop("Please choose at least one."),
    changing.HELD: gettext_noop("One of the orders is kept back. Release it first."),
    changing.DIFFERS: gettext_noop(
        "The orders differ in buyer, address, market, currency or warehouse: they are no one parcel."
    ),
}


def in_words(refusal: NotChangeable | NotReducible, field: str) -> WrongInput:
    """Why an order cannot be changed, as a complaint about a field."""
    return WrongInput(field, _WHY_NOT[refusal.why])


def read_act(request: HttpRequest) -> Act:
    """Who decides, now, and whether the buyer is told: the tick is set unless somebody takes it away."""
    return Act(pages.actor_of(request), utc_now(), tells="tell" in request.POST)


def changed_part(row: OrderRow) -> dict[str, Any]:
    """Values for the page's template. An order that can still be changed asks for what could go with it, in one statement more."""
    is_open = (row.state, row.channel, row.kind) == (OrderState.PAID, ShopAccount.Channel.OWN, Order.Kind.SALE)
    return {
        "order_changes": changes_of(row.id),
        "mergeable": mergeable_with(Order.objects.select_related("account").get(pk=row.id)) if is_open else [],
        "is_open_to_change": is_open,
    }
