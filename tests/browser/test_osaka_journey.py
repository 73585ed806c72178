"""An order to Osaka whose parcel is late: its buyer hears of it from us before the third day, at nine in the morning there, in Japanese,
once, in a mail that a real server took.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.on_the_way import MONDAY, PHONE, World, text_of, world_at
from tests.browser.test_console import assert_fits, log_in
from tests.browser.test_lost_parcel_journey import letters_about, send
from tests.console.making import PASSWORD, make_staff
from tradewind.catalog.publishing import publish
from tradewind.checkout.details import BuyerDetails
from tradewind.checkout.placing import Agreement, place_order
from tradewind.checkout.summary import Choice, summarise
from tradewind.connectors.simulator.choosing import Choice as Pays
from tradewind.connectors.simulator.choosing import choose
from tradewind.core.links import make_link
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.orders.models import Order
from tradewind.payments.asking import ask_now
from tradewind.payments.queries import intents_for
from tradewind.payments.starting import start_now
from tradewind.shipping.models import Parcel

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

OSAKA = ZoneInfo("Asia/Tokyo")
NUMBER = "YT2232521272432077"
HARUKA = BuyerDetails(
    email="haruka@example.com",
    name="山本 はるか",
    line1="梅田1-1-3",
    city="大阪市北区",
    region="大阪府",
    postcode="530-0001",
    country="JP",
    phone="+81 6 1234 5678",
)
STILL = "引き続き輸送中"


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with world_at(MONDAY, request) as there:
        yield there


def test_a_late_parcel_to_osaka_is_told_at_nine_in_the_morning_there_in_japanese_once(world: World) -> None:
    order = bought_in_osaka(world)
    owner = world.staff(make_staff(Role.OWNER, password=PASSWORD))
    two_days_of_silence_are_enough(owner)
    send(owner, order, NUMBER)
    last_heard = scanned_late_in_the_evening(world, owner)
    nobody_is_told_at_night(world, last_heard)
    told = told_at_nine(world, order, last_heard)
    never_again(world)
    stands_with_the_order(world, owner, order, told)


def bought_in_osaka(world: World) -> Order:
    shop = world.shop
    shop.world.languages = [*shop.world.languages, "ja"]
    shop.world.save()
    publish(product=shop.product, languages=["en", "de", "zh", "ja"], by="system", at=shop.at)
    cart = shop.cart((shop.small, 1), market="world", language="ja")
    choice = Choice("JP", "world-air", "card", "")
    digest = summarise(cart, shop.market("world"), choice, language="ja", at=shop.at).digest
    placed = place_order(
        cart_key=cart.key,
        market=shop.market("world"),
        language="ja",
        details=HARUKA,
        agreed=Agreement("world-air", "card", digest, ""),
        at=shop.at,
    )
    intent = start_now(intents_for("order", placed.order.pk)[0], now=utc_now)
    choose(ref=intent.provider_ref, choice=Pays.PAY_LOST, at=shop.at)
    ask_now(intent, now=utc_now())
    world.work()
    return Order.objects.get(pk=placed.order.pk)


def two_days_of_silence_are_enough(owner: Page) -> None:
    owner.goto("/console/settings/letter_hours")
    owner.get_by_label("“Still on its way” after").fill("2")
    owner.get_by_role("button", name="Save", exact=True).click()
    expect(owner.get_by_label("“Still on its way” after")).to_have_value("2")


def scanned_late_in_the_evening(world: World, page: Page) -> datetime:
    """At 23:10 of Osaka, for the last time for days."""
    scanned = datetime(2026, 11, 24, 23, 10, tzinfo=OSAKA)
    world.go_to(scanned + timedelta(minutes=5))
    world.tell(page, Parcel.objects.get(), (scanned, "InTransit_PickedUp", "Shenzhen"))
    return scanned


def nobody_is_told_at_night(world: World, last_heard: datetime) -> None:
    """Two days have passed at ten past eleven in the evening there."""
    for hours in (48.2, 52, 57.7):  # 23:22, 3:10, 8:52
        world.go_to(last_heard + timedelta(hours=hours))
        assert letters_about(world, STILL) == []


def told_at_nine(world: World, order: Order, last_heard: datetime) -> datetime:
    world.go_to(datetime(2026, 11, 27, 9, 0, 30, tzinfo=OSAKA))
    [mail] = letters_about(world, STILL)

    sent = parsedate_to_datetime(str(mail["Date"])).astimezone(OSAKA)
    assert (sent.date().isoformat(), sent.hour, sent.minute) == ("2026-11-27", 9, 0)
    assert sent - last_heard < timedelta(days=3)
    assert (mail["To"], mail["Content-Language"]) == ("haruka@example.com", "ja")
    words = text_of(mail)
    assert order.ref in words
    assert NUMBER in words
    assert "山本 はるか" in words
    return sent


def never_again(world: World) -> None:
    for hours in (1, 5, 24):
        world.after(hours=hours)
    assert len(letters_about(world, STILL)) == 1


def stands_with_the_order(world: World, owner: Page, order: Order, told: datetime) -> None:
    """For staff with its state, and for the buyer as the way of the parcel, on a phone in Osaka."""
    message = Message.objects.get(moment="parcel_still_moving")
    assert (message.state, message.language) == ("sent", "ja")
    assert message.sent_at is not None
    assert message.sent_at - told < timedelta(minutes=1)
    log_in(owner, Staff.objects.get(role=Role.OWNER))  # days have passed
    owner.goto(f"/console/orders/{order.pk}")
    row = owner.locator("section", has=owner.locator("#messages")).locator("li", has_text=message.subject)
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Silent for days, still on its way")
    buyer = world.open_page(viewport=PHONE, locale="ja-JP", timezone_id="Asia/Tokyo")
    token = make_link("order.view", subject=("order", order.pk), at=utc_now())
    buyer.goto(f"/world/ja/order/{token}/")
    expect(buyer.get_by_text(NUMBER).first).to_be_visible()
    assert_fits(buyer)
