"""What staff call things among themselves, in one language, stays with them: zones of a table of rates, and where days come from."""

from django.test import Client

from tests.console.making import client_of, make_staff
from tests.orders.changing import bought
from tests.shipping.test_costing import carries
from tests.shop import Shop
from tests.storefront.test_buying import put_into_cart
from tests.storefront.test_order_page import page_of
from tradewind.lib.freight import Rates, Step, Zone, write_rates
from tradewind.messaging.models import Message

ZONE, SOURCE = "Nahbereich Sieben", "Preisliste vom Spediteur"
TABLE = Rates("EUR", (Zone(ZONE, frozenset({"DE"}), (), (Step(5000, first=500),)),))


def test_buyers_read_no_name_of_a_zone_and_no_source_that_staff_wrote_for_themselves(buyer: Client, shop: Shop) -> None:
    carries(shop, rates=write_rates(TABLE), source=SOURCE)
    put_into_cart(buyer, shop)
    order = bought(shop, (shop.small, 1))
    mine = page_of(order, shop.at)

    pages = ("product/mug/?size=s", "cart/", "checkout/", "pages/delivery/", "pages/legal/")
    read = [buyer.get(f"/de/zh/{page}") for page in pages]
    read += [buyer.get(f"{mine}{page}") for page in ("", "data/", "data/file/", "receipt/")]
    letters = "".join(message.text + message.html for message in Message.objects.all())

    assert [answer.status_code for answer in read] == [200] * 9
    assert "Order" in letters or "Bestellung" in letters
    said = [answer.content.decode() for answer in read] + [letters]
    assert [words for words in said if ZONE in words or SOURCE in words] == []
    # It could have been there: whoever works here reads both beside the order.
    page = client_of(make_staff()).get(f"/console/orders/{order.pk}").content.decode()
    assert (ZONE in page, SOURCE in page) == (True, True)
