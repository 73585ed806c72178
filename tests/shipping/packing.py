"""What tests of packing share: paid orders, who packs them, and a phone's photo."""

import io

from PIL import Image

from tests.shop import Shop
from tradewind.catalog.models import Variant
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.shipping.models import Packing
from tradewind.shipping.packing import Hand


def paid(shop: Shop, *lines: tuple[Variant, int]) -> Order:
    order = shop.place(shop.cart(*(lines or ((shop.small, 2),)))).order
    Order.objects.filter(pk=order.pk).update(state=OrderState.PAID)
    return Order.objects.get(pk=order.pk)


def hand(packing: Packing) -> Hand:
    """Whoever packs, with the list as it is now."""
    packing.refresh_from_db()
    return Hand(packing.order_id, packing.version, packing.by)


def photo(colour: str = "navy", *, size: tuple[int, int] = (400, 300)) -> bytes:
    """As a phone takes it: it says which phone and where."""
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif[0x0112] = 6  # to be turned
    exif.get_ifd(0x8825)[1] = "N"
    into = io.BytesIO()
    Image.new("RGB", size, colour).save(into, format="JPEG", exif=exif)
    return into.getvalue()
