"""On pages of the order a buyer says how it was and which letters they want; one click in a mail ends such requests."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.aftersales.feedback import feedback_of
from tradewind.core.links import make_link
from tradewind.core.models import Todo
from tradewind.core.models.staff import Role
from tradewind.messaging.letter_wishes import Wish, stop_token, wish_of
from tradewind.orders.models import Order
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.parcels import Tracking

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(shop: Shop) -> Order:
    order = bought(shop, (shop.small, 1))
    return mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=Tracking("DHL", "JD01"))


def page_of(order: Order, page: str, shop: Shop) -> str:
    token = make_link("order.view", subject=("order", order.pk), at=shop.at - timedelta(days=1))
    return f"/de/de/order/{token}/{page}/"


def test_a_buyer_says_how_it_was_and_staff_read_it_and_help(client: Client, shop: Shop, order: Order) -> None:
    page = page_of(order, "feedback", shop)

    answer = client.post(page, {"delivery": "5", "goods": "1", "words": "Ein Sprung im Becher", "help": "1"})

    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    again = client.get(page).content.decode()
    assert "Danke, Ihre Antwort ist bei uns." in again
    assert "Ein Mensch sieht sie sich an" in again
    owner = client_of(make_staff(Role.OWNER))
    assert "Ein Sprung im Becher" in owner.get(f"/console/orders/{order.pk}").content.decode()
    assert owner.post(f"/console/orders/{order.pk}/feedback").status_code == 302
    assert not Todo.objects.filter(kind="order.unhappy", state="open").exists()
    row = feedback_of(order.pk)
    assert row is not None
    assert row.helped_at is not None


def test_nothing_at_all_is_asked_again_and_other_stars_are_refused(client: Client, shop: Shop, order: Order) -> None:
    page = page_of(order, "feedback", shop)

    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"goods": "6"}).status_code == 400
    assert client.post(page, {"goods": "-1"}).status_code == 400
    assert feedback_of(order.pk) is None


def test_before_it_has_left_there_is_nothing_to_say(client: Client, shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))

    assert client.get(page_of(order, "feedback", shop)).status_code == 302
    assert client.post(page_of(order, "feedback", shop), {"goods": "1"}).status_code == 302
    assert feedback_of(order.pk) is None


def test_a_buyer_chooses_which_letters_and_staff_see_it(client: Client, shop: Shop, order: Order) -> None:
    page = page_of(order, "letters", shop)

    assert client.post(page, {"way": "needed"}).status_code == 303

    assert wish_of(order) == Wish("needed", wants_requests=False)
    seen = client_of(make_staff(Role.OWNER)).get(f"/console/orders/{order.pk}").content.decode()
    assert "Wants letters on the way only when they are needed." in seen
    assert client.post(page, {"way": "none"}).status_code == 400


def test_opening_the_link_changes_nothing_and_one_click_of_a_mail_program_ends_requests(
    shop: Shop, order: Order
) -> None:
    stop = f"/de/de/no-requests/{stop_token(order, at=shop.at - timedelta(days=1))}/"
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.get(stop).status_code == 200
    assert wish_of(order).wants_requests
    assert stranger.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not wish_of(order).wants_requests
    assert stranger.post("/de/de/no-requests/wrong/", {"List-Unsubscribe": "One-Click"}).status_code == 404
