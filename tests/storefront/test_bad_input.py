"""What no form of ours sends is answered in the buyer's language, with nothing changed."""

from http import HTTPStatus

import pytest
from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.checkout.models import Cart, CartLine
from tradewind.orders.models import Order

LINES = "/de/en/cart/lines/"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"variant": "abc", "quantity": "1"},
        {"variant": "1", "quantity": "-1"},
        {"variant": "1", "quantity": "1.5"},
        {"variant": "٣", "quantity": "1"},
        {"variant": "9" * 40, "quantity": "1"},
        {"variant": "9223372036854775808", "quantity": "1"},
        {"variant": "4711", "quantity": "1"},
        {"variant": "1\x00", "quantity": "1"},
    ],
)
def test_a_line_that_cannot_be_is_refused(buyer: Client, sent: dict[str, str]) -> None:
    answer = buyer.post(LINES, sent)

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "We could not read this" in text_of(answer)
    assert CartLine.objects.count() == 0


@pytest.mark.parametrize("body", [b"name=Greta%00", b"name=%ff%fe", b"city=%c3%28"])
def test_text_that_is_none_is_refused_and_the_draft_stays(buyer: Client, shop: Shop, body: bytes) -> None:
    buyer.post(LINES, {"variant": shop.small.pk, "quantity": 1})
    buyer.post("/de/en/checkout/", {"name": "Greta", "action": "update"})

    answer = buyer.post("/de/en/checkout/", body + b"&action=place", content_type=FORM)

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert Cart.objects.get().draft["name"] == "Greta"
    assert Order.objects.count() == 0


def test_a_body_that_says_another_encoding_is_refused(buyer: Client) -> None:
    answer = buyer.post(LINES, b"variant=1&quantity=1", content_type=f"{FORM}; charset=utf-16")

    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_a_broken_upload_is_refused(buyer: Client) -> None:
    answer = buyer.post(LINES, b"nonsense", content_type="multipart/form-data; boundary=x")

    assert answer.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("body", [b"name=" + b"x" * 1_100_000, b"&".join(b"f%d=1" % n for n in range(2100))])
def test_a_huge_body_is_refused(buyer: Client, body: bytes) -> None:
    answer = buyer.post("/de/en/checkout/", body, content_type=FORM)

    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "This was too much at once" in text_of(answer)


def test_a_very_long_answer_is_an_error_beside_its_field(buyer: Client, shop: Shop) -> None:
    buyer.post(LINES, {"variant": shop.small.pk, "quantity": 1})

    answer = buyer.post("/de/en/checkout/", {"name": "x" * 20_000, "action": "place"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Please use at most 120 characters." in text_of(answer)


def test_letters_of_all_scripts_are_kept_and_shown_as_text(buyer: Client, shop: Shop) -> None:
    buyer.post(LINES, {"variant": shop.small.pk, "quantity": 1})
    name = "王小明 <b>Øresund</b> שלום 🚢"

    buyer.post("/de/en/checkout/", {"name": name, "action": "update"})
    page = buyer.get("/de/en/checkout/").content.decode()

    assert Cart.objects.get().draft["name"] == name
    assert "<b>Øresund" not in page


@pytest.mark.parametrize("key", ["", "x" * 400, "\x01", "%D0%BA", "'; drop table"])
def test_a_forged_cart_key_opens_nothing_and_gets_a_fresh_cart(buyer: Client, shop: Shop, key: str) -> None:
    buyer.cookies["tw_cart"] = key

    assert buyer.get("/de/en/cart/").status_code == HTTPStatus.OK
    buyer.post(LINES, {"variant": shop.small.pk, "quantity": 1})

    assert Cart.objects.get().key == buyer.cookies["tw_cart"].value != key


def test_a_form_from_another_site_is_refused(buyer: Client, shop: Shop) -> None:
    sent = {"variant": shop.small.pk, "quantity": 1}

    answers = [
        buyer.post(LINES, sent, headers={"Sec-Fetch-Site": "cross-site"}),
        buyer.post(LINES, sent, headers={"Origin": "https://elsewhere.example"}),
    ]

    assert [answer.status_code for answer in answers] == [HTTPStatus.FORBIDDEN] * 2
    assert Cart.objects.count() == 0


@pytest.mark.parametrize("address", ["/de/en/checkout/", "/de/en/cart/", "/de/en/product/mug/"])
def test_other_methods_are_refused(buyer: Client, address: str) -> None:
    assert buyer.delete(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
