"""A shop that is filled, or sells without a pause: run in a house of `tests.backup.houses`.

`fill` prints nothing. `sell NAME` prints a number after each order that is committed, until it is killed; with each order come
a private file that a row names, and two settings that are changed in one transaction and so are always equal.
"""

import secrets
import sys

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  # after setup, like all that follows

from tests.shop import HAMBURG, Shop, open_shop  # noqa: E402
from tradewind.catalog.models import Product, Variant  # noqa: E402
from tradewind.core.files import keep_private, publish_content  # noqa: E402
from tradewind.core.models import SettingValue  # noqa: E402
from tradewind.inventory.models import Warehouse  # noqa: E402
from tradewind.lib.clock import utc_now  # noqa: E402
from tradewind.markets.models import Market  # noqa: E402


def fill() -> None:
    with transaction.atomic():
        shop = open_shop(utc_now(), stock=100_000)
    with transaction.atomic():
        shop.place(shop.cart((shop.small, 1)))
    for number in range(5):
        keep_private(f"letter {number}.txt", f"private {number}".encode(), content_type="text/plain", at=utc_now())
        publish_content(f"mug/{number}.webp", secrets.token_bytes(30_000))
    connection.close()


def sell(name: str) -> None:
    shop = _shop()
    for number in range(10**9):
        cart = shop.cart((shop.small, 1))
        with transaction.atomic():
            order = shop.place(cart).order
            for side in ("left", "right"):
                SettingValue.objects.update_or_create(
                    key=f"{name}.{side}", defaults={"value": number, "changed_at": utc_now()}
                )
        content = f"{name} {number} {HAMBURG.name}".encode()
        keep_private(f"{name} {number}.txt", content, content_type="text/plain", at=utc_now())
        print(order.pk, flush=True)  # noqa: T201  # for who started us


def _shop() -> Shop:
    places = {place.code: place for place in Warehouse.objects.all()}
    markets = {market.code: market for market in Market.objects.all()}
    shop = Shop(
        utc_now(), markets["de"], markets["world"], places["shenzhen"], places["frankfurt"], Product.objects.get()
    )
    shop.variants = list(Variant.objects.order_by("pk"))
    return shop


if __name__ == "__main__":
    fill() if sys.argv[1] == "fill" else sell(sys.argv[2])
