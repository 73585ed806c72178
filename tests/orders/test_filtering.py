"""Words that few orders hold and words that many hold find the same, in the same order, page by page."""

from datetime import timedelta

import pytest

from tests.console.making import AT, make_order, make_staff
from tradewind.core.accounts import account_named
from tradewind.core.models.staff import Role
from tradewind.core.reach import Reach
from tradewind.orders import filtering
from tradewind.orders.filtering import OrderFilters, find_matching
from tradewind.orders.queries import OrderPage, order_list


@pytest.fixture
def everything(db: None) -> Reach:
    return make_staff(Role.OWNER).reach


@pytest.fixture
def orders(everything: Reach) -> None:
    for number in range(1, 13):
        city = "Hamburg" if number % 3 else "Kiel"
        make_order(number, state="paid" if number % 2 else "completed", ship_to={"name": f"B {number}", "city": city})


def pages(filters: OrderFilters, reach: Reach) -> list[list[str]]:
    found: list[OrderPage] = [order_list(filters, reach, size=3)]
    while found[-1].older:
        found.append(order_list(filters, reach, after=found[-1].older, size=3))
    return [[row.ref for row in page.rows] for page in found]


@pytest.mark.parametrize(
    "filters",
    [
        OrderFilters(text="hamburg"),
        OrderFilters(text="hamb"),
        OrderFilters(text="kiel", state="paid"),
        OrderFilters(text="hamburg", placed_until=AT - timedelta(minutes=5)),
        OrderFilters(text="nowhere"),
        OrderFilters(text="TW-TEST000004"),
        OrderFilters(text="!"),
    ],
    ids=lambda each: f"{each.text} {each.state}",
)
def test_many_hits_are_walked_and_few_are_looked_up_with_one_result(
    filters: OrderFilters, orders: None, everything: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = pages(filters, everything)
    assert find_matching(filters, everything).asked is None
    counted = find_matching(filters, everything).counted(5)

    monkeypatch.setattr(filtering, "FEW", -1)

    assert (find_matching(filters, everything).asked is None) == (filters.text == "!")
    assert pages(filters, everything) == looked_up
    assert find_matching(filters, everything).counted(5) == counted


def test_a_count_that_would_ask_too_many_says_that_there_may_be_more(
    orders: None, everything: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "FEW", 1)
    monkeypatch.setattr(filtering, "WALKED", 5)

    assert find_matching(OrderFilters(text="kiel"), everything).counted(100) == (1, False)
    # Pages go on to the end all the same.
    assert len([ref for page in pages(OrderFilters(text="kiel"), everything) for ref in page]) == 4


def test_words_find_nothing_out_of_reach(orders: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_order(20, account="another", ship_to={"name": "B 20", "city": "Hamburg"})
    only = Reach(frozenset({account_named("another", channel="file", at=AT).pk}))

    for few in (5_000, 0):
        monkeypatch.setattr(filtering, "FEW", few)
        assert pages(OrderFilters(text="hamburg"), only) == [["TW-TEST000020"]]
