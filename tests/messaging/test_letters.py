"""Which letter a buyer gets when, and what it says."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils.html import escape

from tests.shop import Shop
from tradewind.core import links, preferences
from tradewind.core.facts import SYSTEM, record
from tradewind.core.models import Delivery, Reaction, ShopAccount
from tradewind.core.words import say
from tradewind.markets.shop import SHOP, shop_profile
from tradewind.messaging.letter import Letter
from tradewind.messaging.models import Message
from tradewind.messaging.moments.address_changed import address_changed
from tradewind.messaging.moments.address_code import address_code
from tradewind.messaging.moments.order_cancelled import order_cancelled
from tradewind.messaging.moments.order_changed import order_changed
from tradewind.messaging.moments.order_confirmed import order_confirmed
from tradewind.messaging.moments.order_dispatched import order_dispatched
from tradewind.messaging.moments.order_received import order_received
from tradewind.messaging.rendering import render
from tradewind.orders.cancelling import BUYERS_REASONS, NOT_PAID, REASONS, SUSPICIOUS, cancel_order
from tradewind.orders.events import OrderPaid
from tradewind.orders.models import AddressChange, Order, OrderChange
from tradewind.orders.states import OrderState
from tradewind.promises.making import release
from tradewind.promises.queries import promises_about
from tradewind.promises.wording import arrival_words, dispatch_words
from tradewind.shipping.customs_words import to_expect
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import UNKNOWN, make_known, units_left

LANGUAGES = ("en", "de", "zh")
WorkUntilIdle = Callable[..., int]
PROFILE = {
    "name": {"en": "Tingyu Home", "zh": "汀屿家居"},
    "email": "hello@tingyu.example",
    "zone": "Asia/Shanghai",
    "manufacturer": {
        "name": {"en": "Tingyu & Söhne Co., Ltd."},
        "address": {"en": "17 Haimo Road, Shenzhen"},
        "country": "CN",
        "email": "hello@tingyu.example",
    },
    "bank_accounts": [
        {
            "key": "eur",
            "currency": "EUR",
            "holder": "Tingyu Co., Ltd.",
            "iban": "DE89370400440532013000",
            "bic": "MUSTDEFFXXX",
            "bank": "Musterbank",
        }
    ],
}


@pytest.fixture(autouse=True)
def profile(shop: Shop, sender: None) -> None:
    preferences.change(SHOP, PROFILE, by="system", at=shop.at)


def place(shop: Shop, *, language: str = "de", method: str = "card") -> Order:
    cart = shop.cart((shop.small, 2), (shop.large, 1), language=language)
    return shop.place(cart, method=method).order


def left(order: Order, at: datetime) -> Parcel:
    """All of it, in one parcel."""
    return make_known(order, UNKNOWN, units=units_left(order.pk), at=at, handed_over_at=at)


def letters(order: Order, at: datetime) -> list[Letter]:
    return [
        order_received(order, at=at),
        order_confirmed(order, at=at),
        order_dispatched(order, left(order, at), at=at),
        address_code(order, code="123456"),
        address_changed(AddressChange(order=order, after=order.ship_to), at=at),
        *(order_changed(change, at=at) for change in changes(order, at)),
        *(order_cancelled(order, reason=reason, linked_at=at) for reason in REASONS + BUYERS_REASONS),
    ]


def changes(order: Order, at: datetime) -> list[OrderChange]:
    """One of each kind, with money to come, money to go, and none."""
    goods, kinds = [["Becher", "klein", 2, 1]], OrderChange.Kind
    return [
        OrderChange(kind=kinds.REDUCED, order=order, goods=goods, back=1000, made_at=at),
        OrderChange(kind=kinds.EXTENDED, order=order, goods=goods, back=-1000, made_at=at),
        OrderChange(kind=kinds.SPLIT, order=order, other=Order(ref="TW-OTHER"), goods=goods, made_at=at),
        OrderChange(kind=kinds.MERGED, order=order, other=Order(ref="TW-OTHER"), goods=goods, back=690, made_at=at),
    ]


def record_paid(order: Order, at: datetime) -> None:
    with transaction.atomic():
        Order.objects.filter(pk=order.pk).update(paid=order.total, state=OrderState.PAID)
        record(OrderPaid(order.pk, order.buyer_id, order.total, order.currency), by=SYSTEM, at=at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_renders_in_every_language(shop: Shop, language: str) -> None:
    order = place(shop, language=language)

    rendered = [render(letter) for letter in letters(order, shop.at)]

    assert {mail.subject.count(order.ref) for mail in rendered} == {1}
    leftovers = [re.findall(r"\{\w+\}|\{%|\{\{|%\(\w+\)s", mail.subject + mail.text + mail.html) for mail in rendered]
    assert leftovers == [[]] * len(rendered)


@pytest.mark.parametrize("language", LANGUAGES)
def test_mail_asks_nobody_but_the_shop_for_anything(shop: Shop, language: str) -> None:
    order = place(shop, language=language)

    for letter in letters(order, shop.at):
        html = render(letter).html
        addresses = re.findall(r"""(?:href|src|background|action|url\()\s*=?\s*["'(]?(https?://[^/"')]*)""", html)
        assert set(addresses) == ({"https://shop.tingyu.example"} if letter.button else set())
        assert re.findall(r"<(?:script|link|iframe|form|object)\b|@import|\son\w+=", html) == []


def test_every_picture_is_a_jpeg_of_the_shop_and_says_what_it_shows(shop: Shop) -> None:
    html = render(order_confirmed(place(shop), at=shop.at)).html

    pictures = re.findall(r'<img src="([^"]*)" alt="([^"]*)" width="(\d+)"', html)
    assert pictures == [("https://shop.tingyu.example/media/mug/front-640.jpeg", "Becher", "72")] * 2
    assert html.count("<img") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confirmation_says_what_was_bought_when_it_comes_and_where_it_goes(shop: Shop, language: str) -> None:
    order = place(shop, language=language)
    order.paid = order.total
    dispatch, arrival = promises_about("order", order.pk)

    letter = order_confirmed(order, at=shop.at)

    titles = {"en": "Mug", "de": "Becher", "zh": "马克杯"}
    prices = {"en": ("€20.00", "€10.00"), "de": ("20,00\xa0€", "10,00\xa0€"), "zh": ("€20.00", "€10.00")}
    assert [(item.title, item.quantity, item.price) for item in letter.goods] == [
        (titles[language], 2, prices[language][0]),
        (titles[language], 1, prices[language][1]),
    ]
    assert letter.highlight is not None
    assert letter.highlight.lines == (dispatch_words(dispatch, language), arrival_words(arrival, language))
    customs, address, payment = letter.sections
    # From Shenzhen to Hamburg; from Frankfurt nobody would be asked.
    assert customs.lines == (to_expect(language),)
    order.delivery_option["warehouse"] = "frankfurt"
    assert customs not in order_confirmed(order, at=shop.at).sections
    country = {"en": "Germany", "de": "Deutschland", "zh": "德国"}[language]
    assert address.lines == ("Greta Öztürk", "Große Elbstraße 5", "22767 Hamburg", country)
    total = {"en": "€36.90", "de": "36,90\xa0€", "zh": "€36.90"}[language]
    assert payment.lines == ("card", say(language, "Received: {amount}", amount=total))


def test_the_totals_end_in_the_sum_and_the_tax_that_is_in_it(shop: Shop) -> None:
    order = place(shop)

    rows = order_confirmed(order, at=shop.at).totals

    assert [(row.label, row.value) for row in rows] == [
        (say("de", "Goods"), "30,00\xa0€"),
        (say("de", "Delivery ({option})", option="de-air"), "6,90\xa0€"),
        (say("de", "Total"), "36,90\xa0€"),
        ("darin 19 % MwSt.", "5,89\xa0€"),
    ]


def test_html_and_text_say_the_same(shop: Shop) -> None:
    letter = order_received(place(shop, method="bank_transfer"), at=shop.at)
    mail = render(letter)

    assert letter.highlight is not None
    assert letter.button is not None
    said = [letter.title, *letter.paragraphs, *(row.value for row in letter.highlight.rows), letter.button.url]
    said += [item.title for item in letter.goods] + [row.value for row in letter.totals]
    said += [line for section in letter.sections for line in section.lines] + list(letter.head.imprint)
    assert [words for words in said if escape(words) not in mail.html] == []
    assert [words for words in said[1:] if words not in mail.text] == []


def test_what_a_buyer_typed_stays_text(shop: Shop) -> None:
    order = place(shop)
    order.ship_to["name"] = "<img src=//evil.example> & Söhne"

    mail = render(order_confirmed(order, at=shop.at))

    assert "&lt;img src=//evil.example&gt; &amp; Söhne" in mail.html
    assert "<img src=//evil.example> & Söhne" in mail.text
    assert mail.html.count("<img") == 2


def test_the_link_opens_the_order(shop: Shop) -> None:
    order = place(shop)

    letter = order_confirmed(order, at=shop.at)

    assert letter.button is not None
    address, _, rest = letter.button.url.partition("/order/")
    assert address == "https://shop.tingyu.example/de/de"
    assert links.open_link("order.view", rest.rstrip("/"), at=shop.at) == ("order", order.pk)


def test_a_transfer_is_asked_for_with_everything_the_bank_wants(shop: Shop) -> None:
    order = place(shop, method="bank_transfer")

    letter = order_received(order, at=shop.at)

    assert letter.highlight is not None
    assert [row.value for row in letter.highlight.rows] == [
        "36,90\xa0€",
        order.ref,
        "Tingyu Co., Ltd.",
        "DE89 3704 0044 0532 0130 00",
        "MUSTDEFFXXX",
        "Musterbank",
    ]


def test_the_last_day_for_paying_is_one_on_which_the_order_still_stands(shop: Shop) -> None:
    """Placed on Monday at 14:00 in Shenzhen and held for seven days: cancelled next Monday at 14:00."""
    letter = order_received(place(shop, language="en", method="bank_transfer"), at=shop.at)

    assert letter.sections[1].lines[2] == (
        "We keep the goods for you until Sun 29 Nov. If no payment has arrived by then, we cancel the order."
    )


def test_a_buyer_reads_that_it_was_as_they_wished_whatever_reason_they_gave(shop: Shop) -> None:
    order = place(shop, language="en")

    told = {order_cancelled(order, reason=reason).preview for reason in BUYERS_REASONS}

    assert told == {f"As you wished, we have cancelled order {order.ref}."}


def test_a_cancellation_does_not_tell_a_buyer_of_a_suspicion(shop: Shop) -> None:
    order = place(shop, language="en")

    letter = order_cancelled(order, reason=SUSPICIOUS)

    assert letter.paragraphs[1] == f"We had to cancel order {order.ref}. It will not be sent."


def test_a_transfer_hears_from_us_at_once_and_a_card_when_it_is_paid(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    by_card, by_transfer = place(shop), place(shop, method="bank_transfer")

    work_until_idle()
    at_placing = list(Message.objects.values_list("moment", "subject_id", "recipient", "language"))
    record_paid(by_card, shop.at)
    work_until_idle()

    assert at_placing == [("order_received", by_transfer.pk, "greta@example.com", "de")]
    assert Message.objects.get(subject_id=by_card.pk).moment == "order_confirmed"


def test_three_notices_of_one_payment_are_one_confirmation(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    order = place(shop)
    for _ in range(3):
        record_paid(order, shop.at)

    work_until_idle()

    assert Reaction.objects.filter(handler="messaging.order_confirmed", state="done").count() == 3
    assert (Message.objects.count(), Delivery.objects.filter(kind="messaging.mail").count()) == (1, 1)


def test_a_confirmation_waits_for_the_dates_that_come_with_the_payment(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    order = place(shop, method="bank_transfer")
    work_until_idle()
    record_paid(order, shop.at)
    later = shop.at + timedelta(minutes=1)
    Reaction.objects.filter(handler="checkout.promise_dates", state="waiting").update(due_at=later)

    work_until_idle()
    before = Message.objects.filter(moment="order_confirmed").count()
    work_until_idle(after=timedelta(minutes=1))
    work_until_idle(after=timedelta(minutes=2))

    message = Message.objects.get(moment="order_confirmed")
    dispatch = promises_about("order", order.pk)[0]
    assert before == 0
    assert dispatch_words(dispatch, "de") in message.text


def test_a_confirmation_does_not_wait_for_ever(shop: Shop, no_server: None, work_until_idle: WorkUntilIdle) -> None:
    order = place(shop)
    record_paid(order, shop.at)
    Reaction.objects.filter(handler="checkout.promise_dates").update(due_at=shop.at + timedelta(days=1))
    with transaction.atomic():
        release(order_id=order.pk, at=shop.at)

    work_until_idle(after=timedelta(minutes=10))

    expected = say("de", "We will write to you as soon as the dates are fixed.")
    assert expected in Message.objects.get().text


def test_a_cancelled_order_is_told(shop: Shop, no_server: None, work_until_idle: WorkUntilIdle) -> None:
    order = place(shop, method="bank_transfer")
    cancel_order(order=order, by=SYSTEM, reason=NOT_PAID, at=shop.at)

    work_until_idle()

    assert list(Message.objects.order_by("pk").values_list("moment", flat=True)) == [
        "order_received",
        "order_cancelled",
    ]


@pytest.mark.parametrize(
    "change", [{"email": ""}, {"account": ShopAccount.Channel.AMAZON}], ids=["no address", "Amazon"]
)
def test_nobody_is_written_to_without_an_address_or_past_a_platform(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle, change: dict[str, str]
) -> None:
    order = place(shop)
    if "account" in change:
        account = ShopAccount.objects.create(name="Amazon.de", channel=change["account"], created_at=shop.at)
        Order.objects.update(account=account)
    else:
        Order.objects.update(**change)
    record_paid(order, shop.at)

    work_until_idle()

    assert Message.objects.count() == 0


def test_without_a_bank_account_the_letter_waits_for_the_owner(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    preferences.change(SHOP, {**PROFILE, "bank_accounts": []}, by="system", at=shop.at)
    place(shop, method="bank_transfer")

    work_until_idle()

    stuck = Reaction.objects.get(handler="messaging.order_received")
    assert (stuck.state, Message.objects.count()) == (Reaction.State.STUCK, 0)
    assert stuck.error.startswith("NeedsAttention: No bank account is set")


def test_the_shop_writes_in_its_own_name(shop: Shop, no_server: None, work_until_idle: WorkUntilIdle) -> None:
    order = place(shop, language="zh")
    record_paid(order, shop.at)

    work_until_idle()

    assert Message.objects.get().sender == "汀屿家居 <hello@tingyu.example>"


def test_facts_of_mail_hold_no_personal_data(shop: Shop, no_server: None, work_until_idle: WorkUntilIdle) -> None:
    order = place(shop)
    record_paid(order, shop.at)

    work_until_idle()

    payloads = json.dumps(list(Delivery.objects.filter(kind="messaging.mail").values_list("payload", flat=True)))
    assert Message.objects.get().recipient == order.email
    assert order.email not in payloads
    assert shop_profile().email == PROFILE["email"]


def test_a_letter_about_a_transfer_to_an_account_without_an_iban_has_its_own_numbers(shop: Shop) -> None:
    numbers = {"bsb": "062000", "account": "12345678"}
    account = {**PROFILE["bank_accounts"][0], "iban": "", "bic": "", "kind": "au", "numbers": numbers}  # type: ignore[index]
    preferences.change(SHOP, {**PROFILE, "bank_accounts": [account]}, by="system", at=shop.at)

    letter = order_received(place(shop, language="en", method="bank_transfer"), at=shop.at)

    rows = {row.label: row.value for row in letter.highlight.rows} if letter.highlight else {}
    assert (rows["BSB"], rows["Account number"], "IBAN" in rows) == ("062-000", "12345678", False)


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "Goods: €30.00"), ("fr", "Articles\u202f: 30,00\xa0€"), ("ja", "商品：€30.00"), ("zh", "商品金额：€30.00")],
)
def test_a_sum_stands_behind_the_colon_of_its_language(shop: Shop, language: str, line: str) -> None:
    order = place(shop)
    order.language = language

    letter = order_confirmed(order, at=shop.at)

    assert f"  {line}" in render(letter).text.splitlines()
