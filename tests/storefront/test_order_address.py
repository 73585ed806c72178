"""A buyer changes where the parcel goes: the address, then the code from the mailbox."""

import re
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from tests.console.making import client_of, make_staff
from tests.storefront.reading import form_of, text_of
from tradewind.core.links import make_link
from tradewind.core.worker import run_until_idle
from tradewind.messaging.couriers import outgoing
from tradewind.messaging.models import Message
from tradewind.orders.cancelling import BUYER_ASKED, cancel_order
from tradewind.orders.models import AddressChange, Order
from tradewind.orders.states import OrderState

KIEL = {"line1": "Holstenstraße 1", "postcode": "24103", "city": "Kiel"}


@pytest.fixture(autouse=True)
def sender(settings: Settings) -> None:
    settings.MAIL_FROM = "hello@tingyu.example"


def ask(buyer: Client, page: str, **changed: str) -> HTTPStatus:
    form = form_of(buyer.get(f"{page}address/"))
    return HTTPStatus(buyer.post(f"{page}address/", form | KIEL | changed).status_code)


def code_sent() -> str:
    letter = Message.objects.filter(moment="address_code").latest("pk")
    return re.findall(r"\b\d{6}\b", letter.text)[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_form_knows_the_address_and_says_that_the_country_stays(buyer: Client, order: Order, page: str) -> None:
    shown = buyer.get(f"{page}address/")

    form = form_of(shown)
    assert {name: form[name] for name in ("name", "line1", "postcode", "city")} == {
        name: order.ship_to[name] for name in ("name", "line1", "postcode", "city")
    }
    assert "The country stays Germany: price, tax, delivery and dates were agreed for it." in text_of(shown)
    assert f'href="{page}address/"' in buyer.get(page).content.decode()


def test_with_the_code_the_address_is_changed_and_a_letter_confirms_it(
    buyer: Client, order: Order, page: str, now: datetime
) -> None:
    assert ask(buyer, page) == HTTPStatus.SEE_OTHER
    assert "Greta Öztürk Holstenstraße 1 24103 Kiel Germany" in text_of(buyer.get(f"{page}address/code/"))
    order.refresh_from_db()
    assert order.ship_to["city"] == "Hamburg"

    answer = buyer.post(f"{page}address/code/", {"code": code_sent()})
    run_until_idle(now=lambda: now)

    order.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.SEE_OTHER, f"{page}#goes-to")
    assert order.ship_to["city"] == "Kiel"
    assert "24103 Kiel Germany Changed by you on Mon 23 Nov Change the delivery address" in text_of(buyer.get(page))
    letters = Message.objects.filter(subject_kind="address_change").order_by("pk")
    assert [(letter.moment, letter.recipient) for letter in letters] == [
        ("address_code", order.email),
        ("address_changed", order.email),
    ]
    assert "24103 Kiel" in letters[1].text


def test_a_wrong_code_is_said_and_the_new_address_stays_typed(buyer: Client, order: Order, page: str) -> None:
    ask(buyer, page)

    answer = buyer.post(f"{page}address/code/", {"code": wrong(code_sent())})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This is not the code that we sent last. You have 4 tries left." in text_of(answer)
    assert "Holstenstraße 1 24103 Kiel" in text_of(answer)
    assert form_of(answer)["code"] == wrong(code_sent())
    assert form_of(buyer.get(f"{page}address/"))["city"] == "Kiel"


def test_after_five_wrong_codes_a_new_one_has_to_be_sent_and_works(buyer: Client, order: Order, page: str) -> None:
    ask(buyer, page)
    old = code_sent()
    answers = [buyer.post(f"{page}address/code/", {"code": wrong(old)}) for _ in range(5)]
    spent = buyer.post(f"{page}address/code/", {"code": old})

    assert ["can no longer be used" in text_of(answer) for answer in (*answers, spent)] == [False] * 4 + [True] * 2
    buyer.post(f"{page}address/code/", {"step": "again", "key": form_of(spent)["key"]})
    buyer.post(f"{page}address/code/", {"code": code_sent()})

    order.refresh_from_db()
    assert order.ship_to["city"] == "Kiel"


def test_a_code_that_has_run_out_says_so(buyer: Client, order: Order, page: str, now: datetime) -> None:
    ask(buyer, page)
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        answer = buyer.post(f"{page}address/code/", {"code": code_sent()})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Your new address is still here: have a new code sent." in text_of(answer)


def test_the_fourth_code_within_an_hour_is_not_sent_and_what_was_typed_is_kept(buyer: Client, page: str) -> None:
    sent = [ask(buyer, page, line2=f"floor {number}") for number in range(3)]
    form = form_of(buyer.get(f"{page}address/"))

    answer = buyer.post(f"{page}address/", form | KIEL | {"line2": "floor 9"})

    assert sent == [HTTPStatus.SEE_OTHER] * 3
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Please try again in 60 minutes." in text_of(answer)
    assert form_of(answer)["line2"] == "floor 9"
    assert Message.objects.filter(moment="address_code").count() == 3


