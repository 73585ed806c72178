"""The order's page: for those who hold its link, and for nobody else."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.core.links import make_link, revoke_links
from tradewind.core.preferences import change
from tradewind.markets.shop import SHOP
from tradewind.orders.cancelling import BUYER_ASKED, cancel_order
from tradewind.orders.models import Order
from tradewind.payments.models import PaymentIntent

ACCOUNT = {
    "key": "eur",
    "currency": "EUR",
    "holder": "Tingyu",
    "iban": "DE89370400440532013000",
    "bic": "X",
    "bank": "B",
}
CONTACT = {"name": "Tingyu", "address": "Shenzhen", "country": "CN", "email": "hello@example.com"}


def page_of(order: Order, at: datetime, *, language: str = "en", expires_at: datetime | None = None) -> str:
    token = make_link("order.view", subject=("order", order.pk), at=at, expires_at=expires_at)
    return f"/de/{language}/order/{token}/"


def test_it_shows_goods_total_address_and_promised_dates(buyer: Client, order: Order, now: datetime) -> None:
    words = text_of(buyer.get(page_of(order, now)))

    for expected in (
        f"Order {order.ref}",
        "Becher small 2 × €20.00",
        "Total €26.90",
        "of which 19 % VAT €4.29",
        "Greta Öztürk Große Elbstraße 5 22767 Hamburg Germany",
        "On its way: not yet by Tue 24 Nov",
        "At your door: not yet Wed 2 Dec to Thu 10 Dec",
    ):
        assert expected in words


def test_no_copy_of_it_is_kept_and_its_address_goes_nowhere(buyer: Client, order: Order, now: datetime) -> None:
    response = buyer.get(page_of(order, now))

    assert {name: response[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")} == {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }


def test_a_waiting_transfer_shows_where_the_money_goes(buyer: Client, shop: Shop, now: datetime) -> None:
    profile = {"name": "Tingyu", "email": "hello@example.com", "manufacturer": CONTACT, "bank_accounts": [ACCOUNT]}
    change(SHOP, profile, by="system", at=now)
    order = shop.place(shop.cart((shop.small, 2)), method="bank_transfer").order

    words = text_of(buyer.get(page_of(order, now)))

    assert f"Amount €26.90 Reference {order.ref} Account holder Tingyu IBAN DE89 3704 0044 0532 0130 00" in words


def test_a_transfer_to_an_account_without_an_iban_shows_its_own_numbers(
    buyer: Client, shop: Shop, now: datetime
) -> None:
    numbers = {"routing": "021000021", "account": "1234567890"}
    account = {**ACCOUNT, "iban": "", "bic": "", "kind": "us", "numbers": numbers, "bank": "Bank of Examples"}
    profile = {"name": "Tingyu", "email": "hello@example.com", "manufacturer": CONTACT, "bank_accounts": [account]}
    change(SHOP, profile, by="system", at=now)
    order = shop.place(shop.cart((shop.small, 2)), method="bank_transfer").order

    words = text_of(buyer.get(page_of(order, now)))

    told = "Routing number (ABA) 021000021 Account number 1234567890 Bank Bank of Examples"
    assert f"Account holder Tingyu {told}" in words
    assert "IBAN" not in words


def test_a_cancelled_order_says_so_and_asks_for_no_money(buyer: Client, order: Order, now: datetime) -> None:
    cancel_order(order=order, by="buyer", reason=BUYER_ASKED, at=now)

    words = text_of(buyer.get(page_of(order, now)))

    assert ("This order was cancelled" in words, "Pay now" in words) == (True, False)


def test_a_mistyped_revoked_or_foreign_link_opens_nothing(buyer: Client, order: Order, now: datetime) -> None:
    revoked = page_of(order, now)
    revoke_links(subject=("order", order.pk), at=now)
    other_purpose = make_link("order.change", subject=("order", order.pk), at=now)
    other_subject = make_link("order.view", subject=("parcel", order.pk), at=now)

    answers = [
        buyer.get(address)
        for address in (
            "/de/en/order/mistyped/",
            revoked,
            f"/de/en/order/{other_purpose}/",
            f"/de/en/order/{other_subject}/",
        )
    ]

    assert [answer.status_code for answer in answers] == [HTTPStatus.NOT_FOUND] * 4
    assert ["This link leads nowhere" in text_of(answer) for answer in answers] == [True] * 4
    assert [answer["Cache-Control"] for answer in answers] == ["no-store"] * 4


def test_a_link_that_has_run_out_says_so(buyer: Client, order: Order, now: datetime) -> None:
    address = page_of(order, now - timedelta(days=2), expires_at=now)

    answer = buyer.get(address)

    assert answer.status_code == HTTPStatus.GONE
    assert "This link has run out" in text_of(answer)


def test_a_method_that_the_market_does_not_offer_is_refused(buyer: Client, order: Order, now: datetime) -> None:
    answer = buyer.post(f"{page_of(order, now)}payments/", {"method": "barter"})

    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_another_market_s_address_leads_to_the_order_s_own(buyer: Client, order: Order, now: datetime) -> None:
    own = page_of(order, now)
    foreign = own.replace("/de/", "/world/", 1)

    shown, paid = buyer.get(foreign), buyer.post(f"{foreign}payments/", {"method": "card"})

    assert (shown.status_code, shown["Location"]) == (HTTPStatus.FOUND, own)
    assert (paid.status_code, paid["Location"]) == (HTTPStatus.SEE_OTHER, own)
    assert PaymentIntent.objects.count() == 1
