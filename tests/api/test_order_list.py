"""The list: its pages, its filters, and what it says to values that make no sense."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Ask
from tests.console.making import AT, make_order
from tradewind.core import search
from tradewind.orders.models import Order

KNOWN = "state, country, account, placed_after, placed_before, q, limit, after"
Refs = Callable[..., list[str]]


@pytest.fixture
def refs(ask: Ask) -> Refs:
    """The orders of a page, in its order."""

    def read(**parameters: Any) -> list[str]:
        return [order["ref"] for order in ask("/orders", **parameters).json()["orders"]]

    return read


def wrong(ask: Ask, query: str) -> dict[str, str]:
    """What is said of each parameter that cannot be used."""
    response = ask(f"/orders?{query}")
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["code"] == "wrong_values"
    return {error["name"]: error["detail"] for error in response.json()["errors"]}


def test_a_page_has_fifty_orders_unless_asked_otherwise(refs: Refs) -> None:
    for number in range(60):
        make_order(number)

    assert refs() == [f"TW-TEST{number:06}" for number in range(50)]
    assert [len(refs(limit=limit)) for limit in (1, 59, 60, 200)] == [1, 59, 60, 60]
    assert len(refs(limit="")) == 50


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pages_have_no_gaps_and_no_doubles_while_orders_come_in(size: int, ask: Ask) -> None:
    same_moment = AT - timedelta(minutes=3)
    for number in range(7):
        make_order(number, placed_at=same_moment)  # the last four of the list stand at one moment
    there = [f"TW-TEST{number:06}" for number in reversed(range(7))]

    seen: list[str] = []
    after = ""
    for number in range(100, 200):
        page = ask("/orders", limit=size, after=after).json()
        seen += [order["ref"] for order in page["orders"]]
        make_order(number, placed_at=AT + timedelta(minutes=number))
        after = page["next"]
        if after is None:
            break

    assert seen == there


def test_the_last_page_says_that_it_is_the_last(ask: Ask) -> None:
    assert ask("/orders").json() == {"orders": [], "next": None}
    for number in range(4):
        make_order(number)

    first = ask("/orders", limit=2).json()
    second = ask("/orders", limit=2, after=first["next"]).json()

    assert (len(second["orders"]), second["next"]) == (2, None)


def test_a_place_is_kept_to_the_microsecond(ask: Ask) -> None:
    moments = [AT.replace(microsecond=part) for part in (123_457, 123_456, 123_455)]
    for number, moment in enumerate(moments):
        make_order(number, placed_at=moment)

    first = ask("/orders", limit=1).json()
    second = ask("/orders", limit=1, after=first["next"]).json()

    assert second["orders"][0]["placed_at"] == "2026-11-20T03:00:00.123456Z"
    later = ask("/orders", placed_after="2026-11-20T03:00:00.123457Z").json()
    assert [order["ref"] for order in later["orders"]] == ["TW-TEST000000"]


def test_filters_narrow_together(refs: Refs) -> None:
    make_order(1, state="paid", country="DE")
    make_order(2, state="paid", country="FR")
    make_order(3, state="cancelled", country="FR")
    make_order(4, kind="credit", state="completed", country="FR", account="amazon uk")

    assert refs(state="paid") == ["TW-TEST000001", "TW-TEST000002"]
    assert refs(country="FR") == ["TW-TEST000002", "TW-TEST000003", "TW-TEST000004"]
    assert refs(state="paid", country="FR") == ["TW-TEST000002"]
    assert refs(account="amazon uk") == ["TW-TEST000004"]
    assert refs(account="own shop", country="DE", q="hamburg") == ["TW-TEST000001"]
    assert refs(state="", country="", account="", q="", after="", placed_after="", placed_before="") == [
        f"TW-TEST00000{number}" for number in (1, 2, 3, 4)
    ]


def test_a_period_has_its_beginning_and_not_its_end(refs: Refs) -> None:
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    for number, offset in enumerate((1, 0, -1)):
        make_order(number, placed_at=midnight + timedelta(microseconds=offset))

    assert refs(placed_after="2026-11-20T00:00:00Z") == ["TW-TEST000000", "TW-TEST000001"]
    assert refs(placed_before="2026-11-20T00:00:00Z") == ["TW-TEST000002"]
    assert refs(placed_after="2026-11-20T08:00:00+08:00", placed_before="2026-11-20T00:00:00.000001Z") == [
        "TW-TEST000001"
    ]
    assert refs(placed_after="2026-11-20T00:00:00Z", placed_before="2026-11-20T00:00:00Z") == []


@pytest.mark.parametrize("text", ["Elbstraße", "hamburg", "buyer1@example.com", "TW-TEST000001", "德国", "mug-s ham"])
def test_an_order_is_found_by_whatever_is_remembered_of_it(text: str, refs: Refs) -> None:
    make_order(1)

    assert refs(q=text) == ["TW-TEST000001"]
    assert refs(q=f"{text} nowhere") == []
    assert refs(q="…!") == []


def test_a_text_that_many_orders_hold_is_read_to_its_end(ask: Ask) -> None:
    first = make_order(0)
    names = ("account_id", "state", "currency", "goods", "total", "placed_at", "country")
    columns = {name: getattr(first, name) for name in names}
    with transaction.atomic():
        orders = Order.objects.bulk_create([Order(**columns, ref=f"TW-{number}") for number in range(1200)])
        search.index_many("order", {order.pk: ["lantern"] for order in orders})

    seen: list[str] = []
    after = ""
    while after is not None:
        page = ask("/orders", q="lantern", limit=200, after=after).json()
        seen += [order["ref"] for order in page["orders"]]
        after = page["next"]

    assert seen == [f"TW-{number}" for number in reversed(range(1200))]


def test_thirty_orders_take_no_more_statements_than_one(
    ask: Ask, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_order(1)
    ask("/orders")
    # key, count, orders with account and buyer, pieces
    with django_assert_num_queries(4):
        ask("/orders")
    for number in range(2, 31):
        make_order(number, account=f"account {number}")
    with django_assert_num_queries(4):
        page = ask("/orders").json()

    assert len(page["orders"]) == 30


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        (
            "state=payed",
            "state",
            "Choose one of awaiting_payment, paid, dispatched, delivered, completed, cancelled, merged.",
        ),
        ("country=de", "country", "Write the country as two capital letters of ISO 3166-1, like DE."),
        ("country=ZZ", "country", "Write the country as two capital letters of ISO 3166-1, like DE."),
        ("account=amazon", "account", "No shop account has this name. There are: own shop."),
        ("q=%00", "q", "This holds characters that are no text. Leave them out."),
        ("account=a%00", "account", "This holds characters that are no text. Leave them out."),
        (f"q={'x' * 101}", "q", "At most 100 characters."),
        ("limit=0", "limit", "Write a whole number from 1 to 200."),
        ("limit=201", "limit", "Write a whole number from 1 to 200."),
        (f"limit={'9' * 5000}", "limit", "Write a whole number from 1 to 200."),
        ("limit=-1", "limit", "Write a whole number from 1 to 200."),
        ("limit=1e2", "limit", "Write a whole number from 1 to 200."),
        ("limit=%EF%BC%95", "limit", "Write a whole number from 1 to 200."),
        ("state=paid&state=cancelled", "state", "Send this once."),
        (
            "page=2",
            "page",
            f"This address knows no such parameter. It knows {KNOWN}.",
        ),
        (
            "placed_after=2026-11-24T00:00:00Z&placed_before=2026-11-23T00:00:00Z",
            "placed_before",
            "Name a moment after placed_after.",
        ),
    ],
)
def test_a_wrong_value_is_refused_and_told_what_would_be_right(query: str, name: str, words: str, ask: Ask) -> None:
    make_order(1)

    assert wrong(ask, query) == {name: words}


@pytest.mark.parametrize("name", ["placed_after", "placed_before"])
@pytest.mark.parametrize(
    "typed",
    [
        "yesterday",
        "2026-11-23",
        "2026-11-23T00:00:00",
        "2026-11-23T00:00:00+08:00",  # the plus is a space by now
        "0001-01-01T00:00:00%2B08:00",
        "9999-12-31T23:59:59-08:00",
        "%00",
        "2026-11-23T00:00:00Z%00",
        "1795000000",
    ],
)
def test_a_moment_needs_its_offset(name: str, typed: str, ask: Ask) -> None:
    assert wrong(ask, f"{name}={typed}") == {
        name: "Write a moment with its offset, like 2026-11-01T00:00:00Z or 2026-11-01T08:00:00%2B08:00"
        " (in an address, + is written %2B)."
    }


@pytest.mark.parametrize(
    "place",
    [
        "1",
        "rubbish",
        "MjAyNi0xMS0yM1QwNjozMDowMFp-MTA0MjA3=",
        "MjAyNi0xMS0yM1QwNjozMDowMFp-MTA0MjA4MTA0MjA4MTA0MjA4MTA0MjA4",  # a number beyond every database
        "MjAyNi0xMy0yM1QwNjozMDowMFp-MQ",  # the thirteenth month
        "MjAyNi0xMS0yM1QwNjozMDowMC4wWn4x",  # the same moment, written otherwise
        "%00",
        "%F0%9F%93%A6",
        "x" * 5000,
    ],
)
def test_a_forged_place_is_refused(place: str, ask: Ask) -> None:
    make_order(1)

    assert wrong(ask, f"after={place}") == {
        "after": "Send next of the page before as it came, or leave this out to begin at the newest."
    }


def test_all_wrong_values_are_told_at_once(ask: Ask) -> None:
    assert set(wrong(ask, "state=x&country=x&limit=x&after=x&placed_after=x")) == {
        "state",
        "country",
        "limit",
        "after",
        "placed_after",
    }


def test_what_is_said_of_an_unknown_parameter_can_be_shown_safely(ask: Ask) -> None:
    assert list(wrong(ask, f"%00%0a{'x' * 500}=1")) == ["??" + "x" * 98]


def test_accounts_are_named_only_so_far(ask: Ask) -> None:
    assert wrong(ask, "account=x") == {"account": "No shop account has this name. There is none yet."}
    for number in range(12):
        make_order(number, account=f"account {number:02}")

    assert wrong(ask, "account=x")["account"].endswith("account 08, account 09.")


def test_more_parameters_than_anybody_needs_are_refused(ask: Ask) -> None:
    response = ask(f"/orders?{'&'.join(f'a{number}=1' for number in range(2100))}")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["code"] == "unreadable"
