"""What buyers are told of customs: the number at the checkout, what to expect before paying, what to do while a parcel waits."""

from datetime import datetime
from http import HTTPStatus

import pytest
from django.test import Client

from tests.shop import HAMBURG, Shop
from tests.storefront.reading import text_of
from tradewind.core.links import make_link
from tradewind.core.words import LOCALES, translations
from tradewind.lib.recipient_numbers import NUMBERS
from tradewind.orders.models import Order
from tradewind.shipping.customs_words import number_name, to_do_at_customs, why_asked
from tradewind.shipping.models import Parcel

SEOUL = {
    "email": "kim@example.com",
    "name": "Kim",
    "line1": "1 Sejong-daero",
    "city": "Jung-gu",
    "region": "Seoul",
    "postcode": "04524",
    "country": "KR",
    "option": "world-air",
    "method": "card",
}


def test_a_buyer_in_korea_is_asked_for_their_code_with_the_reason(buyer: Client, shop: Shop) -> None:
    buyer.post("/world/en/cart/lines/", {"variant": shop.small.pk, "quantity": 1})
    buyer.post("/world/en/checkout/", {**SEOUL, "action": "update"})
    page = text_of(buyer.get("/world/en/checkout/"))

    refused = buyer.post("/world/en/checkout/", {**SEOUL, "action": "place"})
    wrong = buyer.post("/world/en/checkout/", {**SEOUL, "tax_id": "P123", "action": "place"})

    assert "Personal customs code (PCCC) Customs in Korea release a parcel only with the code" in page
    assert "Customs ask for this number of yours: Personal customs code (PCCC)." in page
    assert "Customs there may ask for import tax and duty. They are not in your total" in page
    assert [refused.status_code, wrong.status_code] == [HTTPStatus.UNPROCESSABLE_ENTITY] * 2
    assert 'id="tax_id-error"' in refused.content.decode()
    assert 'value="P123"' in wrong.content.decode()
    assert not Order.objects.exists()


def test_the_page_about_delivery_says_so_where_goods_cross_a_border_and_nowhere_else(buyer: Client, shop: Shop) -> None:
    assert "The parcel crosses a border." in text_of(buyer.get("/world/en/pages/delivery/"))
    shop.shenzhen.is_on = False
    shop.shenzhen.save()

    assert "crosses a border" not in text_of(buyer.get("/de/en/pages/delivery/"))


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        ("customs", "info_required", "Customs need something from you."),
        ("customs", "processing", "Customs look at most parcels for a day or two."),
        ("customs", "released", ""),
        ("in_transit", "", ""),
    ],
)
def test_a_parcel_at_customs_says_what_the_buyer_has_to_do(  # columns of the table
    buyer: Client, shop: Shop, now: datetime, status: str, reason: str, told: str
) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.update(state="dispatched")
    parcel = Parcel.objects.create(
        order=order, ref="P-1", handed_over_at=now, status=status, reason=reason, last_at=now
    )
    parcel.events.create(digest="d", at=now, status=status, reason=reason, claims=True, source="file", heard_at=now)
    token = make_link("order.view", subject=("order", order.pk), at=now)

    page = text_of(buyer.get(f"/de/en/order/{token}/"))

    assert (told in page) if told else ("Customs need" not in page and "Customs look" not in page)


def test_every_number_and_every_advice_is_there_in_seven_languages() -> None:
    for language in LOCALES:
        said = [why_asked(country, language) for country in NUMBERS]
        said += [*to_do_at_customs("BR", language, is_asked=True), *to_do_at_customs("BR", language, is_asked=False)]
        english = [why_asked(country, "en") for country in NUMBERS]
        english += [*to_do_at_customs("BR", "en", is_asked=True), *to_do_at_customs("BR", "en", is_asked=False)]
        assert all(said)
        assert language == "en" or not set(said) & set(english)
        assert all(number_name(country, language) for country in NUMBERS)
    assert translations("de").gettext("Customs") == "Zoll"
    assert HAMBURG.country not in NUMBERS
