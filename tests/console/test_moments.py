"""The page of all moments: when buyers hear from us, in which markets, and how each letter reads for a real order."""

from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.shipping.troubled import sent
from tests.shop import Shop
from tradewind.core.models import AuditEntry, ShopAccount, SignedLink
from tradewind.core.models.staff import Role
from tradewind.core.words import LOCALES
from tradewind.core.worker import run_until_idle
from tradewind.messaging.channel_rules import in_force
from tradewind.messaging.models import Message, MomentOff
from tradewind.messaging.moment_line import LINE
from tradewind.messaging.on_the_way import Moment
from tradewind.orders.cancelling import OTHER, cancel_order
from tradewind.orders.models import Order

pytestmark = pytest.mark.django_db
PAGE = "/console/messages/moments"


@pytest.fixture
def owner() -> Client:
    return client_of(make_staff(Role.OWNER))


def test_every_moment_stands_on_the_line_with_its_time(shop: Shop, owner: Client) -> None:
    page = owner.get(PAGE).content.decode()

    places = [page.index(f'moments/{step.moment}/preview"') for step in LINE if step.shown]
    assert places == sorted(places)
    assert page.count("09:00") == 1
    assert page.count('name="shown" value="de"') == sum(step.is_optional for step in LINE)


def test_switching_a_moment_off_in_a_market_is_kept_shown_and_on_record(shop: Shop, owner: Client) -> None:
    address = f"{PAGE}/parcel_delivered/markets"
    posted = {"shown": ["de", "us"], "on": ["us"]}

    answers = [owner.post(address, posted).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert list(MomentOff.objects.values_list("moment", "market")) == [("parcel_delivered", "de")]
    entry = AuditEntry.objects.get(action="moment.switched")
    assert (entry.before, entry.after) == ({"parcel_delivered": []}, {"parcel_delivered": ["de"]})
    owner.post(address, {"shown": ["de"], "on": ["de"]})
    assert not MomentOff.objects.exists()


def test_a_market_that_was_not_on_the_page_stays_as_it_is(shop: Shop, owner: Client) -> None:
    MomentOff.objects.create(moment="parcel_delivered", market="us", by="staff:1", at=datetime(2026, 11, 1, tzinfo=UTC))

    owner.post(f"{PAGE}/parcel_delivered/markets", {"shown": ["de"], "on": ["de"]})

    assert MomentOff.objects.get().market == "us"


@pytest.mark.parametrize("moment", ["order_confirmed", "order_trouble", "no_such_moment"])
def test_what_buyers_are_owed_cannot_be_switched_off(shop: Shop, owner: Client, moment: str) -> None:
    assert owner.post(f"{PAGE}/{moment}/markets", {"shown": ["de"]}).status_code == 404
    assert not MomentOff.objects.exists()


@pytest.mark.parametrize("language", LOCALES)
def test_a_preview_reads_as_the_letter_would_and_nothing_is_sent_or_linked(
    shop: Shop, owner: Client, language: str
) -> None:
    parcel = sent(shop)
    before = (Message.objects.count(), SignedLink.objects.count())
    seen = []
    for moment in ("order_confirmed", "order_dispatched", *Moment):
        query = f"?order={parcel.order.ref}&language={language}"
        page = owner.get(f"{PAGE}/{moment}/preview{query}")
        mail = owner.get(f"{PAGE}/{moment}/preview/mail{query}")

        assert page.status_code == mail.status_code == 200
        assert "sandbox" in mail.headers["Content-Security-Policy"]
        assert parcel.order.ref in mail.content.decode()
        seen.append(mail.content)

    assert len(set(seen)) == len(seen)
    assert (Message.objects.count(), SignedLink.objects.count()) == before
    assert Order.objects.get(pk=parcel.order_id).language == "de"


def test_where_there_is_nothing_to_show_the_page_says_why(shop: Shop, owner: Client) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order

    page = owner.get(f"{PAGE}/parcel_delivered/preview?order={order.ref}")
    unknown = owner.get(f"{PAGE}/parcel_delivered/preview?order=NONE")

    assert "Please choose another" in page.content.decode()
    assert "There is no order with this number" in unknown.content.decode()
    assert owner.get(f"{PAGE}/parcel_delivered/preview/mail?order={order.ref}").status_code == 404
    assert owner.get(f"{PAGE}/back_in_stock/preview").status_code == 404


def test_an_erased_order_is_shown_to_nobody(shop: Shop, owner: Client) -> None:
    parcel = sent(shop)
    Order.objects.update(erased_at=shop.at)

    page = owner.get(f"{PAGE}/parcel_delivered/preview?order={parcel.order.ref}")

    assert "There is no order with this number" in page.content.decode()


def test_the_page_says_what_each_channel_allows_and_where_that_can_be_read(shop: Shop, owner: Client) -> None:
    page = unescape(owner.get("/console/messages/channels").content.decode())

    for rule in in_force(shop.at.date()):
        assert rule.source in page


def test_an_order_of_a_marketplace_says_what_its_buyer_was_not_told(shop: Shop, owner: Client) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    account = ShopAccount.objects.create(name="EU", channel="amazon", created_at=shop.at)
    Order.objects.filter(pk=order.pk).update(account=account)
    cancel_order(order=order, by="staff:1", reason=OTHER, at=shop.at)
    run_until_idle(now=lambda: shop.at)

    page = owner.get(f"/console/orders/{order.pk}").content.decode()
    line = owner.get(PAGE).content.decode()

    assert "Amazon does not let us write of this" in page
    assert "not allowed" in page
    assert "Amazon: not made 1" in line
