"""From facts to events for other people's programs. What was imported happened long ago: nobody is told."""

from tradewind.catalog.events import ProductPublished, ProductReturned, ProductTakenOffline
from tradewind.core.facts import Context, reaction
from tradewind.inventory.events import StockCameBack, StockRanOut
from tradewind.orders.events import (
    OrderCancelled,
    OrderExtended,
    OrderPaid,
    OrderPlaced,
    OrderReduced,
    OrderSplit,
    OrderTookIn,
)
from tradewind.payments.events import RefundConfirmed
from tradewind.promises.events import PromiseAtRisk, PromiseBroken, PromiseKept, PromiseRenewed
from tradewind.quotations.events import QuotationDeclined, QuotationOrdered
from tradewind.shipping.events import (
    OrderMarkedDispatched,
    ParcelDelivered,
    ParcelFirstScanned,
    ParcelHandedOver,
    ParcelInTrouble,
    ParcelMoved,
    TrackingTold,
    TroubleFound,
)
from tradewind.shipping.models import Parcel
from tradewind.webhooks.planning import tell
from tradewind.webhooks.queries import is_heard
from tradewind.webhooks.wording import amount, of_order, of_product, of_promise, of_quotation, of_variant, order_body

AboutParcel = ParcelHandedOver | ParcelFirstScanned | ParcelMoved | ParcelInTrouble | ParcelDelivered | TroubleFound


@reaction(OrderPlaced, name="webhooks.order_placed")
def order_placed(fact: OrderPlaced, context: Context) -> None:
    _of_order("order.placed", fact.order_id, context)


@reaction(OrderPaid, name="webhooks.order_paid")
def order_paid(fact: OrderPaid, context: Context) -> None:
    _of_order("order.paid", fact.order_id, context)


@reaction(OrderMarkedDispatched, name="webhooks.order_dispatched")
def order_dispatched(fact: OrderMarkedDispatched, context: Context) -> None:
    _of_order("order.dispatched", fact.order_id, context, units=fact.units)


@reaction(OrderCancelled, name="webhooks.order_cancelled")
def order_cancelled(fact: OrderCancelled, context: Context) -> None:
    _of_order("order.cancelled", fact.order_id, context, reason=fact.reason)


@reaction(OrderReduced, name="webhooks.order_reduced")
def order_reduced(fact: OrderReduced, context: Context) -> None:
    """Goods were taken off."""
    _of_order("order.changed", fact.order_id, context, returned=amount(fact.amount, fact.currency))


@reaction(OrderExtended, name="webhooks.order_extended")
def order_extended(fact: OrderExtended, context: Context) -> None:
    """Goods were added, or exchanged."""
    _of_order("order.changed", fact.order_id, context, to_pay=amount(fact.amount, fact.currency))


@reaction(OrderSplit, name="webhooks.order_split")
def order_split(fact: OrderSplit, context: Context) -> None:
    """The new part was never placed, so whoever sends orders learns of it here."""
    if is_heard("order.split"):
        _of_order("order.split", fact.order_id, context, part=order_body(fact.other_id))


@reaction(OrderTookIn, name="webhooks.order_merged")
def order_merged(fact: OrderTookIn, context: Context) -> None:
    """Told of the order that goes on. What it took in is not sent by itself any more."""
    if is_heard("order.merged"):
        _of_order("order.merged", fact.order_id, context, taken_in=order_body(fact.other_id))


@reaction(RefundConfirmed, name="webhooks.order_refunded")
def order_refunded(fact: RefundConfirmed, context: Context) -> None:
    _of_order("order.refunded", fact.order_id, context, refund=amount(fact.amount, fact.currency))


@reaction(ParcelHandedOver, name="webhooks.parcel_handed_over")
def parcel_handed_over(fact: ParcelHandedOver, context: Context) -> None:
    _of_parcel("parcel.handed_over", fact, context)


@reaction(TrackingTold, name="webhooks.parcel_renumbered")
def parcel_renumbered(fact: TrackingTold, context: Context) -> None:
    """Another number is another label with a reference of its own: those of the order's parcels as they are now."""
    if is_heard("parcel.renumbered"):
        standing = Parcel.objects.filter(order_id=fact.order_id, replaced_at=None).order_by("pk")
        parcels = [{"ref": ref} for ref in standing.values_list("ref", flat=True)]
        _of_order("parcel.renumbered", fact.order_id, context, parcels=parcels)


@reaction(ParcelFirstScanned, name="webhooks.parcel_first_scanned")
def parcel_first_scanned(fact: ParcelFirstScanned, context: Context) -> None:
    _of_parcel("parcel.first_scanned", fact, context)


