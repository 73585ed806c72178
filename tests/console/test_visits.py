"""The page of visits, as owner and analyst read it."""

from datetime import UTC, datetime

import time_machine
from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.checkout.thanking import answer_after_order
from tradewind.insights.models import Step
from tradewind.insights.visits import Seen, write_steps

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_the_page_shows_how_far_visitors_came_and_from_where(shop: Shop, console: Client) -> None:
    people = [Seen(NOON, "de", f"192.0.2.{n}", "Firefox", Step.VISIT, "search:google") for n in range(8)]
    write_steps([*people, Seen(NOON, "de", "192.0.2.1", "Firefox", Step.ORDERED, "")])

    with time_machine.travel(NOON, tick=False):
        page = console.get("/console/visits?days=7").content.decode()

    assert "Search: google" in page
    assert "12.5%" in page


def test_an_empty_page_says_when_figures_appear(shop: Shop, console: Client) -> None:
    page = console.get("/console/visits?days=90&market=nowhere").content.decode()

    assert "Nobody was counted in this time." in page


def test_what_buyers_say_stands_with_their_order_and_in_the_figures(shop: Shop, console: Client) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    with time_machine.travel(shop.at, tick=False):
        answer_after_order(order_id=order.pk, found_by="friend", words="The photos\nwere dark.", at=shop.at)

        assert "Recommended by somebody The photos were dark." in text_of(console.get(f"/console/orders/{order.pk}"))
        assert "Recommended by somebody 1" in text_of(console.get("/console/visits?days=7"))
        assert "Recommended by somebody" not in text_of(console.get("/console/visits?days=7&market=world"))
