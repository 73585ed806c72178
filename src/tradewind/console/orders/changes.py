"""What the page of an order shows of how it was changed: what it was split into or became part of, and what could go with it."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from tradewind.catalog.queries import skus_of
from tradewind.checkout import requesting, revisions
from tradewind.checkout.revisions import Revision
from tradewind.console import pages
from tradewind.console.typed import WrongInput
from tradewind.core import words
from tradewind.core.models import ShopAccount
from tradewind.lib.clock import utc_now
from tradewind.orders import changing, merging
from tradewind.orders.changes import changes_of
from tradewind.orders.changing import Act, NotChangeable
from tradewind.orders.merging import mergeable_with
from tradewind.orders.models import Order
from tradewind.orders.queries import OrderRow
from tradewind.orders.states import OrderState
from tradewind.shipping.carriers import carrier_names
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_showing import parcels_shown, standing
from tradewind.shipping.ports import tracker_in_use
from tradewind.shipping.tracking import has_left

_WHY_NOT: Final = {
    changing.MOVED_ON: gettext_noop(
        "An order can be changed once it is paid and before it leaves. This one is not so, or no longer."
    ),
    changing.ELSEWHERE: gettext_noop("The sales channel has the money of this order: change it there."),
    changing.OTHERWISE: gettext_noop(
        "The sums of this order cannot be made anew from its lines, because it was agreed or divided otherwise. It stays as it is."
    ),
    changing.IN_PART: gettext_noop(
        "A part of this order has left in a parcel of its own. What is still here stays as it is."
    ),
    changing.CHANGED: gettext_noop("Somebody has changed the order since you opened the page. Look at it again."),
    changing.NOTHING_LEFT: gettext_noop("Nothing would be left in this order. At least one piece stays."),
    changing.NOTHING_TAKEN: gettext_noop("Please choose at least one."),
    changing.HELD: gettext_noop("One of the orders is kept back. Release it first."),
    changing.JUST_PAID: gettext_noop(
        "Its payment has just come: invoice, dates and letters are being made. Try again in a minute."
    ),
    merging.OPEN_MATTER: gettext_noop(
        "A withdrawal was declared for an order that would be taken in. Act on it first."
    ),
    changing.ASKED: gettext_noop(
        "The buyer has yet to pay for goods that were added. Wait for the payment, or take these goods off again."
    ),
    changing.DIFFERS: gettext_noop(
        "The orders differ in buyer, address, market, currency or warehouse: they are no one parcel."
    ),
    revisions.DEARER: gettext_noop(
        "With fewer goods, duties and taxes would cost the buyer more than before. Send the money back by hand."
    ),
    revisions.NO_STOCK: gettext_noop("Not so many are free in the warehouse from which the order leaves."),
    revisions.NOT_SOLD: gettext_noop("This article is not sold in the order's market now."),
    revisions.NO_WAY: gettext_noop("The way to deliver that was agreed does not carry all of it."),
    requesting.NO_METHOD: gettext_noop("The order's market offers no way to pay the rest."),
}


def in_words(refusal: NotChangeable, field: str) -> WrongInput:
    """Why an order cannot be changed, as a complaint about a field."""
    return WrongInput(field, _WHY_NOT[refusal.why])


def read_act(request: HttpRequest) -> Act:
    """Who decides, now, and whether the buyer is told: the tick is set unless somebody takes it away."""
    return Act(pages.actor_of(request), utc_now(), tells="tell" in request.POST)


def fields_of(revision: Revision | None) -> list[tuple[str, object]]:
    """What the form that decides carries of what was looked at: units by line as they were typed, and further articles."""
    if revision is None:
        return []
    joined = {line.variant_id for line, units in revision.contents.goods if units > line.quantity}
    skus = skus_of([pk for pk in revision.contents.added if pk not in joined])
    rows = [(skus[pk], units) for pk, units in revision.contents.added.items() if pk in skus]
    lines: list[tuple[str, object]] = [(f"left-{line.pk}", units) for line, units in revision.contents.goods]
    for row, (sku, units) in enumerate(rows, start=1):
        lines += [(f"sku-{row}", sku), (f"units-{row}", units)]
    return lines


def changed_part(row: OrderRow) -> dict[str, Any]:
    """Values for the page's template. An order that can still be changed asks for what could go with it, in one statement more."""
    parts = _parcel(row)
    is_sale = (row.state, row.channel, row.kind) == (OrderState.PAID, ShopAccount.Channel.OWN, Order.Kind.SALE)
    # Of which a part has left, nothing is changed any more.
    is_open = is_sale and not parts["parcels"]
    return {
        "order_changes": changes_of(row.id),
        "mergeable": mergeable_with(Order.objects.select_related("account").get(pk=row.id)) if is_open else [],
        "is_open_to_change": is_open,
        **parts,
    }


def _parcel(row: OrderRow) -> dict[str, Any]:
    """Its parcels, and, once all of it has left, the one whose carrier and number may be put right. Asked for orders of which
    something may have left.
    """
    may_have = has_left(row.state) or row.state == OrderState.PAID
    parcels = parcels_shown(row.id, words.spoken()) if may_have else []
    is_waiting = any(shown.parcel.watch == Parcel.Watch.WANTED for shown in parcels)
    return {
        "handover": standing(parcels) if has_left(row.state) else None,
        "has_left": has_left(row.state),
        "has_tracker": is_waiting and tracker_in_use() is not None,
        "carriers": carrier_names(),
        "parcels": parcels,
    }
