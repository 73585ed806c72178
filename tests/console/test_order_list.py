import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import make_order
from tradewind.core.models import ShopAccount
from tradewind.core.reach import EVERYWHERE
from tradewind.lib.clock import utc_now
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.models import Cancellation, Order, OrderLine
from tradewind.orders.queries import order_list


def refs(client: Client, query: str = "") -> list[str]:
    """The orders that the page shows, in its order."""
    return re.findall(r"data-row>(TW-\w+)<", client.get(f"/console/orders{query}").content.decode())


def page_of(client: Client, query: str = "") -> str:
    return client.get(f"/console/orders{query}").content.decode()


def test_orders_stand_newest_first(console: Client) -> None:
    for number in (2, 1, 3):
        make_order(number)

    assert refs(console) == ["TW-TEST000001", "TW-TEST000002", "TW-TEST000003"]


def test_a_row_shows_what_tells_orders_apart(console: Client) -> None:
    make_order(1, placed_at=datetime(2026, 11, 20, 17, 30, tzinfo=UTC), state="paid", account="amazon us")

    row = page_of(console).split("<tbody>")[1].split("</tbody>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert words == (
        "Tick TW-TEST000001 TW-TEST000001 2026-11-21 01:30 there 11-20 18:30 Buyer 1 Germany Paid, to dispatch Items 2 €26.90 amazon us"
    )


def test_an_unknown_total_is_a_dash_and_no_zero(console: Client) -> None:
    order = make_order(1, account="amazon us")
    Order.objects.filter(pk=order.pk).update(is_priced=False, total=0, goods=0)

    row = page_of(console).split("<tbody>")[1].split("</tbody>")[0]
    detail = console.get(f"/console/orders/{order.pk}").content.decode()

    assert re.findall(r'class="c-total number">([^<]*)<', row) == ["–"]
    assert "€0.00" not in detail.split('<dl class="sums">')[1].split("</dl>")[0]


def test_filters_stand_in_the_address(console: Client) -> None:
    make_order(1, state="paid", country="DE")
    make_order(2, state="paid", country="FR")
    make_order(3, state="cancelled", country="FR")
    make_order(4, kind="credit", country="FR", account="ebay")

    assert refs(console, "?state=paid") == ["TW-TEST000001", "TW-TEST000002"]
    assert refs(console, "?country=FR&state=paid") == ["TW-TEST000002"]
    assert refs(console, "?kind=credit") == ["TW-TEST000004"]
    assert refs(console, f"?account={ShopAccount.objects.get(name='ebay').pk}") == ["TW-TEST000004"]


def test_days_are_beijings(console: Client) -> None:
    make_order(1, placed_at=datetime(2026, 11, 20, 15, 59, tzinfo=UTC))
    make_order(2, placed_at=datetime(2026, 11, 20, 16, 0, tzinfo=UTC))
    make_order(3, placed_at=datetime(2026, 11, 21, 16, 0, tzinfo=UTC))

    assert refs(console, "?from=2026-11-21&to=2026-11-21") == ["TW-TEST000002"]


@pytest.mark.parametrize(
    "text", ["Elbstraße", "hamburg", "buyer1@example.com", "TW-TEST000001", "Deutsch", "德国", "mug-s"]
)
def test_an_order_is_found_by_whatever_is_remembered_of_it(text: str, console: Client) -> None:
    make_order(1)

    found = refs(console, f"?q={quote(text)}")

    assert found == ([] if text == "Deutsch" else ["TW-TEST000001"])


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ("?state=lost", "state"),
        ("?kind=gift", "kind"),
        ("?country=Germany", "country"),
        ("?account=1%27--", "account"),
        ("?account=99999999999999999999999", "account"),
        ("?buyer=me", "buyer"),
        ("?from=yesterday", "from"),
        ("?to=2026-13-45", "to"),
        ("?from=2026-11-22&to=2026-11-21", "to"),
        ("?state=lost&from=0000-00-00", "state, from"),
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out_and_the_page_says_so(
    query: str, ignored: str, console: Client
) -> None:
    make_order(1, placed_at=datetime(2026, 11, 25, tzinfo=UTC))

    page = page_of(console, query)

    assert f"could not be understood and was left out: {ignored}." in page
    assert refs(console, query) == ["TW-TEST000001"]


@pytest.mark.parametrize(
    "query", ["?after=rubbish", "?after=2026-11-20T03:00:00~1", "?before=~", "?after=x~99999999999999999999"]
)
def test_a_forged_place_in_the_list_is_its_beginning(query: str, console: Client) -> None:
    make_order(1)

    assert refs(console, query) == ["TW-TEST000001"]


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00",
        "?q=%22%27%29%28",
        "?q=" + "x" * 3000,
        "?from=9999-12-31",
        "?to=9999-12-31",
        "?from=0001-01-01&to=0001-01-01",
    ],
)
def test_wild_input_is_answered(query: str, console: Client) -> None:
    assert console.get(f"/console/orders{query}").status_code == 200


