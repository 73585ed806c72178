"""Shop accounts in the console: made, renamed, closed and opened by those who may, and seen by those who work for them."""

from typing import Any

import pytest
from django.test import Client

from tests.console.making import AT, client_of, make_order, make_staff
from tests.console.test_reach import only_for
from tradewind.core.accounts import account_named, own_shop
from tradewind.core.models import AuditEntry, ShopAccount
from tradewind.core.models.staff import Role

ADDRESS = "/console/accounts"


def make(console: Client, name: str, channel: str = "ebay") -> Any:
    return console.post(f"{ADDRESS}/making", {"name": name, "channel": channel})


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_account_is_made_renamed_closed_and_opened_and_each_is_on_record(console: Client) -> None:
    made = make(console, "eBay DE")
    account = ShopAccount.objects.get()
    page = f"{ADDRESS}/{account.pk}"
    console.post(f"{page}/name", {"name": "eBay Germany"})
    for act in ("closing", "closing", "opening"):
        console.post(f"{page}/{act}")
    account.refresh_from_db()

    assert (made["Location"], account.name, account.closed_at) == (f"{page}?done=account-made", "eBay Germany", None)
    assert acts() == ["account.made", "account.renamed", "account.closed", "account.opened"]
    assert AuditEntry.objects.get(action="account.renamed").before == {"name": "eBay DE"}


@pytest.mark.parametrize(
    ("name", "channel", "words"),
    [
        ("", "ebay", "Please fill this in."),
        ("EBAY de", "ebay", "There is an account of this name already."),
        ("Own Shop", "file", "This is the name of your own shop."),
        ("Other", "own", "Please choose the sales channel."),
    ],
)
def test_what_cannot_be_an_account_is_told_beside_its_field(
    name: str, channel: str, words: str, console: Client
) -> None:
    account_named("eBay DE", channel="ebay", at=AT)

    refused = make(console, name, channel)

    assert (refused.status_code, ShopAccount.objects.count(), acts()) == (422, 1, [])
    assert words in refused.content.decode()
    assert f'value="{name}"' in refused.content.decode()


def test_the_own_shop_keeps_its_name_and_is_not_closed(console: Client) -> None:
    page = f"{ADDRESS}/{own_shop(at=AT).pk}"

    answers = [console.post(f"{page}/{act}", {"name": "Mine"}).status_code for act in ("name", "closing", "opening")]

    assert (answers, ShopAccount.objects.get().name, acts()) == ([409] * 3, "own shop", [])
    assert "Close the account" not in console.get(page).content.decode()


def test_a_closed_account_keeps_its_orders_and_leaves_the_filter(console: Client) -> None:
    order = make_order(1, account="eBay DE")
    option = f'<option value="{order.account_id}"'
    assert option in console.get("/console/orders").content.decode()
    console.post(f"{ADDRESS}/{order.account_id}/closing")
    page = console.get("/console/orders").content.decode()

    assert (option in page, order.ref in page) == (False, True)
    assert order.ref in console.get(f"/console/orders?account={order.account_id}").content.decode()
    assert "Closed" in console.get(ADDRESS).content.decode()


def test_who_works_for_one_account_sees_and_changes_that_one_and_makes_none(console: Client) -> None:
    mine, other = make_order(1, account="eBay DE").account_id, make_order(2, account="Amazon US").account_id
    manager = client_of(only_for(make_staff(Role.MANAGER), "eBay DE"))
    page = manager.get(ADDRESS).content.decode()

    assert ("eBay DE" in page, "Amazon US" in page, "Add an account" in page) == (True, False, False)
    assert [manager.post(f"{ADDRESS}/{pk}/closing").status_code for pk in (mine, other)] == [302, 404]
    assert (make(manager, "New").status_code, manager.get(f"{ADDRESS}/{other}").status_code) == (403, 404)
    assert list(ShopAccount.objects.filter(closed_at=None).values_list("name", flat=True)) == ["Amazon US"]


def test_an_agent_looks_and_changes_nothing(console: Client) -> None:
    account = account_named("eBay DE", channel="ebay", at=AT)
    agent = client_of(make_staff(Role.AGENT))

    assert agent.get(f"{ADDRESS}/{account.pk}").status_code == 200
    assert "Close the account" not in agent.get(f"{ADDRESS}/{account.pk}").content.decode()
    assert agent.post(f"{ADDRESS}/{account.pk}/closing").status_code == 403


def test_the_list_asks_no_more_of_thirty_accounts_than_of_one(
    console: Client, django_assert_max_num_queries: Any
) -> None:
    account_named("one", channel="file", at=AT)
    console.get(ADDRESS)
    for number in range(29):
        account_named(f"more {number}", channel="file", at=AT)
    with django_assert_max_num_queries(8):
        page = console.get(ADDRESS).content.decode()

    assert page.count("data-row") == 30