@reaction(ParcelMoved, name="webhooks.parcel_moved")
def parcel_moved(fact: ParcelMoved, context: Context) -> None:
    _of_parcel("parcel.moved", fact, context, state=fact.status, reason=fact.reason or None)


@reaction(ParcelInTrouble, name="webhooks.parcel_in_trouble")
def parcel_in_trouble(fact: ParcelInTrouble, context: Context) -> None:
    _of_parcel(
        "parcel.in_trouble", fact, context, state=fact.status, reason=fact.reason or None, party=fact.party or None
    )


@reaction(TroubleFound, name="webhooks.parcel_trouble")
def parcel_trouble(fact: TroubleFound, context: Context) -> None:
    """What silence says as well, which no carrier tells. Of orders that have not left, the promise at risk is told."""
    if fact.parcel_id is not None:
        _of_parcel("parcel.trouble", fact, context, cause=fact.cause)


@reaction(ParcelDelivered, name="webhooks.parcel_delivered")
def parcel_delivered(fact: ParcelDelivered, context: Context) -> None:
    _of_parcel("parcel.delivered", fact, context)


@reaction(QuotationOrdered, name="webhooks.quotation_accepted")
def quotation_accepted(fact: QuotationOrdered, context: Context) -> None:
    """By the buyer: what staff order themselves is an order that was placed, and nothing else."""
    if fact.is_accepted and is_heard("quotation.accepted"):
        order = order_body(fact.order_id)
        tell(of_quotation("quotation.accepted", fact.quotation_id, at=context.recorded_at, order=order), at=context.now)


@reaction(QuotationDeclined, name="webhooks.quotation_declined")
def quotation_declined(fact: QuotationDeclined, context: Context) -> None:
    if is_heard("quotation.declined"):
        tell(of_quotation("quotation.declined", fact.quotation_id, at=context.recorded_at), at=context.now)


@reaction(PromiseAtRisk, name="webhooks.promise_at_risk")
def promise_at_risk(fact: PromiseAtRisk, context: Context) -> None:
    _of_promise("promise.at_risk", fact.promise_id, context)


@reaction(PromiseBroken, name="webhooks.promise_broken")
def promise_broken(fact: PromiseBroken, context: Context) -> None:
    _of_promise("promise.broken", fact.promise_id, context)


@reaction(PromiseKept, name="webhooks.promise_kept")
def promise_kept(fact: PromiseKept, context: Context) -> None:
    _of_promise("promise.kept", fact.promise_id, context, in_time=fact.in_time)


@reaction(PromiseRenewed, name="webhooks.promise_renewed")
def promise_renewed(fact: PromiseRenewed, context: Context) -> None:
    _of_promise("promise.renewed", fact.promise_id, context)


@reaction(ProductPublished, name="webhooks.product_published")
def product_published(fact: ProductPublished, context: Context) -> None:
    _of_product("product.published", fact.product_id, context)


@reaction(ProductTakenOffline, name="webhooks.product_taken_offline")
def product_taken_offline(fact: ProductTakenOffline, context: Context) -> None:
    _of_product("product.taken_offline", fact.product_id, context)


@reaction(ProductReturned, name="webhooks.product_returned")
def product_returned(fact: ProductReturned, context: Context) -> None:
    _of_product("product.returned", fact.product_id, context)


@reaction(StockRanOut, name="webhooks.stock_ran_out")
def stock_ran_out(fact: StockRanOut, context: Context) -> None:
    if is_heard("stock.ran_out"):
        tell(of_variant("stock.ran_out", fact.variant_id, at=context.recorded_at), at=context.now)


@reaction(StockCameBack, name="webhooks.stock_came_back")
def stock_came_back(fact: StockCameBack, context: Context) -> None:
    if is_heard("stock.came_back"):
        tell(of_variant("stock.came_back", fact.variant_id, at=context.recorded_at), at=context.now)


def _of_order(kind: str, order_id: int, context: Context, **more: object) -> None:
    if is_heard(kind):
        tell(of_order(kind, order_id, at=context.recorded_at, **more), at=context.now)


def _of_parcel(kind: str, fact: AboutParcel, context: Context, **more: object) -> None:
    if is_heard(kind):
        ref = Parcel.objects.values_list("ref", flat=True).get(pk=fact.parcel_id or 0)
        tell(of_order(kind, fact.order_id, at=context.recorded_at, parcel={"ref": ref, **more}), at=context.now)


def _of_promise(kind: str, promise_id: int, context: Context, **more: object) -> None:
    if is_heard(kind):
        tell(of_promise(kind, promise_id, at=context.recorded_at, **more), at=context.now)


def _of_product(kind: str, product_id: int, context: Context) -> None:
    if is_heard(kind):
        tell(of_product(kind, product_id, at=context.recorded_at), at=context.now)