def test_pages_follow_one_another_without_gaps_or_doubles(db: None) -> None:
    same_moment = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(7):
        make_order(number, placed_at=same_moment)

    seen, after = [], None
    while True:
        page = order_list(OrderFilters(), EVERYWHERE, after=after, size=3)
        seen += [row.ref for row in page.rows]
        after = page.older
        if after is None:
            break

    assert seen == [f"TW-TEST{number:06}" for number in reversed(range(7))]


def test_an_order_that_comes_in_between_shifts_nothing(db: None) -> None:
    for number in range(1, 5):
        make_order(number)
    first = order_list(OrderFilters(), EVERYWHERE, size=2)
    make_order(0)

    second = order_list(OrderFilters(), EVERYWHERE, after=first.older, size=2)

    assert [row.ref for row in second.rows] == ["TW-TEST000003", "TW-TEST000004"]


def test_one_can_go_back(db: None) -> None:
    for number in range(1, 6):
        make_order(number)
    second = order_list(OrderFilters(), EVERYWHERE, after=order_list(OrderFilters(), EVERYWHERE, size=2).older, size=2)
    third = order_list(OrderFilters(), EVERYWHERE, after=second.older, size=2)

    back = order_list(OrderFilters(), EVERYWHERE, before=third.newer, size=2)

    assert [row.ref for row in back.rows] == [row.ref for row in second.rows]
    assert (back.newer is not None, back.older is not None) == (True, True)


def test_the_links_between_pages_keep_the_filters(console: Client) -> None:
    for number in range(51):
        make_order(number, state="paid")

    page = page_of(console, "?state=paid&q=hamburg")
    older = re.search(r'rel="next" href="\?([^"]+)"', page)

    assert older is not None
    assert refs(console, "?" + older[1].replace("&amp;", "&")) == ["TW-TEST000050"]
    assert older[1].startswith("q=hamburg&amp;state=paid&amp;after=")


def test_the_count_is_exact_up_to_a_thousand(console: Client) -> None:
    first = make_order(0)
    copies = [Order(**_columns(first), ref=f"TW-{number}") for number in range(1000)]
    Order.objects.bulk_create(copies[:999])
    exact = page_of(console)
    Order.objects.bulk_create(copies[999:])
    beyond = page_of(console)

    assert ("1,000 found" in exact, "1,000+ found" in beyond) == (True, True)


def test_thirty_orders_take_no_more_statements_than_one(
    console: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_order(1)
    console.get("/console/orders")
    # session, staff, accounts, tags in use, count, orders, items, tags, columns, views
    with django_assert_num_queries(10):
        console.get("/console/orders")
    for number in range(2, 31):
        make_order(number, account=f"account {number}")
    with django_assert_num_queries(10):
        page = page_of(console)

    assert page.count("data-row") == 30


def test_cancelled_orders_with_the_reasons_take_as_many(
    console: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = make_order(1, state="cancelled")
    Cancellation.objects.create(order=order, reason="no_stock", cancelled_at=utc_now())
    console.get("/console/orders?state=cancelled")

    with django_assert_num_queries(10):
        page = page_of(console, "?state=cancelled")

    assert "Why, in the last 90 days:" in page


def test_items_are_goods_only(db: None) -> None:
    order = make_order(1)
    OrderLine.objects.create(order=order, kind="delivery", position=1, title="DHL", quantity=1, unit=5, total=500)

    assert [row.items for row in order_list(OrderFilters(), EVERYWHERE).rows] == [2]


def test_an_empty_shop_says_how_orders_come_in(console: Client) -> None:
    assert "No order has come in yet." in page_of(console)


def test_filters_without_a_hit_say_how_to_widen_them(console: Client) -> None:
    make_order(1)

    assert "No order fits these filters." in page_of(console, "?state=delivered")


def _columns(order: Order) -> dict[str, object]:
    names = ("account_id", "state", "currency", "goods", "total", "placed_at", "country")
    return {name: getattr(order, name) for name in names}


def test_the_list_of_cancelled_orders_counts_the_reasons_of_the_last_ninety_days(console: Client) -> None:
    now = utc_now()
    given = ["too_slow", "no_stock", "too_slow", "by_mistake"]
    for number, reason in enumerate(given, start=1):
        order = make_order(number, state="cancelled")
        days = 91 if reason == "by_mistake" else 1
        Cancellation.objects.create(order=order, reason=reason, cancelled_at=now - timedelta(days=days))

    page = " ".join(re.sub(r"<[^>]+>", " ", page_of(console, "?state=cancelled")).split())

    assert "in the last 90 days: Delivery too slow for the buyer 2 · Out of stock 1 " in page
    assert "in the last 90 days" not in page_of(console)
