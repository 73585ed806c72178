"""What was said for customs goes with the goods, where their order is split and where it becomes part of another."""

import pytest

from tests.orders.changing import bought, goods, split
from tests.orders.test_merging import merge
from tests.shop import Shop
from tradewind.orders.models import Order
from tradewind.shipping.customs_models import OrderCustoms

pytestmark = pytest.mark.django_db


def _said(order: Order, *values: int | None, **more: object) -> None:
    """A value for each line of goods, and a name with the first."""
    lines: dict[str, dict[str, object]] = {}
    for line, value in zip(goods(order), values, strict=True):
        if value is not None:
            lines[str(line.pk)] = {"value": value, "currency": "EUR", "of": line.quantity, "en": f"cup {line.sku}"}
    OrderCustoms.objects.create(order=order, lines=lines, **more)


def _known(order: Order) -> list[tuple[str, int, dict[str, object]]]:
    lines = OrderCustoms.objects.get(order=order).lines
    return [(line.sku, line.quantity, lines.get(str(line.pk), {})) for line in goods(order)]


def test_a_part_that_was_split_off_is_declared_as_the_whole_was(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2), (shop.large, 2))
    _said(order, 900, 1200, why="gift", platform_number="IM123", platform_eori="DE9", is_tax_taken_before=True)
    new = split(shop, order, 1, 2)

    small = {"value": 900, "currency": "EUR", "of": 2, "en": "cup MUG-S"}
    large = {"value": 1200, "currency": "EUR", "of": 2, "en": "cup MUG-L"}
    assert _known(new) == [("MUG-S", 1, small), ("MUG-L", 2, large)]
    row = OrderCustoms.objects.get(order=new)
    assert (row.why, row.platform_number, row.platform_eori, row.is_tax_taken_before) == ("gift", "IM123", "DE9", True)
    assert _known(order) == [("MUG-S", 1, small)]

    merge(shop, order, new)

    assert _known(order) == [("MUG-S", 2, small), ("MUG-L", 2, large)]
    assert OrderCustoms.objects.get(order=order).why == "gift"


def test_an_order_takes_over_what_was_said_of_the_goods_of_another(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 1)), bought(shop, (shop.small, 3), (shop.large, 1))
    _said(order, 500)
    _said(other, 900, 700, platform_number="IM123")
    merge(shop, order, other)
    assert [(sku, units, said["value"], said["of"]) for sku, units, said in _known(order)] == [
        ("MUG-S", 4, 1400, 4),
        ("MUG-L", 1, 700, 1),
    ]
    assert OrderCustoms.objects.get(order=order).platform_number == "IM123"


def test_a_gift_that_goes_into_one_parcel_with_what_was_sold_is_no_gift(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 1)), bought(shop, (shop.large, 1))
    _said(other, 700, why="gift")
    merge(shop, order, other)
    assert OrderCustoms.objects.get(order=order).why == "sale"
    assert _known(order)[1][2]["value"] == 700


def test_nothing_is_written_where_nobody_has_said_anything(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2), (shop.large, 2))
    merge(shop, order, split(shop, order, 1, 1))
    assert not OrderCustoms.objects.exists()
