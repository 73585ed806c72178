"""The letter that says that the goods have left: once, to whom it is news, with the number that stands there by then."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.messaging.test_letters import profile, record_paid
from tests.shop import Shop
from tradewind.core.facts import SYSTEM, record
from tradewind.core.models import ShopAccount
from tradewind.core.words import LOCALES, say
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_dispatched import MOMENT, order_dispatched
from tradewind.messaging.rendering import render
from tradewind.orders.models import Order
from tradewind.promises.queries import promises_about
from tradewind.promises.wording import arrival_words
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.events import ParcelHandedOver
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import UNKNOWN, Tracking
from tradewind.shipping.tracking import tell_tracking

__all__ = ["profile"]

WorkUntilIdle = Callable[..., int]
DHL = Tracking("DHL", "JD0146 00&1")
DHL_PAGE = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode=JD0146%2000%261"
SOON = timedelta(minutes=2)


def dispatched(shop: Shop, tracking: Tracking = UNKNOWN) -> Order:
    """Paid, with its letters planned before, and just marked."""
    order = shop.place(shop.cart((shop.small, 2), (shop.large, 1), language="de")).order
    record_paid(order, shop.at)
    Order.objects.filter(pk=order.pk).update(state="paid")
    order.refresh_from_db()
    return mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=tracking)


def sent() -> list[Message]:
    return list(Message.objects.filter(moment=MOMENT))


@pytest.mark.parametrize("language", LOCALES)
def test_it_says_what_left_with_whom_and_when_it_arrives(shop: Shop, language: str) -> None:
    order = dispatched(shop, DHL)
    order.language = language
    arrival = promises_about("order", order.pk)[1]

    mail = render(order_dispatched(order, Parcel.objects.get(), at=shop.at))

    for said in ("DHL", DHL.number, arrival_words(arrival, language), "Große Elbstraße 5", order.ref):
        assert said in mail.text
        assert said.replace("&", "&amp;") in mail.html
    for said in ("If something is wrong", "Your order is on its way", "Carrier", "Tracking number"):
        assert say(language, said) in mail.html
        assert language == "en" or say(language, said) != said
    assert mail.text.count("×") == 2
    assert re.findall(r'<a href="(https://[^"]*dhl[^"]*)"', mail.html) == [DHL_PAGE.replace("&", "&amp;")]
    assert DHL_PAGE in mail.text
    assert re.findall(r"\{\w+\}|\{%|\{\{|%\(\w+\)s", mail.subject + mail.text + mail.html) == []


def test_a_carrier_whom_we_do_not_know_has_no_link_and_no_number_is_promised(shop: Shop) -> None:
    order = dispatched(shop, Tracking("Brieftaube", "7"))
    unnumbered = dispatched(shop)

    known, unknown = (order_dispatched(row, row.parcels.get(), at=shop.at) for row in (order, unnumbered))

    assert known.highlight is not None
    assert [(row.value, row.url) for row in known.highlight.rows] == [("Brieftaube", ""), ("7", "")]
    assert unknown.highlight is not None
    assert unknown.highlight.rows == ()
    words = say("de", "If your parcel gets a tracking number, you find it on the page of your order.")
    assert (words in known.paragraphs, words in unknown.paragraphs) == (False, True)


def test_without_a_number_it_waits_for_one_that_is_told_within_two_minutes_and_comes_once(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    order = dispatched(shop)
    work_until_idle()
    work_until_idle(after=SOON - timedelta(seconds=1))
    before = sent()
    tell_tracking(order_id=order.pk, tracking=DHL, seen=UNKNOWN, by="staff:1", at=shop.at + SOON / 2)
    work_until_idle(after=SOON)
    with transaction.atomic():
        first = Parcel.objects.order_by("pk")[0]
        record(ParcelHandedOver(first.pk, order.pk, order.buyer_id), by=SYSTEM, at=shop.at)
    work_until_idle(after=2 * SOON)

    [message] = sent()
    assert before == []
    assert (message.recipient, message.language, DHL.number in message.text) == ("greta@example.com", "de", True)


def test_with_a_number_it_leaves_at_once(shop: Shop, no_server: None, work_until_idle: WorkUntilIdle) -> None:
    dispatched(shop, DHL)

    work_until_idle()
    work_until_idle(after=timedelta(seconds=3))

    assert [DHL.number in message.text for message in sent()] == [True]


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({}, timedelta(days=4)),
        ({"email": ""}, SOON),
        ({"external_id": "#1001"}, SOON),
        ({"state": "cancelled"}, SOON),
        ({"account": ShopAccount.Channel.AMAZON}, SOON),
    ],
    ids=["long ago", "no address", "imported", "not left after all", "Amazon"],
)
def test_to_whom_it_is_no_news_nothing_is_sent(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle, change: dict[str, Any], after: timedelta
) -> None:
    control = dispatched(shop) if change else None
    order = dispatched(shop)
    if "account" in change:
        change = {"account": ShopAccount.objects.create(name="Amazon", channel=change["account"], created_at=shop.at)}
    Order.objects.filter(pk=order.pk).update(**change)

    work_until_idle(after=after)

    assert [message.subject_id for message in sent()] == ([control.parcels.get().pk] if control else [])
