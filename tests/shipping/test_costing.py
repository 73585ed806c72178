"""What a way asks for goods: in the quote, in the summary, at placing, and why it does not carry some."""

from dataclasses import replace
from datetime import date

import pytest

from tests.shop import HAMBURG, Shop
from tradewind.checkout.placing import Agreement, QuoteGotWorse, place_order
from tradewind.checkout.summary import Choice, Summary, summarise
from tradewind.inventory.stocktaking import receive
from tradewind.lib.freight import Rates, Step, Zone, write_rates
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.markets.converting import convert, rates_kept
from tradewind.markets.models import MarketRule
from tradewind.shipping.costing import Hindrance
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.quoting import Goods, Part, pack, quotes_for
from tradewind.shipping.refused_words import refused_words
from tradewind.shipping.refusing import Refused, refused_by_all
from tradewind.shipping.terms import terms_of

TABLE = Rates(
    "EUR",
    (
        Zone("Germany", frozenset({"DE"}), (), (Step(5000, first_g=500, first=500, step_g=500, step=200),)),
        Zone("Islands", frozenset({"DE"}), ("27498",), (Step(5000, first=2500),)),
    ),
)


def carries(shop: Shop, code: str = "de-air", **fields: object) -> None:
    DeliveryOption.objects.filter(code=code).update(**fields)
    touch(shop.de.pk)


def test_weight_volume_and_zone_decide_what_the_buyer_pays(shop: Shop) -> None:
    carries(shop, rates=write_rates(TABLE), divisor=6000, rounds_to_g=100)

    def costs(package: list[int] | None, quantity: int = 1, postcode: str = "") -> int | None:
        goods = pack([Part(400, (), ["shenzhen"], quantity, package)])
        found = quotes_for(shop.market(), "DE", goods, at=shop.at, postcode=postcode)
        return next((quote.cost.amount for quote in found), None)

    assert [costs(None), costs(None, 2), costs([100, 100, 100]), costs([300, 200, 100])] == [500, 700, 500, 700]
    assert [costs(None, postcode="27498 "), costs(None, postcode="20095"), costs(None, 12), costs(None, 13)] == [
        2500,
        500,
        2300,
        None,
    ]
    (quote,) = quotes_for(shop.market(), "DE", pack([Part(400, (), ["shenzhen"], 2)]), at=shop.at)
    weighed = {"zone": "Germany", "counted_g": 800, "is_by_volume": False}
    assert quote.inputs["weighed"] == {**weighed, "weight_g": 800, "volumetric_g": 0, "up_to_g": 5000}


def test_a_far_postcode_is_asked_about_again_before_it_costs_more(shop: Shop) -> None:
    carries(shop, rates=write_rates(TABLE))
    cart = shop.cart((shop.small, 1))
    seen = summarise(cart, shop.market(), Choice("DE", "de-air", "card"), language="de", at=shop.at)
    far = replace(HAMBURG, postcode="27498", city="Helgoland")

    def place(digest: str) -> int:
        agreed = Agreement("de-air", "card", digest)
        placed = place_order(
            cart_key=cart.key, market=shop.market(), language="de", details=far, agreed=agreed, at=shop.at
        )
        return placed.order.delivery

    with pytest.raises(QuoteGotWorse) as worse:
        place(seen.digest)
    assert (seen.delivery, worse.value.summary.delivery) == (Money(500, "EUR"), Money(2500, "EUR"))
    assert place(worse.value.summary.digest) == 2500


def test_free_from_an_amount_of_goods(shop: Shop) -> None:
    carries(shop, free_from=2000)

    def delivery(units: int) -> Summary:
        return summarise(
            shop.cart((shop.small, units)), shop.market(), Choice("DE", "de-air"), language="de", at=shop.at
        )

    assert [delivery(units).delivery.amount for units in (1, 2)] == [690, 0]
    # goods that say no value, as a page of all ways asks, are never free
    nothing = Goods(1, frozenset(), frozenset({"shenzhen"}))
    assert [quote.cost.amount for quote in quotes_for(shop.market(), "DE", nothing, at=shop.at)] == [690]


