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

# Of the payload: raised when a field goes or changes its meaning. New fields may be added.
VERSION: Final = 1
TEST: Final = "webhook.test"
KINDS: Final = (
    "order.placed",
    "order.paid",
    "order.dispatched",
    "order.cancelled",
    "order.refunded",
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
    order = Order.objects.select_related("account").get(pk=order_id)
    told = {
        "ref": order.ref,
        "external_id": order.external_id or None,
        "account": order.account.name,
        "channel": order.account.channel,
        "state": order.state,
        "placed_at": format_moment(order.placed_at),
        "total": amount(order.total, order.currency),
    }
    return Event(kind, at, {"order": told, **more}, order.account_id)


def of_promise(kind: str, promise_id: int, *, at: datetime) -> Event:
    """With the order that it is about, by its reference, where it is about one."""
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
    }
    return Event(kind, at, {"promise": told}, promise.account_id)


def of_product(kind: str, product_id: int, *, at: datetime) -> Event:
    slug, state, version = Product.objects.values_list("slug", "state", "text_version").get(pk=product_id)
    return Event(kind, at, {"product": {"slug": slug, "state": state, "published_version": version}})


def of_variant(kind: str, variant_id: int, *, at: datetime) -> Event:
    sku, slug, available = Variant.objects.values_list("sku", "product__slug", "available").get(pk=variant_id)
    return Event(kind, at, {"variant": {"sku": sku, "product": slug, "available": available}})
