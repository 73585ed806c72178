"""A code for one of two products in an order that crosses a border, by the rules that are brought along."""

from dataclasses import dataclass, replace

import pytest

from tests.checkout.test_codes import offer
from tests.shop import HAMBURG, Shop, add_method, add_option
from tradewind.catalog.models import Variant
from tradewind.catalog.pricing import set_price
from tradewind.checkout.models import CodeUse
from tradewind.checkout.placing import Agreement, place_order
from tradewind.checkout.summary import Choice, summarise
from tradewind.lib.money import Money
from tradewind.markets.opening import open_preset
from tradewind.orders.models import Order


@dataclass(frozen=True)
class Case:
    """What two products cost there, and what is off the second. All in minor units."""

    market: str
    country: str
    postcode: str
    mug: int
    bowl: int
    percent: int
    without_code: tuple[int, int]  # total, tax
    lines: list[tuple[str, int, int]]  # kind, total, tax


FRANCE = Case(
    # Without tax 158.33 of goods, for which VAT is due on import; with the code 143.33, below 150: it is in the price.
    *("fr", "FR", "75001", 10000, 9000, 20, (16333, 0)),
    [
        ("goods", 10000, 1667),
        ("goods", 9000, 1500),
        ("delivery", 600, 100),
        ("discount", -1800, -300),
        ("charge", 360, 60),
    ],
)
BRITAIN = Case(
    # 150.00 without tax, with the code 116.67: below 135.
    *("uk", "GB", "SW1A 1AA", 10000, 8000, 50, (15500, 0)),
    [("goods", 10000, 1667), ("goods", 8000, 1333), ("delivery", 600, 100), ("discount", -4000, -667)],
)
AMERICA = Case(
    # 15 % duty on 75.00 instead of 100.00; prices are without tax.
    *("us", "US", "78701", 5000, 5000, 50, (12100, 0)),
    [("goods", 5000, 0), ("goods", 5000, 0), ("delivery", 600, 0), ("discount", -2500, 0), ("charge", 1125, 0)],
)


@pytest.mark.parametrize("case", [FRANCE, BRITAIN, AMERICA], ids=lambda case: case.market)
def test_a_code_for_some_goods_lowers_what_the_border_asks_for(shop: Shop, bowl: Variant, case: Case) -> None:
    made = open_preset(code=case.market, at=shop.at, by="command")
    add_option(made, shop.shenzhen, "air", Money(600, made.currency), (6, 12), 0)
    add_method(made, "card", "simulator", 0, is_instant=True, hold_days=1)
    for variant, price in ((shop.small, case.mug), (bowl, case.bowl)):
        Variant.objects.filter(pk=variant.pk).update(customs={"traits": [], "hs_code": "691110"})
        set_price(variant=variant, market_id=made.pk, price=Money(price, made.currency), by="system", at=shop.at)
    offer(shop, percent=case.percent, products=(bowl.product_id,))
    cart, market = shop.cart((shop.small, 1), (bowl, 1), market=case.market), shop.market(case.market)
    without, found = (
        summarise(cart, market, Choice(case.country, "air", "card", code), language="en", at=shop.at)
        for code in ("", "SPRING")
    )
    details = replace(HAMBURG, country=case.country, postcode=case.postcode)
    agreed = Agreement("air", "card", found.digest, "SPRING")

    order = place_order(
        cart_key=cart.key, market=market, language="en", details=details, agreed=agreed, at=shop.at
    ).order

    off = case.bowl * case.percent // 100
    assert (without.total.amount, without.tax.amount) == case.without_code
    assert ([part.amount for part in found.code.parts], CodeUse.objects.get().amount) == ([0, off], off)
    assert _lines(order) == case.lines
    assert order.total == found.total.amount == sum(total for _kind, total, _tax in case.lines)
    assert order.tax == sum(tax for _kind, _total, tax in case.lines)


def _lines(order: Order) -> list[tuple[str, int, int]]:
    return list(order.lines.order_by("position").values_list("kind", "total", "tax"))
