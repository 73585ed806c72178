"""Where goods lie in a warehouse: said with their stock, read by who picks and packs, passed in order."""

import re

import pytest
from django.test import Client

from tests.console.test_packing import told
from tests.shipping.packing import paid
from tests.shop import Shop
from tradewind.core.models import AuditEntry
from tradewind.inventory.models import StockLevel, Warehouse
from tradewind.inventory.shelves import way_along


def test_places_are_passed_in_order() -> None:
    shelves = ["A-10-1", "B-1", "a-9", "A-03-2", "12", "A-3-10"]
    assert sorted(shelves, key=way_along) == ["12", "A-03-2", "A-3-10", "a-9", "A-10-1", "B-1"]


@pytest.mark.django_db
def test_a_place_is_said_with_the_stock_and_read_by_who_picks_and_packs(console: Client, shop: Shop) -> None:
    order = paid(shop, (shop.small, 1), (shop.large, 1))
    place = Warehouse.objects.get(code=order.delivery_option["warehouse"])
    address = f"/console/products/{shop.product.pk}/shelf"

    def say(variant: int, shelf: str) -> int:
        return console.post(address, {"variant": variant, "warehouse": place.pk, "shelf": shelf}).status_code

    before = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=place)
    assert [say(shop.small.pk, " A-10-1 "), say(shop.small.pk, "A-10-1"), say(shop.large.pk, "A-9")] == [302] * 3

    after = StockLevel.objects.get(pk=before.pk)
    assert (after.shelf, after.on_hand, after.reserved) == ("A-10-1", before.on_hand, before.reserved)
    assert AuditEntry.objects.filter(action="stock.shelved").count() == 2
    picking = console.get(f"/console/warehouse/picking?order={order.pk}").content.decode()
    assert re.findall(r"MUG-[SL]|A-\d+[-\d]*", picking.split("<tbody>")[1]) == ["MUG-L", "A-9", "MUG-S", "A-10-1"]
    packing = console.get(f"/console/orders/{order.pk}/packing").content.decode()
    assert re.findall(r"Lies in (A-[\d-]+)", packing) == ["A-10-1", "A-9"]

    too_long = console.post(address, {"variant": shop.small.pk, "warehouse": place.pk, "shelf": "A" * 31})
    assert (too_long.status_code, told(too_long.content.decode())[0]) == (
        422,
        "Nothing was changed: At most 30 characters, please.",
    )
    assert f'value="{"A" * 31}"' in too_long.content.decode()
    assert say(shop.small.pk, "") == 302
    assert StockLevel.objects.get(pk=before.pk).shelf == ""
