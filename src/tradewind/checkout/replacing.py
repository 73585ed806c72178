"""Sending goods again at no cost: an order of its own for the same buyer and address, with stock held and dates promised.

It is paid with nothing, so that it leaves, is promised and is confirmed to the buyer like any other. No invoice is written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tradewind.core.trail import write_audit
from tradewind.inventory.models import Warehouse
from tradewind.inventory.reserving import Wanted, reserve
from tradewind.lib.money import Money
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.noting import write_note
from tradewind.orders.paying import note_payment
from tradewind.orders.placing import LineToWrite, OrderToWrite, write_order
from tradewind.shipping.declaring_again import declare_again


class CannotReplace(Exception):
    """Nothing of the order is an article of ours, or nobody knows any more where it goes."""


def send_again(
    *, order_id: int, units: Mapping[int, int], key: str, by: str, at: datetime, case_id: int | None = None
) -> Order:
    """So many of each line once more. The same key again gives the order that it made. `case_id`: why.

    Raises CannotReplace, and inventory.reserving.NotEnoughStock.
    """
    with transaction.atomic():
        source = Order.objects.select_for_update(of=("self",)).select_related("account", "buyer").get(pk=order_id)
        known = Order.objects.filter(cart_key=key).first()
        if known is not None:
            return known
        lines = [line for line in _articles(source) if units.get(line.pk)]
        place = Warehouse.objects.filter(code=source.delivery_option.get("warehouse", "")).first()
        if not lines or place is None or source.buyer is None or source.erased_at is not None:
            raise CannotReplace(order_id)
        new = write_order(
            _order(source, key, case_id), [_line(line, units[line.pk], source) for line in lines], at=at, by=by
        )
        written = new.lines.order_by("position").values_list("pk", flat=True)
        declare_again(source, new, dict(zip(written, (line.pk for line in lines), strict=True)))
        wanted = [Wanted(line.variant_id, units[line.pk]) for line in lines if line.variant_id]
        reserve(subject=("order", new.pk), lines=wanted, warehouses=[place.pk], at=at)
        note_payment(order_id=new.pk, at=at)
        write_note(order_id=new.pk, key=f"again-{source.ref}", text=f"↻ {source.ref}", by=by, at=at)
        write_audit("order.sent_again", subject=("order", source.pk), by=by, at=at, after={"order": new.ref})
    return new


def _articles(source: Order) -> Sequence[OrderLine]:
    goods = source.lines.filter(kind=OrderLine.Kind.GOODS, variant_id__isnull=False)
    return list(goods.order_by("position"))


def _order(source: Order, key: str, case_id: int | None) -> OrderToWrite:
    nothing = Money.zero(source.currency)
    if source.buyer is None:
        raise CannotReplace(source.pk)
    return OrderToWrite(
        account=source.account,
        buyer=source.buyer,
        email=source.email,
        ship_to=source.ship_to,
        market=source.market,
        language=source.language,
        goods=nothing,
        delivery=nothing,
        tax=nothing,
        tax_included=source.tax_included,
        total=nothing,
        payment_method="",
        delivery_option=source.delivery_option,
        cart_key=key,
        case_id=case_id,
        discount=nothing,
        rules={name: value for name, value in source.rules.items() if name != "at_door"},
    )


def _line(line: OrderLine, quantity: int, source: Order) -> LineToWrite:
    nothing = Money.zero(source.currency)
    return LineToWrite(
        kind=OrderLine.Kind.GOODS,
        title=line.title,
        quantity=quantity,
        unit=nothing,
        total=nothing,
        tax_rate=Decimal(0),
        tax=nothing,
        variant_id=line.variant_id,
        sku=line.sku,
        options=line.options,
        picture=line.picture,
        parts=tuple((sku, count) for sku, count in line.parts),
    )
