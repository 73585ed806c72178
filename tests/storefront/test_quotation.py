"""A quotation's own page: what is offered, and what a buyer who comes too early, too late or twice reads."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client

from tests.messaging.test_letters import PROFILE
from tests.quotations.putting import begin, change, place, send
from tests.shop import Shop
from tests.storefront.reading import form_of, text_of
from tradewind.core import preferences
from tradewind.core.links import make_link, revoke_links
from tradewind.inventory.stocktaking import change_by
from tradewind.markets.shop import SHOP
from tradewind.orders.models import Order
from tradewind.payments.models import PaymentIntent
from tradewind.quotations.drafting import DraftLine
from tradewind.quotations.models import Quotation, QuotationVersion


@pytest.fixture
def version(shop: Shop) -> QuotationVersion:
    lines = (DraftLine(2, shop.small.pk, price=900), DraftLine(1, title="Gravur", price=500))
    return send(shop, begin(shop, *lines, note="Wie besprochen.", internal_note="haggles"))


@pytest.fixture
def page(version: QuotationVersion, shop: Shop) -> str:
    token = make_link("quotation.view", subject=("quotation", version.quotation_id), at=shop.at)
    return f"/de/en/quotation/{token}/"


def test_it_says_what_is_offered_and_nothing_that_is_ours(buyer: Client, page: str, version: QuotationVersion) -> None:
    answer = buyer.get(page)

    words = text_of(answer)
    assert "Valid until Mon 7 Dec, at the prices below." in words
    assert "Becher small 2 × €9.00 €18.00" in words
    assert "Gravur 1 × €5.00 €5.00" in words
    assert "Goods €23.00 Delivery cost de-air €6.90 Total €29.90 of which VAT €4.77" in words.replace(
        "of which 19 % VAT", "of which VAT"
    )
    assert "If you accept and pay today: Leaves Shenzhen by Tue 24 Nov." in words
    assert "Wie besprochen." in words
    assert "haggles" not in answer.content.decode()
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    version.refresh_from_db()
    assert version.seen_at is not None


def test_accepting_leads_to_paying_and_from_then_on_to_the_order(buyer: Client, page: str) -> None:
    accept = form_of(buyer.get(page)) | {"method": "bank_transfer"}

    first, second = (buyer.post(f"{page}acceptance/", accept) for _ in range(2))

    order = Order.objects.get()
    assert [answer.status_code for answer in (first, second)] == [HTTPStatus.SEE_OTHER] * 2
    assert PaymentIntent.objects.count() == 1
    shown = text_of(buyer.get(second["Location"]))
    assert f"Order {order.ref}" in shown
    assert "Goods €23.00 Delivery cost de-air €6.90" in shown
    assert "This is your order now" in text_of(buyer.get(page))


def test_who_had_the_page_open_reads_the_new_version_before_accepting_it(
    buyer: Client, page: str, version: QuotationVersion, shop: Shop
) -> None:
    opened = form_of(buyer.get(page)) | {"method": "card"}
    change(shop, version.quotation, discount=300)
    send(shop, version.quotation)

    refused = buyer.post(f"{page}acceptance/", opened)

    assert (refused.status_code, Order.objects.count()) == (HTTPStatus.CONFLICT, 0)
    assert "Meanwhile we have sent you a new version." in text_of(refused)
    assert "Total €26.90" in text_of(refused)
    buyer.post(f"{page}acceptance/", form_of(refused) | {"method": "card"})
    assert Order.objects.get().total == 2690


def test_what_has_gone_is_said(buyer: Client, page: str, shop: Shop) -> None:
    change_by(variant_id=shop.small.pk, warehouse=shop.shenzhen, units=-9, reason="broken", by="system", at=shop.at)

    answer = buyer.post(f"{page}acceptance/", form_of(buyer.get(page)) | {"method": "card"})

    assert (answer.status_code, Order.objects.count()) == (HTTPStatus.CONFLICT, 0)
    assert "Not all of it is there any more" in text_of(answer)


def test_too_late_a_new_one_can_be_asked_for(buyer: Client, page: str, version: QuotationVersion) -> None:
    accept = form_of(buyer.get(page)) | {"method": "card"}
    with time_machine.travel(version.lapses_at, tick=False):
        refused = buyer.post(f"{page}acceptance/", accept)
        asked = buyer.post(f"{page}anew/")
        thanked = text_of(buyer.get(asked["Location"]))

    assert (refused.status_code, Order.objects.count()) == (HTTPStatus.CONFLICT, 0)
    assert "This quotation is not valid any more" in text_of(refused)
    assert "We know that you would like a new one" in thanked


def test_it_can_be_declined_with_a_word(buyer: Client, page: str) -> None:
    answer = buyer.post(f"{page}refusal/", form_of(buyer.get(page)) | {"words": "Zu teuer"})

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "You have declined this quotation" in text_of(buyer.get(page))
    assert (Quotation.objects.get().words, Order.objects.count()) == ("Zu teuer", 0)


def test_the_paper_says_the_same(buyer: Client, page: str, version: QuotationVersion, shop: Shop) -> None:
    assert buyer.get(f"{page}paper/").status_code == HTTPStatus.NOT_FOUND  # nobody is named who offers
    preferences.change(SHOP, PROFILE, by="system", at=shop.at)

    answer = buyer.get(f"{page}paper/")

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert f'{version.quotation.ref}.pdf"' in answer["Content-Disposition"]
    assert "Quotation (PDF)" in text_of(buyer.get(page))


def test_without_the_link_there_is_no_way_in(buyer: Client, page: str, version: QuotationVersion, shop: Shop) -> None:
    other_market = buyer.get(page.replace("/de/en/", "/world/en/"))
    assert other_market["Location"] == page
    order_token = make_link("order.view", subject=("order", version.quotation_id), at=shop.at)
    for token in ("never-made", order_token):
        assert buyer.get(f"/de/en/quotation/{token}/").status_code == HTTPStatus.NOT_FOUND
    revoke_links(subject=("quotation", version.quotation_id), at=shop.at + timedelta(days=1))

    refused = buyer.post(f"{page}acceptance/", {"number": "1", "method": "card"})

    assert (refused.status_code, Order.objects.count()) == (HTTPStatus.NOT_FOUND, 0)


@pytest.mark.parametrize(
    "typed", [{}, {"number": "x"}, {"number": "1"}, {"number": "1", "method": "cash"}, {"number": "99999999"}]
)
def test_what_no_form_of_ours_sends_is_refused(buyer: Client, page: str, typed: dict[str, str]) -> None:
    assert buyer.post(f"{page}acceptance/", typed).status_code == HTTPStatus.BAD_REQUEST
    assert Order.objects.count() == 0


def test_what_staff_have_ordered_meanwhile_stands_with_the_order(
    buyer: Client, page: str, version: QuotationVersion, shop: Shop
) -> None:
    change(shop, version.quotation, discount=500)
    order = place(shop, version.quotation)

    shown = text_of(buyer.get(page))
    assert "This is your order now" in shown
    assert "€29.90" not in shown
    led = buyer.post(f"{page}acceptance/", form_of(buyer.get(page)))
    assert f"Order {order.ref}" in text_of(buyer.get(led["Location"]))
    assert order.total == 2490
