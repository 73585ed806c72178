"""What is kept with an order about its buyer: shown in words, taken along as a file, and asked to be erased."""

import json
import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from tests.shop import Shop, move_money
from tests.storefront.reading import text_of
from tradewind.aftersales.withdrawing import Declaration, declare_withdrawal
from tradewind.checkout.models import CodeUse, DiscountCode
from tradewind.checkout.thanking import answer_after_order
from tradewind.core.links import make_link
from tradewind.core.models import FactRecord, Todo
from tradewind.core.todos import finish
from tradewind.messaging.models import BuyerMessage, Message
from tradewind.messaging.receiving import Written, receive_message
from tradewind.orders.cancelling import SUSPICIOUS, cancel_order
from tradewind.orders.models import AddressChange, Order
from tradewind.shipping.models import Parcel

EARLIER = {"name": "Greta Öztürk", "line1": "Alte Gasse 1", "postcode": "20095", "city": "Hamburg", "country": "DE"}
UNCONFIRMED = EARLIER | {"line1": "Neue Gasse 2", "phone": "+49 40 222"}


def tell_all(order: Order, word: str, at: datetime) -> None:
    """Everything that may be kept with an order, `word` in all that a person can write."""
    ship_to = order.ship_to | {
        "phone": f"+49 40 {word}",
        "line2": word,
        "district": f"part {word}",
        "tax_id": f"{word}-secret",
    }
    Order.objects.filter(pk=order.pk).update(gift_note=f"Note {word}", ship_to=ship_to)
    change = {"order": order, "key": word, "digest": "d", "asked_at": at}
    before = EARLIER | {"line2": word}
    AddressChange.objects.create(**change, before=before, after=ship_to, confirmed_at=at)
    AddressChange.objects.create(**change, after=UNCONFIRMED | {"line2": word})
    message = Written("goods", f"Handle {word}", f"{word}@example.org")
    receive_message(message, order_id=order.pk, key=word, language="en", at=at)
    answer_after_order(order_id=order.pk, found_by="friend", words=f"Doubt {word}", at=at)
    cancel_order(order=order, by="buyer", reason="too_slow", words=f"Wait {word}", at=at)
    declaration = Declaration(f"Name {word}", order.ref, order.email, f"goods {word}")
    declare_withdrawal(declaration, key=word, market="de", language="en", at=at)
    code = DiscountCode.objects.create(code=word.upper(), occasion="event", gives="amount", starts_at=at, created_at=at)
    used = {"order_id": order.pk, "buyer_id": order.buyer_id, "used_at": at, "given_back_at": at}
    CodeUse.objects.create(code=code, amount=150, currency="EUR", **used)
    Message.objects.create(
        message_id=word,
        moment="order_cancelled",
        language="en",
        subject_kind="order",
        subject_id=order.pk,
        sender="shop@example.com",
        recipient=f"{word}@example.org",
        subject=f"Cancelled {word}",
        text="",
        html="",
        state="sent",
        created_at=at,
        sent_at=at,
    )


