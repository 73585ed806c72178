"""How goods travel to a market: rates typed, pasted and looked at, the proposal with its reasons, and what free delivery leaves."""

import re
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.shop import Shop
from tradewind.core.models import AuditEntry
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money
from tradewind.markets.models import Market, MarketRule
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.shipping.freight import freight_of
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.terms import terms_of

FIELDS = {
    "kind": "air_local",
    "duty": "ddp",
    "is_tracked": "on",
    "max_weight_g": "20000",
    "divisor": "6000",
    "rounds_to_g": "10",
    "longest_mm": "1000",
    "sides_mm": "0",
    "refuses": "Liquid, battery",
    "free_from": "50",
    "own.currency": "CNY",
}
PASTED = (
    "分区\t国家\t重量\t首重\t首重价格\t续重\t续重价格\n德国\t德国\t0.5-2\t0.5\t5.90\t0.5\t1.50\n\t\t20\t0.5\t7\t1\t3\n"
)
OWN = "zone,countries,up to,per kg,fee\nall,*,20,60,20\n"


def words(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def post(console: Client, shop: Shop, code: str = "de-air", *, status: int, **fields: Any) -> str:
    option = DeliveryOption.objects.get(code=code)
    page = console.get(address(shop, option)).content.decode()
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    response = console.post(address(shop, option), {"seen": seen, **FIELDS, **fields})
    assert response.status_code == status, words(response.content.decode())[-600:]
    return response.content.decode()


def address(shop: Shop, option: DeliveryOption | None = None) -> str:
    return f"/console/markets/{shop.de.pk}/delivery" + (f"/{option.pk}" if option else "")


def test_pasted_rates_are_looked_at_and_then_saved(console: Client, shop: Shop) -> None:
    MarketRule.objects.create(
        market=shop.de,
        key="exchange_rate",
        value={"from": "CNY", "rate": "0.125"},
        valid_from=shop.at.date(),
        source="test",
        checked_on=shop.at.date(),
        confidence="V",
    )
    sent = {"rates.text": PASTED, "own.file": SimpleUploadedFile("own.csv", OWN.encode())}
    version = Market.objects.get(pk=shop.de.pk).version

    page = post(console, shop, status=200, action="preview", **sent)
    scales = words(page.split('id="scales"')[1].split("</section>")[0])

    assert Market.objects.get(pk=shop.de.pk).version == version
    # 1 kg: EUR 5.90 and one step; the carrier takes CNY 20 and 60 a kilogram, at 0.125 a euro of 10.00
    assert "德国 1 kg €6.90 €7.40 CN¥80.00 ≈ €10.00 -€2.60" in scales

    sent["own.file"] = SimpleUploadedFile("own.csv", OWN.encode())
    post(console, shop, status=302, action="save", **sent)
    option = DeliveryOption.objects.get(code="de-air")
    freight = freight_of(option)

    assert (option.kind, freight.is_duty_paid, option.refuses) == ("air_local", True, ["battery", "liquid"])
    assert freight.rates is not None
    assert [freight.rates.asks(grams, "DE") for grams in (500, 501, 20001)] == [
        Money(590, "EUR"),
        Money(740, "EUR"),
        None,
    ]
    (entry,) = AuditEntry.objects.filter(action="market.option_changed")
    assert ("rates" in entry.after, entry.after["option"]) == (True, "de-air")


def test_mistakes_stand_by_row_and_nothing_that_was_typed_is_lost(console: Client, shop: Shop) -> None:
    wrong = PASTED.replace("5.90", "abc").replace("\t20\t", "\t1\t")

    page = post(console, shop, status=422, action="save", **{"rates.text": wrong})

    assert "Row 2, First price: This is no price: abc" in words(page)
    assert 'value="abc" aria-invalid="true"' in page
    assert 'value="Liquid, battery"' in page
    unread = post(console, shop, status=422, action="save", **{"rates.text": "nothing,of,this\n1,2,3\n"})
    assert "The first row names the columns" in words(unread)
    assert "nothing,of,this" in unread
    assert DeliveryOption.objects.get(code="de-air").rates is None


def test_whoever_was_slower_is_told_and_may_save_after_another_look(console: Client, shop: Shop) -> None:
    option = DeliveryOption.objects.get(code="de-air")
    sent = {**FIELDS, "action": "save", "seen": "as it was before somebody else changed it"}

    refused = console.post(address(shop, option), sent)
    seen = re.findall(r'name="seen" value="(\w+)"', refused.content.decode())[0]
    saved = console.post(address(shop, option), {**sent, "seen": seen})

    assert (refused.status_code, saved.status_code) == (422, 302)


def test_the_proposal_says_why_and_is_saved_only_after_a_look(console: Client, shop: Shop) -> None:
    for code, takes in (("de-air", 3), ("de-local", 9)):
        rates = {"zone": "all", "up_to": "20", "fee": str(takes)}
        fields = {"own.count": "1", "own.currency": "EUR", **{f"own.1.{name}": value for name, value in rates.items()}}
        post(console, shop, code, status=302, action="save", **fields, refuses="", free_from="")

    page = words(console.get(address(shop), {"day": "0.10", "late": "1", "lost": "10"}).content.decode())

    assert "cheaper" in page
    assert "no parcel has travelled this way yet" in page
    # nothing has changed by itself
    assert [each.option for each in terms_of(shop.market())] == ["de-local", "de-air"]
    wanted = {"place.de-air": "1", "on.de-air": "on", "place.de-local": "2", "on.de-local": "on"}
    sent = {"form": "arrange", "seen": ["de-local:on", "de-air:on"], **wanted}
    looked = console.post(address(shop), {**sent, "action": "preview"})
    assert ("What buyers will see instead" in looked.content.decode(), looked.status_code) == (True, 200)
    assert [each.option for each in terms_of(shop.market())] == ["de-local", "de-air"]
    console.post(address(shop), {**sent, "action": "save"})
    assert [each.option for each in terms_of(shop.market())] == ["de-air", "de-local"]
    late = console.post(address(shop), {**sent, "on.de-local": "", "action": "save"})
    assert late.status_code == 422


def test_free_delivery_shows_what_is_left_of_orders_that_there_were(console: Client, shop: Shop) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=50, by="system", at=shop.at)
    for quantity in (1, 1, 2, 3, 4, 6):
        shop.place(shop.cart((shop.small, quantity)))
    Order.objects.update(state=OrderState.PAID)
    post(console, shop, status=302, action="save", **{"own.text": OWN, "own.currency": "EUR", "free_from": "40"})
    # of EUR 8.40 without tax for each mug a half is left, and the carrier takes EUR 20 and 60 a kilogram: 44 for one mug
    stated = {"form": "margin", "goods_percent": "50", "fee_percent": "0", "fee": "1"}

    console.post(address(shop), stated)
    page = words(console.get(address(shop)).content.decode())

    assert "€40.00 now 2" in page
    assert "-€40.80" in page  # one mug, alone: 4.20 less 1.00 less 44.00
    assert "figures below are before buying" not in page
    wrong = console.post(address(shop), {**stated, "goods_percent": "much"})
    assert (wrong.status_code, 'value="much"' in wrong.content.decode()) == (422, True)


def test_goods_that_nothing_carries_are_listed_with_the_reason(console: Client, shop: Shop) -> None:
    shop.small.customs = {"traits": ["battery"]}
    shop.small.save(update_fields=["customs"])
    DeliveryOption.objects.filter(market_id=shop.de.pk).update(refuses=["battery"])

    page = words(console.get(address(shop)).content.decode())

    assert "1 of 2 articles cannot be sent to Germany at all: MUG-S : contains a battery, which no way carries" in page
    assert "2 of 2 articles have no measures" in page