def test_duty_paid_moves_what_is_due_at_the_door_into_the_order_and_stays_there(shop: Shop) -> None:
    duty = {
        "name": {"en": "Import duty", "de": "Zoll"},
        "sort": "duty",
        "kind": "percent",
        "rate": "10",
        "collected": "at_import",
    }
    MarketRule.objects.create(
        market=shop.de,
        key="charge.import_duty",
        value=duty,
        valid_from=date(2020, 1, 1),
        source="test",
        checked_on=shop.at.date(),
        confidence="V",
    )
    touch(shop.de.pk)

    def summed() -> Summary:
        return summarise(shop.cart((shop.small, 1)), shop.market(), Choice("DE", "de-air"), language="en", at=shop.at)

    at_door = summed()
    carries(shop, duty="ddp")
    paid = summed()
    order = shop.place(shop.cart((shop.small, 1))).order

    assert [each[2].amount for each in at_door.at_door] == [84]
    assert (paid.at_door, [each.title for each in paid.charges]) == ([], ["Import duty, 10 %"])
    assert paid.total.amount == at_door.total.amount + 84
    assert (order.total, order.delivery_option["is_duty_paid"]) == (paid.total.amount, True)
    assert order.rules["at_door"] == []


def test_who_reads_why_nothing_carries_it(shop: Shop) -> None:
    carries(shop, refuses=["battery"], longest_mm=500)
    carries(shop, "de-local", refuses=["battery"], max_weight_g=300)
    ways = terms_of(shop.market())

    def refused(weight: int = 100, traits: str = "", package: tuple[int, int, int] | None = None) -> Refused | None:
        return refused_by_all(ways, "DE", pack([Part(weight, traits.split(), (), 1, package)]))

    assert refused() is None
    assert refused(traits="battery") == Refused(Hindrance.TRAIT, frozenset({"battery"}))
    assert refused(weight=30_000) == Refused(Hindrance.WEIGHT)
    found = refused(weight=400, package=(600, 10, 10))
    assert found is not None
    assert found.by is Hindrance.MEASURES
    assert refused_by_all((), "DE", pack([])) == Refused(None)
    assert (
        refused_words(refused(traits="battery"), "DE", "de")
        == "Das können wir nicht nach Deutschland bringen: Es hat einen Akku oder eine Batterie, und kein Frachtführer, "
        "mit dem wir arbeiten, nimmt das dorthin mit."
    )
    # somewhere else it lies, or nothing of it is there: that says nothing of the goods
    assert refused_words(None, "DE", "de") == ""
    shop.small.customs = {"traits": ["battery"]}
    shop.small.save(update_fields=["customs"])
    summary = summarise(shop.cart((shop.small, 1)), shop.market(), Choice("DE"), language="de", at=shop.at)
    assert (summary.problems, summary.refused) == (("no_way",), refused(traits="battery"))


def test_an_order_keeps_its_cost_when_rates_change(shop: Shop) -> None:
    carries(shop, rates=write_rates(TABLE))
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=5, by="system", at=shop.at)
    order = shop.place(shop.cart((shop.small, 1))).order
    carries(shop, rates=None, cost=9900)

    order.refresh_from_db()

    assert (order.delivery, order.total) == (500, 1500)


def test_amounts_are_compared_by_the_rates_that_markets_keep(shop: Shop) -> None:
    def keep(code: str, rate: str) -> None:
        MarketRule.objects.create(
            market_id={"de": shop.de.pk, "world": shop.world.pk}[code],
            key="exchange_rate",
            value={"from": "CNY", "rate": rate},
            valid_from=date(2020, 1, 1),
            source="test",
            checked_on=shop.at.date(),
            confidence="V",
        )
        touch(shop.de.pk)
        touch(shop.world.pk)

    def euros(amount: Money) -> Money | None:
        return convert(amount, shop.market(), rates_kept(shop.at.date()))

    assert euros(Money(8000, "CNY")) is None
    keep("de", "0.125")
    assert [euros(Money(8000, "CNY")), euros(Money(700, "EUR")), euros(Money(700, "USD"))] == [
        Money(1000, "EUR"),
        Money(700, "EUR"),
        None,
    ]
    keep("world", "0.14")
    assert euros(Money(1400, "USD")) == Money(1250, "EUR")