def file_of(buyer: Client, page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(buyer.get(f"{page}data/file/").content)
    return found


def test_everything_is_shown_in_words(buyer: Client, order: Order, page: str, now: datetime) -> None:
    tell_all(order, "mine", now)

    words = text_of(buyer.get(f"{page}data/"))

    for expected in (
        f"This is what we keep about you with order {order.ref}.",
        (
            "Ordered on November 23, 2026 E-mail g…@example.com Phone +49 40 mine "
            "Delivery address Greta Öztürk Große Elbstraße 5 mine part mine 22767 Hamburg Germany "
            "Tax number Kept, and not shown here. Goods 2 × Becher, small · €20.00 Total €26.90 Payment card"
        ),
        "Until November 23, 2026 Greta Öztürk Alte Gasse 1 mine 20095 Hamburg Germany",
        "Asked for on November 23, 2026, not confirmed Greta Öztürk Neue Gasse 2 mine 20095 Hamburg Germany +49 40 222",
        "is deleted after one day.",
        "put it into the parcel. Note mine",
        "how often the code was used. MINE -€1.50",
        "and when. Cancelled mine m…@example.org · November 23, 2026",
        "Something is wrong with the goods November 23, 2026 · m…@example.org Handle mine",
        "How did you find us? Somebody told me Was there anything that nearly kept you from ordering? Doubt mine",
        "November 23, 2026 Delivery takes too long In your words Wait mine",
        "November 23, 2026 Name mine · g…@example.com · goods mine",
    ):
        assert expected in words


def test_the_file_is_for_its_owner_to_keep_and_for_nobody_else(buyer: Client, order: Order, page: str) -> None:
    answer = buyer.get(f"{page}data/file/")

    assert answer["Content-Disposition"] == f'attachment; filename="{order.ref}.json"'
    assert (answer["Content-Type"], answer["Cache-Control"], answer["Referrer-Policy"], answer["X-Robots-Tag"]) == (
        "application/json",
        "no-store",
        "no-referrer",
        "noindex, nofollow",
    )


def test_the_file_has_the_order_and_its_addresses(buyer: Client, order: Order, page: str, now: datetime) -> None:
    tell_all(order, "mine", now)
    at, lived = now.isoformat(), {"name": "Greta Öztürk", "company": "", "region": "", "country": "DE"}
    house = {"postcode": "22767", "city": "Hamburg", "line1": "Große Elbstraße 5"}
    here = lived | house | {"line2": "mine", "district": "part mine", "phone": "+49 40 mine", "has_tax_number": True}
    there = lived | {"postcode": "20095", "city": "Hamburg", "line2": "mine", "district": "", "has_tax_number": False}
    before = there | {"line1": "Alte Gasse 1", "phone": ""}
    wished = there | {"line1": "Neue Gasse 2", "phone": "+49 40 222"}
    goods = {"kind": "goods", "title": "Becher", "options": "small", "quantity": 2, "total": euros("20.00")}
    delivery = {"kind": "delivery", "title": "de-air", "options": "", "quantity": 1, "total": euros("6.90")}

    found = file_of(buyer, page)

    assert {key: found[key] for key in ("order", "email", "address", "address_changes")} == {
        "order": {
            "ref": order.ref,
            "placed_at": at,
            "state": "cancelled",
            "market": "de",
            "language": "de",
            "payment_method": "card",
            "lines": [goods, delivery],
            "total": euros("26.90"),
        },
        "email": "g…@example.com",
        "address": here,
        "address_changes": [
            {"asked_at": at, "confirmed_at": at, "before": before, "after": here},
            {"asked_at": at, "confirmed_at": None, "before": None, "after": wished},
        ],
    }


def test_the_file_has_every_word_that_was_written(buyer: Client, order: Order, page: str, now: datetime) -> None:
    tell_all(order, "mine", now)
    Parcel.objects.create(order_id=order.pk, carrier="DHL", tracking_number="0034 mine", handed_over_at=now)
    at = now.isoformat()
    message = {"topic": "goods", "text": "Handle mine", "answer_to": "m…@example.org", "language": "en"}
    declared = {"name": "Name mine", "email": "g…@example.com", "goods": "goods mine", "language": "en"}
    letter = {"kind": "order_cancelled", "subject": "Cancelled mine", "language": "en", "to": "m…@example.org"}

    found = file_of(buyer, page)

    for told in ("order", "email", "address", "address_changes"):
        found.pop(told)
    assert found == {
        "time_zone": "",
        "feedback": None,
        "gift_note": "Note mine",
        "discount_code": {"code": "MINE", "taken_off": euros("1.50"), "used_at": at, "given_back_at": at},
        "parcel": {"carrier": "DHL", "tracking_number": "0034 mine", "handed_over_at": at},
        "letters": [letter | {"state": "sent", "written_at": at, "sent_at": at}],
        "messages": [message | {"received_at": at, "answered_at": None}],
        "answers": {"found_by": "friend", "words": "Doubt mine", "answered_at": at},
        "cancellation": {"reason": "too_slow", "words": "Wait mine", "cancelled_at": at},
        "withdrawals": [declared | {"declared_at": at}],
        "papers": [],
        "quotations": [],
        "erasure": None,
    }


def euros(decimal: str) -> dict[str, str]:
    return {"decimal": decimal, "currency": "EUR"}


def test_of_another_order_nothing_is_in_it(buyer: Client, shop: Shop, order: Order, page: str, now: datetime) -> None:
    other = shop.place(shop.cart((shop.large, 1))).order
    tell_all(order, "mine", now)
    tell_all(other, "theirs", now)
    theirs = f"/de/en/order/{make_link('order.view', subject=('order', other.pk), at=now)}/"

    pages = [
        buyer.get(f"{own}data/{part}").content.decode().lower() for own in (page, theirs) for part in ("", "file/")
    ]

    assert order.buyer_id == other.buyer_id
    assert [("theirs" in each, other.ref.lower() in each, "mine" in each) for each in pages] == [
        (False, False, True),
        (False, False, True),
        (True, True, False),
        (True, True, False),
    ]


def test_mailboxes_and_the_tax_number_are_never_given_in_full(
    buyer: Client, order: Order, page: str, now: datetime
) -> None:
    tell_all(order, "mine", now)

    for part in ("data/", "data/file/"):
        html = buyer.get(page + part).content.decode()
        assert [secret in html for secret in (order.email, "mine@example.org", "mine-secret")] == [False] * 3


def test_why_the_shop_gave_an_order_up_is_not_the_buyer_s_reason(
    buyer: Client, order: Order, page: str, now: datetime
) -> None:
    cancel_order(order=order, by="system", reason=SUSPICIOUS, at=now)

    assert file_of(buyer, page)["cancellation"] is None
    assert "Why you cancelled" not in text_of(buyer.get(f"{page}data/"))


def test_an_order_with_nothing_but_itself_has_no_empty_parts(buyer: Client, page: str) -> None:
    html = buyer.get(f"{page}data/").content.decode()

    assert re.findall(r"<h2[^>]*>([^<]*)", html.split("<main")[1].split("</main>")[0]) == ["Your order", "Erasing"]


def test_an_order_that_was_emptied_still_has_its_page_and_its_file(
    buyer: Client, order: Order, page: str, now: datetime
) -> None:
    tell_all(order, "mine", now)
    Order.objects.update(ship_to={}, email="")
    AddressChange.objects.update(before={}, after={})
    BuyerMessage.objects.update(text="", reply_to="")
    Message.objects.update(recipient="")

    html, found = buyer.get(f"{page}data/").content.decode(), file_of(buyer, page)

    assert [part in html for part in ("Other addresses", "Our mails to you", "Your messages to us")] == [False] * 3
    assert (found["email"], found["address"]["name"]) == ("", "")
    assert [found[part] for part in ("address_changes", "letters", "messages")] == [[], [], []]


def test_what_was_paid_stands_on_the_receipt(buyer: Client, order: Order, page: str, now: datetime) -> None:
    receipt = f'href="{page}receipt/"'
    before = buyer.get(f"{page}data/").content.decode()
    move_money(order, order.total, now)

    assert [receipt in html for html in (before, buyer.get(f"{page}data/").content.decode())] == [False, True]


def test_asking_twice_is_one_to_do_that_says_until_when(buyer: Client, order: Order, page: str, now: datetime) -> None:
    answers = [buyer.post(f"{page}data/erasure/")["Location"] for _ in range(2)]

    [todo] = Todo.objects.filter(kind="order.erasure")
    assert answers == [f"{page}data/#erasure"] * 2
    assert (todo.subject_kind, todo.subject_id, todo.due_at) == ("order", order.pk, now + timedelta(days=30))
    assert FactRecord.objects.filter(name="orders.erasure_asked").count() == 1
    shown = buyer.get(f"{page}data/")
    assert (
        "You asked us to erase your data on November 23, 2026. We answer you by December 23, 2026 at the latest."
    ) in text_of(shown)
    assert "Ask us to erase it" not in text_of(shown)
    assert file_of(buyer, page)["erasure"] == {
        "asked_at": now.isoformat(),
        "answer_by": (now + timedelta(days=30)).isoformat(),
        "finished_at": None,
    }


def test_once_closed_it_can_be_asked_again(buyer: Client, page: str, now: datetime) -> None:
    buyer.post(f"{page}data/erasure/")
    finish(Todo.objects.get(kind="order.erasure"), by=None, at=now)

    shown = text_of(buyer.get(f"{page}data/"))
    buyer.post(f"{page}data/erasure/")

    assert "We closed your request on November 23, 2026." in shown
    assert "Ask us to erase it" in shown
    assert Todo.objects.filter(kind="order.erasure").count() == len(["closed", "open"])


def test_the_order_s_page_leads_to_it_without_a_script(buyer: Client, page: str) -> None:
    assert f'<a href="{page}data/">Your data</a>' in buyer.get(page).content.decode()

    html = buyer.get(f"{page}data/").content.decode()

    assert f'href="{page}data/file/" download>Download</a>' in html
    assert f'<form method="post" action="{page}data/erasure/"><button type="submit"' in html


@pytest.mark.parametrize("part", ["data/", "data/file/", "data/erasure/"])
def test_a_forged_link_gives_nothing_and_asks_for_nothing(buyer: Client, order: Order, part: str) -> None:
    way = buyer.post if part == "data/erasure/" else buyer.get

    answer = way(f"/de/en/order/forged/{part}")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "This link leads nowhere" in text_of(answer)
    assert order.ref not in answer.content.decode()
    assert not Todo.objects.filter(kind="order.erasure").exists()


def test_looking_asks_for_nothing(buyer: Client, page: str) -> None:
    assert buyer.get(f"{page}data/erasure/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_another_site_cannot_ask(buyer: Client, page: str) -> None:
    answer = buyer.post(f"{page}data/erasure/", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not Todo.objects.filter(kind="order.erasure").exists()