def test_two_clicks_send_one_code(buyer: Client, page: str) -> None:
    form = form_of(buyer.get(f"{page}address/")) | KIEL

    answers = [buyer.post(f"{page}address/", form) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [f"{page}address/code/"] * 2
    assert Message.objects.filter(moment="address_code").count() == 1


def test_an_address_that_cannot_be_is_an_error_beside_its_field(buyer: Client, page: str) -> None:
    form = form_of(buyer.get(f"{page}address/"))

    answer = buyer.post(f"{page}address/", form | {"city": "", "postcode": "241"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert re.findall(r'id="(\w+)-error"', answer.content.decode()) == ["postcode", "city"]
    assert AddressChange.objects.count() == 0


def test_a_postcode_that_was_doubted_stands_when_it_is_sent_again(buyer: Client, page: str) -> None:
    form = form_of(buyer.get(f"{page}address/")) | KIEL | {"postcode": "D-2410"}

    doubted = buyer.post(f"{page}address/", form)
    again = buyer.post(f"{page}address/", form_of(doubted))

    assert (doubted.status_code, again.status_code) == (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER)


def test_the_same_address_needs_no_code(buyer: Client, page: str) -> None:
    answer = buyer.post(f"{page}address/", form_of(buyer.get(f"{page}address/")))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This is where we are sending it already." in text_of(answer)


def test_another_country_cannot_be_sent_along(buyer: Client, order: Order, page: str) -> None:
    ask(buyer, page, country="FR")

    assert AddressChange.objects.get().after["country"] == "DE"


def test_without_a_wish_the_page_of_the_code_leads_to_the_order(buyer: Client, page: str) -> None:
    shown, given = buyer.get(f"{page}address/code/"), buyer.post(f"{page}address/code/", {"code": "123456"})

    assert (shown["Location"], given["Location"]) == (page, page)


@pytest.mark.parametrize("step", ["address/", "address/code/"])
def test_what_has_left_is_not_sent_elsewhere_and_says_so(buyer: Client, order: Order, page: str, step: str) -> None:
    ask(buyer, page)
    form = form_of(buyer.get(f"{page}address/")) | {"code": code_sent()}
    Order.objects.update(state=OrderState.DISPATCHED)

    answer = buyer.post(f"{page}{step}", form)

    order.refresh_from_db()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "The parcel has left already, for the address on the order's page." in text_of(answer)
    assert order.ship_to["city"] == "Hamburg"
    assert f'href="{page}address/"' not in buyer.get(page).content.decode()


def test_a_cancelled_order_is_sent_nowhere(buyer: Client, order: Order, page: str, now: datetime) -> None:
    cancel_order(order=order, by="buyer", reason=BUYER_ASKED, at=now)

    answer = buyer.get(f"{page}address/")

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "This order was cancelled: nothing will be sent." in text_of(answer)


@pytest.mark.parametrize("step", ["address/", "address/code/", "contact/", "receipt/"])
def test_a_wrong_old_or_foreign_link_opens_none_of_the_pages(
    buyer: Client, order: Order, page: str, step: str, now: datetime
) -> None:
    old = make_link("order.view", subject=("order", order.pk), at=now - timedelta(days=2), expires_at=now)
    other = make_link("order.change", subject=("order", order.pk), at=now)

    statuses = [buyer.get(f"/de/en/order/{token}/{step}").status_code for token in ("mistyped", other, old)]
    elsewhere = buyer.get(f"{page.replace('/de/', '/world/', 1)}{step}")

    assert statuses == [HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND, HTTPStatus.GONE]
    assert (elsewhere.status_code, elsewhere["Location"]) == (HTTPStatus.FOUND, page)


@pytest.mark.parametrize("step", ["", "address/", "address/code/", "contact/", "receipt/", "cancellation/"])
def test_no_copy_is_kept_and_no_address_handed_on(buyer: Client, page: str, step: str) -> None:
    ask(buyer, page)

    answer = buyer.get(f"{page}{step}")

    assert [answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")] == [
        "no-store",
        "no-referrer",
        "noindex, nofollow",
    ]


def test_a_link_shows_neither_the_mailbox_nor_the_tax_number(buyer: Client, order: Order, page: str) -> None:
    brazil = {
        "name": "Ana Souza",
        "line1": "Avenida Paulista 1000",
        "district": "Bela Vista",
        "postcode": "01310-100",
        "city": "São Paulo",
        "region": "SP",
        "country": "BR",
        "tax_id": "390.533.447-05",
    }
    Order.objects.update(ship_to=brazil, country="BR")
    form = form_of(buyer.get(f"{page}address/"))

    sent = buyer.post(f"{page}address/", form | {"line1": "Avenida Paulista 2000", "district": "Consolação"})
    pages = [buyer.get(f"{page}{step}").content.decode() for step in ("address/", "address/code/", "", "contact/")]

    assert (sent.status_code, form["tax_id"]) == (HTTPStatus.SEE_OTHER, "")
    assert [(order.email in html, "390.533" in html) for html in pages] == [(False, False)] * 4
    assert ["g…@example.com" in html for html in pages[:2]] == [True, True]
    assert AddressChange.objects.get().after["tax_id"] == "390.533.447-05"
    assert (form["district"], AddressChange.objects.get().after["district"]) == ("Bela Vista", "Consolação")


def test_staff_who_read_messages_read_no_code_and_the_buyer_gets_it(buyer: Client, page: str) -> None:
    ask(buyer, page)
    letter, code = Message.objects.get(moment="address_code"), code_sent()

    staff = client_of(make_staff())
    for state in Message.State.PLANNED, Message.State.SENT:
        Message.objects.update(state=state)
        shown = staff.get(f"/console/messages/{letter.pk}").content.decode()
        assert (code in shown, "••••••" in shown) == (False, True)
    mail = outgoing(letter)
    assert (code in mail.text, code in mail.html, "•" in mail.text) == (True, True, False)
    assert buyer.post(f"{page}address/code/", {"code": code}).status_code == HTTPStatus.SEE_OTHER
