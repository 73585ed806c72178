"""Why a delivery costs what it costs, for staff: on the order's page, and before a way is changed."""

from html import unescape

from django.test import Client

from tests.orders.changing import bought
from tests.shipping.test_costing import TABLE, carries
from tests.shop import Shop
from tradewind.catalog.models import Variant
from tradewind.console.weighed_words import step_words, weighed_words
from tradewind.lib.freight import write_rates
from tradewind.shipping.models import DeliveryOption


def test_each_kind_of_cost_has_its_sentences_and_a_flat_one_has_none() -> None:
    kept = {"zone": "DE", "counted_g": 1100, "weight_g": 800, "volumetric_g": 1008, "is_by_volume": True}
    for weighed, words in (
        (
            {**kept, "up_to_g": 5000},
            [
                "The goods weigh 0.8 kg, and 1.008 kg by their volume. The volume counts: 1.1 kg.",
                "The rate is that of the zone DE, up to 5 kg.",
            ],
        ),
        (
            {**kept, "is_by_volume": False, "volumetric_g": 10, "counted_g": 800, "zone": ""},
            ["The goods weigh 0.8 kg, and 0.01 kg by their volume. The weight counts: 0.8 kg."],
        ),
        (
            {"zone": "DE", "counted_g": 800, "is_by_volume": False},
            ["The weight counts: 0.8 kg.", "The rate is that of the zone DE."],
        ),
        ({"free_from": "50.00 EUR"}, ["Nothing is asked for it: the goods are worth €50.00 or more."]),
        ({}, []),
    ):
        assert weighed_words({"weighed": weighed}, "en") == words
    assert weighed_words({}, "en") == []
    assert weighed_words({"weighed": kept}, "de")[0].startswith("Die Ware wiegt 0,8 kg")
    assert step_words({"weighed": {"free_from": "EUR 1"}}, "en") == ""


def test_staff_read_on_the_order_and_before_a_change_by_which_weight_and_zone_it_costs(
    console: Client, shop: Shop
) -> None:
    carries(shop, rates=write_rates(TABLE), divisor=6000, rounds_to_g=100)
    Variant.objects.filter(pk=shop.small.pk).update(weight_g=400, package_mm=[300, 200, 100])
    order = bought(shop, (shop.small, 1))

    page = unescape(console.get(f"/console/orders/{order.pk}").content.decode())
    sentence = "The goods weigh 0.4 kg, and 1 kg by their volume. The volume counts: 1 kg."
    assert page.count(sentence) == 1
    assert page.count("The rate is that of the zone Germany, up to 5 kg.") == 1

    way = DeliveryOption.objects.get(code="de-air")
    fields = {"option": way.pk, "is_on": "on", "cost": "6.90", "days_min": "6", "days_max": "12", "action": "preview"}
    preview = console.post(f"/console/markets/{shop.de.pk}/options", fields).content.decode()
    assert "Germany, up to 5 kg" in unescape(preview)
