"""The product page: right at the next request after every change, and cheap in between."""

import re
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Product
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import publish
from tradewind.core.words import speaking
from tradewind.inventory.stocktaking import adjust
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.shipping.models import DeliveryOption

PAGE = "/de/de/product/mug/"
MOST_STATEMENTS = 8


def statements(buyer: Client, address: str = PAGE) -> int:
    with CaptureQueriesContext(connection) as asked:
        buyer.get(address)
    return len(asked)


def words(buyer: Client, address: str = PAGE) -> str:
    return text_of(buyer.get(address))


@pytest.mark.parametrize(
    ("language", "title", "price", "tag"),
    [("de", "Becher", "10,00 €", "de"), ("en", "Mug", "€10.00", "en"), ("zh", "马克杯", "€10.00", "zh-Hans")],
)
def test_the_page_speaks_each_language_of_the_market(
    buyer: Client, language: str, title: str, price: str, tag: str
) -> None:
    response = buyer.get(f"/de/{language}/product/mug/")
    page = response.content.decode()

    assert response.status_code == HTTPStatus.OK
    assert page.count(f'<html lang="{tag}">') == 1
    assert page.count(f"<h1>{title}</h1>") == 1
    assert text_of(response).count(price) == 2  # beside the name and on the button


def test_a_kept_page_takes_one_statement_and_a_new_one_at_most_eight(buyer: Client) -> None:
    statements(buyer)  # the first one also reads what a process keeps: the market and its delivery terms
    cache.clear()

    first, second = statements(buyer), statements(buyer)

    assert second == 1
    assert first <= MOST_STATEMENTS


def test_a_new_price_is_on_the_next_page(buyer: Client, shop: Shop, now: datetime) -> None:
    assert "10,00 €" in words(buyer)

    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(1250, "EUR"), by="system", at=now)

    assert ("12,50 €" in words(buyer), "10,00 €" in words(buyer)) == (True, False)


def test_the_last_units_are_counted_and_their_end_is_shown_at_once(buyer: Client, shop: Shop, now: datetime) -> None:
    def count(units: int) -> None:
        adjust(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=units, reason="counted", by="system", at=now)

    assert "In stock" in words(buyer, "/de/en/product/mug/")

    count(2)
    assert "Only 2 left" in words(buyer, "/de/en/product/mug/")

    count(0)
    sold_out = buyer.get("/de/en/product/mug/?size=s")
    assert "Sold out Another choice may be there." in text_of(sold_out)
    assert 'action="/de/en/cart/lines/"' not in sold_out.content.decode()


def test_what_is_sold_out_sends_nobody_to_other_choices_in_vain_and_blames_no_country(
    buyer: Client, shop: Shop, now: datetime
) -> None:
    for variant in shop.product.variants.all():
        adjust(variant_id=variant.pk, warehouse=shop.shenzhen, counted=0, reason="counted", by="system", at=now)
    page = words(buyer, "/de/en/product/mug/")

    said = [part in page for part in ("Sold out", "Another choice may be there.", "We have no way to bring this")]
    assert said == [True, False, False]


def test_a_text_is_shown_when_it_is_published_and_not_before(buyer: Client, shop: Shop, now: datetime) -> None:
    words(buyer)
    product = shop.product
    product.content["title"]["de"] = "Becher aus Steinzeug"
    product.save(update_fields=["content"])
    assert "Becher aus Steinzeug" not in words(buyer)

    publish(product=product, languages=["en", "de", "zh"], by="system", at=now)

    assert "Becher aus Steinzeug" in words(buyer)


def test_a_new_cost_of_delivery_is_on_the_next_page(buyer: Client, shop: Shop) -> None:
    assert "6,90 €" in words(buyer)

    DeliveryOption.objects.filter(code="de-air").update(cost=790)
    touch(shop.de.pk)

    assert ("7,90 €" in words(buyer), "6,90 €" in words(buyer)) == (True, False)


