"""Paid orders for tests of what staff change about them."""

from collections.abc import Mapping
from typing import Any

from tests.shop import Shop
from tradewind.catalog.models import Variant
from tradewind.connectors.simulator.choosing import Choice, choose
from tradewind.core.models import FactRecord
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import Reservation
from tradewind.orders.changing import Act, seen_lines
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.splitting import look_at_split, split_order
from tradewind.payments.asking import ask_now
from tradewind.payments.queries import intents_for
from tradewind.payments.starting import start_now


def bought(shop: Shop, *lines: tuple[Variant, int], code: str = "") -> Order:
    """An order that was paid by card at the provider, with all that follows from it done."""
    cart = shop.cart(*lines)
    order = shop.place(cart, agreed=shop.agree(cart, code=code)).order
    intent = start_now(intents_for("order", order.pk)[0], now=lambda: shop.at)
    choose(ref=intent.provider_ref, choice=Choice.PAY_LOST, at=shop.at)
    ask_now(intent, now=shop.at)
    run_until_idle(now=lambda: shop.at)
    return Order.objects.get(pk=order.pk)


def goods(order: Order) -> list[OrderLine]:
    return list(order.lines.filter(kind="goods").order_by("position"))


def seen(order: Order) -> str:
    return seen_lines([(line.pk, line.quantity) for line in goods(order)])


def split(shop: Shop, order: Order, *units: int, tells: bool = False) -> Order:
    """As many units of each line of goods become an order of their own."""
    moved = dict(zip([line.pk for line in goods(order)], units, strict=True))
    found = look_at_split(order_id=order.pk, moved=moved, seen=seen(order))
    act = Act("staff:1", shop.at, tells=tells)
    return split_order(order_id=order.pk, moved=moved, seen=seen(order), agreed=found.goes.total, act=act)


def written(order: Order) -> tuple[Any, ...]:
    """What an order is worth, holds and has been paid, without its numbers."""
    order.refresh_from_db()
    lines = order.lines.order_by("position").values_list("kind", "sku", "quantity", "unit", "total", "tax", "discount")
    sums = (order.goods, order.delivery, order.discount, order.tax, order.total, order.paid)
    return list(lines), sums, order.state, held(order), order.rules


def held(order: Order) -> Mapping[str, int]:
    """Units that are held for it, by warehouse and variant."""
    found: dict[str, int] = {}
    rows = Reservation.objects.filter(subject_kind="order", subject_id=order.pk, state="held")
    for row in rows.select_related("level__warehouse"):
        key = f"{row.level.warehouse.code} {row.level.variant_id}"
        found[key] = found.get(key, 0) + row.quantity
    return found


def told_of(order: Order) -> list[str]:
    """Names of the facts about an order, oldest first."""
    rows = FactRecord.objects.filter(subjects__kind="order", subjects__subject_id=order.pk)
    return list(rows.order_by("pk").values_list("name", flat=True))
