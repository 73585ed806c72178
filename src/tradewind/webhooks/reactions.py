"""From facts to events for other people's programs. What was imported happened long ago: nobody is told."""

from tradewind.catalog.events import ProductPublished, ProductReturned, ProductTakenOffline
from tradewind.core.facts import Context, reaction
from tradewind.inventory.events import StockCameBack, StockRanOut
from tradewind.orders.events import OrderCancelled, OrderPaid, OrderPlaced
from tradewind.payments.events import RefundConfirmed
from tradewind.promises.events import PromiseAtRisk, PromiseBroken, PromiseRenewed
from tradewind.shipping.events import OrderMarkedDispatched
from tradewind.webhooks.planning import tell
from tradewind.webhooks.queries import is_heard
from tradewind.webhooks.wording import amount, of_order, of_product, of_promise, of_variant


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


@reaction(RefundConfirmed, name="webhooks.order_refunded")
def order_refunded(fact: RefundConfirmed, context: Context) -> None:
    _of_order("order.refunded", fact.order_id, context, refund=amount(fact.amount, fact.currency))


@reaction(PromiseAtRisk, name="webhooks.promise_at_risk")
def promise_at_risk(fact: PromiseAtRisk, context: Context) -> None:
    _of_promise("promise.at_risk", fact.promise_id, context)


@reaction(PromiseBroken, name="webhooks.promise_broken")
def promise_broken(fact: PromiseBroken, context: Context) -> None:
    _of_promise("promise.broken", fact.promise_id, context)


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


def _of_promise(kind: str, promise_id: int, context: Context) -> None:
    if is_heard(kind):
        tell(of_promise(kind, promise_id, at=context.recorded_at), at=context.now)


def _of_product(kind: str, product_id: int, context: Context) -> None:
    if is_heard(kind):
        tell(of_product(kind, product_id, at=context.recorded_at), at=context.now)