def test_dates_move_on_at_the_cut_off(buyer: Client, now: datetime) -> None:
    page = "/de/en/product/mug/"
    assert "Order by Mon 23 Nov, 16:00 (Shenzhen time), 09:00 your time. Leaves Shenzhen by Tue 24 Nov." in words(
        buyer, page
    )

    with time_machine.travel(now + timedelta(hours=2), tick=False):
        after = words(buyer, page)

    assert "Order by Tue 24 Nov, 16:00 (Shenzhen time), 09:00 your time. Leaves Shenzhen by Wed 25 Nov." in after


@pytest.mark.parametrize(("language", "mark"), [("zh", "，"), ("en", ", ")])
def test_sentences_are_parted_as_the_language_parts_them(buyer: Client, shop: Shop, language: str, mark: str) -> None:
    page = buyer.get(f"/de/{language}/product/mug/").content.decode()
    (said,) = re.findall(r'<p class="promise-sentence">(.*?)</p>', page, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", said)).strip()

    assert re.search(rf"{mark}\d\d:\d\d", text)
    if language == "zh":
        assert "。 " not in text
        assert text.count("。") == 3
    else:
        assert len(re.findall(r"\. (?=[A-Z])", text)) == 2


def test_a_choice_in_the_address_is_the_choice_on_the_page(buyer: Client, shop: Shop) -> None:
    page = buyer.get(f"{PAGE}?size=l").content.decode()

    assert f'name="variant" value="{shop.large.pk}"' in page
    assert page.count('aria-current="true"') == 2  # the size, and the language in the menu


def test_what_nobody_offers_makes_no_page_of_its_own(buyer: Client) -> None:
    statements(buyer)

    assert statements(buyer, f"{PAGE}?size=gigantic&utm_source=letter&size=%00") == 1


def test_dates_are_for_the_country_that_was_chosen_and_it_is_remembered(buyer: Client) -> None:
    to_france = words(buyer, "/world/en/product/mug/?to=FR")
    later = words(buyer, "/world/en/product/mug/")

    assert "At your door Thu 3 Dec to Tue 22 Dec" in to_france
    assert later == to_france


@pytest.mark.parametrize("country", ["DE", "XX", "fr", "<b>", ""])
def test_a_country_that_the_market_does_not_serve_is_not_taken(buyer: Client, country: str) -> None:
    page = buyer.get("/world/en/product/mug/", {"to": country}).content.decode()

    assert page.count(" selected>") == page.count('<option value="US" selected>') == 1


def test_one_kept_page_shows_each_buyer_their_own_cart(buyer: Client) -> None:
    with_cart = Client()
    with_cart.cookies["tw_cart_n"] = "7"
    forged = Client()
    forged.cookies["tw_cart_n"] = "<script>"

    counts = [
        re.findall(r'cart-count number">(.*?)</span>', visitor.get(PAGE).content.decode())
        for visitor in (buyer, with_cart, forged)
    ]

    assert counts == [["0"], ["7"], ["0"]]


@pytest.mark.parametrize(
    "address",
    ["/de/de/product/nothing/", "/de/fr/product/mug/", "/mars/de/product/mug/", "/de/de/product/mug%00/"],
)
def test_there_is_no_page_for_what_is_not_sold_there(buyer: Client, address: str) -> None:
    assert buyer.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_product_taken_offline_has_no_page(buyer: Client, shop: Shop) -> None:
    words(buyer)

    Product.objects.filter(pk=shop.product.pk).update(state=Product.State.OFFLINE)

    assert buyer.get(PAGE).status_code == HTTPStatus.NOT_FOUND


def test_a_page_needs_no_style_or_script_within_it(buyer: Client) -> None:
    page = buyer.get(PAGE).content.decode()

    assert (page.count("<style"), page.count(" style="), page.count("onclick="), page.count("<script>")) == (0, 0, 0, 0)


def test_a_template_that_was_first_read_in_chinese_ends_german_sentences_with_a_point() -> None:
    environment = engines["jinja2"].env
    with speaking("zh"):
        template = environment.from_string('{{ "Bestellen Sie"|sentence }}')
        chinese = template.render()
    with speaking("de"):
        german = template.render()

    assert (chinese, german) == ("Bestellen Sie。", "Bestellen Sie.")
