"""Papers that go with parcels: in the buyer's language, with a reference that scanners read."""

from io import BytesIO

from pypdf import PdfReader

from tests.papers.parts import pages_of
from tests.shipping.packing import paid
from tests.shop import Shop
from tradewind.lib.code128 import _WIDTHS, bars
from tradewind.orders.models import Order
from tradewind.papers.parcel_papers import address_labels, packing_lists


def test_a_code_begins_in_set_b_and_ends_with_its_check() -> None:
    """Each sign takes eleven modules, three of them bars of an even number; no two are alike."""
    assert len(set(_WIDTHS)) == 106
    assert {sum(map(int, each)) for each in _WIDTHS} == {11}
    assert {sum(int(width) for width in each[::2]) % 2 for each in _WIDTHS} == {0}
    drawn = "".join(map(str, bars("PJJ123C")))
    # 104 + 1×48 + 2×42 + 3×42 + 4×17 + 5×18 + 6×19 + 7×35 = 879; 879 mod 103 = 55
    assert (drawn[:6], drawn[-13:-7], drawn[-7:]) == ("211214", _WIDTHS[55], "2331112")


def test_lists_speak_each_buyers_language_and_labels_say_where_to(shop: Shop) -> None:
    german, japanese = paid(shop, (shop.small, 2)), paid(shop, (shop.large, 1))
    to = {
        "name": "佐藤花子",
        "line1": "神南1-2-3",
        "city": "渋谷区",
        "region": "東京都",
        "postcode": "150-0041",
        "country": "JP",
    }
    Order.objects.filter(pk=japanese.pk).update(ship_to=to, country="JP", language="ja")
    orders = list(Order.objects.select_related("account").order_by("pk"))

    labels = address_labels(orders, at=shop.at)
    said, said_in_japanese = pages_of(packing_lists(orders, at=shop.at))
    first, second = pages_of(labels)

    assert "Packliste" in said
    assert "梱包明細書" in said_in_japanese
    assert german.ref in first
    assert all(words in first for words in ("Greta Öztürk", "22767 Hamburg", "GERMANY", "德国", "0.800 kg", "2 pcs"))
    assert all(words in second for words in ("佐藤花子", "〒150-0041", "JAPAN", "0.400 kg"))
    assert [round(float(side) / 72 * 25.4) for side in PdfReader(BytesIO(labels)).pages[0].mediabox[2:]] == [100, 150]
