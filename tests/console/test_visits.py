"""The page of visits, as owner and analyst read it."""

from datetime import UTC, datetime

import time_machine
from django.test import Client

from tests.shop import Shop
from tradewind.insights.models import Step
from tradewind.insights.visits import Seen, write_steps

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_the_page_shows_how_far_visitors_came_and_from_where(shop: Shop, console: Client) -> None:
    people = [Seen(NOON, "de", f"192.0.2.{n}", "Firefox", Step.VISIT, "search:google") for n in range(8)]
    write_steps([*people, Seen(NOON, "de", "192.0.2.1", "Firefox", Step.ORDERED, "")])

    with time_machine.travel(NOON, tick=False):
        page = console.get("/console/visits?days=7").content.decode()

    assert "Search: google" in page
    assert "12.5 %" in page


def test_an_empty_page_says_when_figures_appear(shop: Shop, console: Client) -> None:
    page = console.get("/console/visits?days=90&market=nowhere").content.decode()

    assert "Nobody was counted in this time." in page
