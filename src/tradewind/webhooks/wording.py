"""What is said of each kind of event: thin, versioned, without personal data. Programs that want more ask the API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tradewind.catalog.models import Product, Variant
from tradewind.lib.clock import format_moment
from tradewind.lib.money import Money
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.quotations.models import Quotation

# Of the payload: raised when a field goes or changes its meaning. New fields may be added.
VERSION: Final = 1
TEST: Final = "webhook.test"
KINDS: Final = (
    "order.placed",
    "order.paid",
    "order.changed",
    "order.split",
    "order.merged",
    "order.dispatched",
    "order.cancelled",
    "order.refunded",
    "parcel.handed_over",
    "parcel.renumbered",
    "parcel.first_scanned",
    "parcel.moved",
    "parcel.in_trouble",
    "parcel.trouble",
    "parcel.delivered",
    "quotation.accepted",
    "quotation.declined",
    "promise.kept",
    "promise.at_risk",
    "promise.broken",
    "promise.renewed",
    "product.published",
    "product.taken_offline",
    "product.returned",
    "stock.ran_out",
    "stock.came_back",
)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `account_id` is the shop account that it belongs to, None where it concerns all."""

    kind: str
    at: datetime
    data: Mapping[str, Any]
    account_id: int | None = None

    @property
    def body(self) -> str:
        told = {"type": self.kind, "version": VERSION, "timestamp": format_moment(self.at), "data": self.data}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def amount(minor: int, currency: str) -> dict[str, Any]:
    money = Money(minor, currency)
    return {"minor": money.amount, "currency": money.currency, "decimal": f"{money.decimal:f}"}


def of_order(kind: str, order_id: int, *, at: datetime, **more: Any) -> Event:
    """`more` stands beside the order; another order among it is told as `order_body` tells it."""
    order = _read(order_id)
    return Event(kind, at, {"order": _body(order), **more}, order.account_id)


def order_body(order_id: int) -> dict[str, Any]:
    return _body(_read(order_id))


def of_quotation(kind: str, quotation_id: int, *, at: datetime, **more: Any) -> Event:
    quotation = Quotation.objects.get(pk=quotation_id)
    told = {
        "ref": quotation.ref,
        "state": quotation.state,
        "market": quotation.market,
        "total": amount(quotation.total, quotation.currency),
    }
    return Event(kind, at, {"quotation": told, **more}, quotation.account_id)


def _read(order_id: int) -> Order:
    return Order.objects.select_related("account").get(pk=order_id)


def _body(order: Order) -> dict[str, Any]:
    return {
        "ref": order.ref,
        "external_id": order.external_id or None,
        "account": order.account.name,
        "channel": order.account.channel,
        "state": order.state,
        "placed_at": format_moment(order.placed_at),
        "total": amount(order.total, order.currency),
    }


def of_promise(kind: str, promise_id: int, *, at: datetime, **more: Any) -> Event:
    """With the order that it is about, by its reference, where it is about one. `more` stands within it."""
    promise = Promise.objects.get(pk=promise_id)
    order = (
        Order.objects.filter(pk=promise.order_id).values_list("ref", flat=True).first() if promise.order_id else None
    )
    told = {
        "kind": promise.kind,
        "state": promise.state,
        "order": order,
        "due_at": format_moment(promise.due_at),
        "first_day": promise.first_day.isoformat(),
        "last_day": promise.last_day.isoformat(),
        "zone": promise.zone,
        "risk": promise.risk or None,
        **more,
    }
    return Event(kind, at, {"promise": told}, promise.account_id)


def of_product(kind: str, product_id: int, *, at: datetime) -> Event:
    slug, state, version = Product.objects.values_list("slug", "state", "text_version").get(pk=product_id)
    return Event(kind, at, {"product": {"slug": slug, "state": state, "published_version": version}})


def of_variant(kind: str, variant_id: int, *, at: datetime) -> Event:
    sku, slug, available = Variant.objects.values_list("sku", "product__slug", "available").get(pk=variant_id)
    return Event(kind, at, {"variant": {"sku": sku, "product": slug, "available": available}})
