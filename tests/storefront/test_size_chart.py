"""The size chart on the product page: a table in both units, as it was published."""

import re
from datetime import datetime

from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Product
from tradewind.catalog.publishing import differences, publish

CHART = {
    "measured_on": "garment",
    "measures": [{"en": "Chest", "de": "Brust"}, {"en": "Length", "de": "Länge"}],
    "rows": [{"size": "small", "mm": [[505], [690]]}, {"size": "large", "mm": [[860, 900], []]}],
}


def draw(shop: Shop, now: datetime) -> None:
    product = Product.objects.get(pk=shop.product.pk)
    product.content = {**product.content, "size_chart": CHART}
    product.save(update_fields=["content"])
    publish(product=product, languages=["en", "de", "zh"], by="system", at=now)


def chart_of(buyer: Client, address: str) -> list[list[str]]:
    """The words of each row, cell by cell."""
    page = buyer.get(address).content.decode()
    table = re.findall(r'<div class="size-chart".*?</div>', page, re.DOTALL)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [
        [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def test_a_chart_is_a_table_with_a_caption_and_heads_in_both_units(buyer: Client, shop: Shop, now: datetime) -> None:
    draw(shop, now)

    page = buyer.get("/de/de/product/mug/").content.decode()

    assert chart_of(buyer, "/de/de/product/mug/") == [
        ["Größe", "Brust", "Länge"],
        ["small", "50,5 cm, 19,9 Zoll", "69 cm, 27,2 Zoll"],
        ["large", "86–90 cm, 33,9–35,4 Zoll", "–"],
    ]
    table = page.split('<div class="size-chart"')[1].split("</div>")[0]
    assert (table.count('scope="col"'), table.count('scope="row"'), table.count("<caption>")) == (3, 2, 1)
    assert page.index('class="facts"') < page.index('class="size-chart"')


def test_inches_come_first_where_people_measure_in_inches(buyer: Client, shop: Shop, now: datetime) -> None:
    draw(shop, now)

    to_america = chart_of(buyer, "/world/en/product/mug/?to=US")
    to_france = chart_of(buyer, "/world/en/product/mug/?to=FR")

    assert to_america[1] == ["small", "19.9 in, 50.5 cm", "27.2 in, 69 cm"]
    assert to_france[1] == ["small", "50.5 cm, 19.9 in", "69 cm, 27.2 in"]


def test_buyers_see_a_chart_when_it_is_published_and_not_before(buyer: Client, shop: Shop, now: datetime) -> None:
    product = Product.objects.get(pk=shop.product.pk)
    assert "Größentabelle" not in text_of(buyer.get("/de/de/product/mug/"))

    product.content = {**product.content, "size_chart": CHART}
    product.save(update_fields=["content"])
    assert "Größentabelle" not in text_of(buyer.get("/de/de/product/mug/"))
    assert differences(product) == {code: ["size_chart"] for code in ("de", "en", "zh")}

    publish(product=product, languages=["en", "de", "zh"], by="system", at=now)
    assert "Größentabelle" in text_of(buyer.get("/de/de/product/mug/"))
    assert differences(product) == {}
