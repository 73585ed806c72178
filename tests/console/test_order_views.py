"""Views of the list: kept, shared, put in order; the columns that each sees; the oldest first."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import client_of, make_order, make_staff
from tradewind.core.models import ShopAccount, Staff
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.core.staffing import set_accounts
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.models import Order, OrderView
from tradewind.orders.queries import Listing, order_list


def page_of(client: Client, query: str = "") -> str:
    return client.get(f"/console/orders{query}").content.decode()


def tabs(page: str) -> list[str]:
    nav = page.split('<nav class="tabs"')[1].split("</nav>", maxsplit=1)[0]
    return re.findall(r"<a [^>]*>([^<]+)</a>", re.sub(r" <span.*?</span>", "", nav))[1:-1]


def counts(page: str) -> list[tuple[str, str]]:
    """(view, how many it leads to) as the tabs say it."""
    nav = page.split('<nav class="tabs"')[1].split("</nav>", maxsplit=1)[0]
    return re.findall(r'<a [^>]*>([^<]+) <span class="soft number">([^<]+)</span></a>', nav)


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page.split("<thead>")[1].split("</thead>", maxsplit=1)[0])


def keep(client: Client, name: str, query: str = "state=paid", **also: str) -> Client:
    return client.post("/console/orders/views/keeping", {"name": name, "query": query, **also})


def test_a_view_keeps_filters_order_and_columns_and_no_name_of_a_person(console: Client) -> None:
    make_order(1, state="paid")
    make_order(2, state="paid")
    make_order(3)
    kept = keep(console, "To pack", "state=paid&sort=oldest&cols=buyer,city&q=Greta&buyer=7")

    page = console.get(kept["Location"]).content.decode()

    assert OrderView.objects.get().query == "state=paid&sort=oldest"
    assert re.findall(r"data-row>(TW-\w+)<", page) == ["TW-TEST000002", "TW-TEST000001"]
    assert (tabs(page), heads(page)) == (["To pack"], ["Number", "Buyer", "City"])
    assert re.findall(r'aria-current="page">([^<]+) <span', page)[-1] == "To pack"
    # The address says all of it: a colleague who has no such view sees the same list.
    others = client_of(make_staff(Role.AGENT)).get(kept["Location"]).content.decode()
    assert (heads(others), "To pack" in others) == (["Number", "Buyer", "City"], False)


def test_tabs_say_how_many_they_lead_to_in_no_statement_more(
    console: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_order(1, state="paid", account="eBay DE")
    order = make_order(2, state="paid")
    make_order(3, state="cancelled")
    for number in range(7):
        keep(console, f"view {number}", ("state=paid", "kind=credit", "country=AQ", "account=9999")[number % 4])
    page_of(console)

    # The list's own count is part of the same statement.
    with django_assert_num_queries(10):
        page = page_of(console, "?state=paid")

    assert [number for _, number in counts(page)] == ["2", "0", "0", "3", "2", "0", "0"]
    assert "2 found" in page
    assert counts(page_of(console, "?q=nobody+at+all")) == counts(page)
    values = {field.attname: getattr(order, field.attname) for field in Order._meta.concrete_fields}
    copies = [Order(**values | {"id": None, "ref": f"TW-{n}", "external_id": "", "cart_key": None}) for n in range(998)]
    Order.objects.bulk_create(copies[:997])
    assert counts(page_of(console))[0] == ("view 0", "999")
    Order.objects.bulk_create(copies[997:])
    assert counts(page_of(console))[0] == ("view 0", "999+")


def test_where_no_index_leads_only_the_newest_are_counted_and_the_tab_says_so(
    console: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewind.orders.counting.WALKED", 4)
    make_order(1, state="paid", country="FR", ship_to={"name": "A", "country": "FR"})
    for number in (2, 3):
        make_order(number, state="paid")
    keep(console, "France", "state=paid&country=FR")
    before = counts(page_of(console))
    Order.objects.filter(country="FR").update(placed_at=datetime(2020, 1, 1, tzinfo=UTC))
    for number in (4, 5):
        make_order(number, state="paid")

    assert (before, counts(page_of(console))) == ([("France", "1")], [("France", "0+")])


def test_the_counts_of_tabs_stop_at_the_accounts_of_whoever_looks(db: None) -> None:
    make_order(1, state="paid", account="eBay DE")
    make_order(2, state="paid", account="Amazon US")
    owner, agent = client_of(make_staff()), make_staff(Role.AGENT)
    keep(owner, "To pack", is_shared="1")
    with transaction.atomic():
        set_accounts(agent, [ShopAccount.objects.get(name="eBay DE").pk])

    assert (counts(page_of(owner)), counts(page_of(client_of(agent)))) == ([("To pack", "2")], [("To pack", "1")])


def test_a_name_is_taken_once_and_can_be_given_anew(console: Client) -> None:
    keep(console, "To pack")
    same = keep(console, "To pack")
    other = keep(console, "To pack", "state=cancelled")
    replaced = keep(console, "To pack", "state=cancelled", replaces="1")

    assert (same.status_code, other.status_code, replaced.status_code) == (302, 422, 302)
    assert 'name="replaces"' in other.content.decode()
    assert [(view.query, view.version) for view in OrderView.objects.all()] == [("state=cancelled", 3)]


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\0b"])
def test_a_name_that_cannot_be_keeps_nothing(name: str, console: Client) -> None:
    assert (keep(console, name).status_code, OrderView.objects.count()) == (422, 0)


def test_only_who_leads_keeps_views_for_everybody(console: Client) -> None:
    agent = client_of(make_staff(Role.AGENT))
    keep(console, "Ours", is_shared="1")
    keep(agent, "Mine", is_shared="1")
    ours, mine = OrderView.objects.get(name="Ours"), OrderView.objects.get(name="Mine")

    assert (ours.is_shared, mine.is_shared) == (True, False)
    assert (tabs(page_of(agent)), tabs(page_of(console))) == (["Ours", "Mine"], ["Ours"])
    acts = ("change", "removal", "place")
    assert {agent.post(f"/console/orders/views/{ours.pk}/{act}", {"name": "x"}).status_code for act in acts} == {404}
    # What is somebody's own is theirs alone, also before who leads.
    assert {console.post(f"/console/orders/views/{mine.pk}/{act}", {"name": "x"}).status_code for act in acts} == {404}


def test_views_are_renamed_moved_and_taken_away(console: Client, owner: Staff) -> None:
    for name in ("One", "Two", "Three"):
        keep(console, name)
    one, two, three = OrderView.objects.order_by("pk")
    console.post(f"/console/orders/views/{three.pk}/place", {"to": "up"})
    console.post(f"/console/orders/views/{one.pk}/place", {"to": "up"})

    renamed = console.post(f"/console/orders/views/{two.pk}/change", {"name": "Zwei", "seen": "1"})
    stale = console.post(f"/console/orders/views/{two.pk}/change", {"name": "Due", "seen": "1"})
    taken = console.post(f"/console/orders/views/{two.pk}/change", {"name": "One", "seen": "2"})
    console.post(f"/console/orders/views/{three.pk}/removal")

    assert (renamed.status_code, stale.status_code, taken.status_code) == (302, 409, 422)
    assert 'value="Due"' in stale.content.decode()
    assert tabs(page_of(console)) == ["One", "Zwei"]


def test_everybody_chooses_the_columns_of_their_own_list(console: Client) -> None:
    make_order(1)
    usual = heads(page_of(console))

    answer = console.post(
        "/console/orders/columns", {"column": ["total", "city", "rubbish"], "query": "state=paid&cols=buyer"}
    )

    assert answer["Location"] == "/console/orders?state=paid&done=columns"
    assert (usual[0], len(usual)) == ("Number", 8)
    assert heads(page_of(console)) == ["Number", "City", "Total"]
    assert heads(page_of(client_of(make_staff(Role.AGENT)))) == usual
    assert heads(page_of(console, "?cols=rubbish")) == ["Number", "City", "Total"]


def test_pages_with_the_oldest_first_follow_one_another_both_ways(db: None) -> None:
    for number in range(1, 8):
        make_order(number)
    how: dict[str, Any] = {"size": 3, "how": Listing(oldest_first=True)}

    first = order_list(OrderFilters(), EVERYWHERE, **how)
    second = order_list(OrderFilters(), EVERYWHERE, after=first.older, **how)
    third = order_list(OrderFilters(), EVERYWHERE, after=second.older, **how)
    back = order_list(OrderFilters(), EVERYWHERE, before=third.newer, **how)

    numbers = [[int(row.ref[-1]) for row in page.rows] for page in (first, second, third, back)]
    assert numbers == [[7, 6, 5], [4, 3, 2], [1], [4, 3, 2]]
    assert (first.newer, third.older) == (None, None)
