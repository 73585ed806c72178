"""Who works for some shop accounts only sees nothing of the others: on no page, by no forged number, in no answer."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client

from tests.console.making import AT, client_of, make_order, make_staff
from tests.console.test_abilities import POSTED, addresses, ask
from tradewind.aftersales.models import Withdrawal
from tradewind.console import reaching, urls
from tradewind.core.models import ShopAccount, Staff
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.core.staff import OF_ALL_ACCOUNTS, OF_OWN_SHOP, create_token, may
from tradewind.core.staffing import set_accounts
from tradewind.core.todos import ask_for_hand
from tradewind.orders.models import Order, OrderFile
from tradewind.shipping.models import Trouble, TroubleGroup


def only_for(staff: Staff, *accounts: str) -> Staff:
    with transaction.atomic():
        set_accounts(staff, list(ShopAccount.objects.filter(name__in=accounts).values_list("pk", flat=True)))
    return staff


@pytest.fixture
def of_ebay(db: None) -> Order:
    return make_order(1, account="eBay DE")


@pytest.fixture
def of_amazon(db: None) -> Order:
    return make_order(
        2, account="Amazon US", ship_to={"name": "Alex Amazon", "country": "US"}, email="alex@example.com"
    )


@pytest.fixture
def manager(of_ebay: Order, of_amazon: Order) -> Staff:
    return only_for(make_staff(Role.MANAGER), "eBay DE")


@pytest.fixture
def browser(manager: Staff) -> Client:
    return client_of(manager)


def test_every_address_with_an_order_of_another_account_is_not_found(browser: Client, of_amazon: Order) -> None:
    withdrawal = Withdrawal.objects.create(
        key="k", order=of_amazon, order_ref="x", name="A", email="a@b.cd", declared_at=AT
    )
    todo = ask_for_hand("look", subject=("order", 1), account_id=of_amazon.account_id, due_at=AT, at=AT)
    file = OrderFile.objects.create(key="k", account=of_amazon.account, state="checked", name="a.csv", created_at=AT)
    numbers = {"order_id": of_amazon.pk, "withdrawal_id": withdrawal.pk, "todo_id": todo.pk}
    numbers |= {"account_id": of_amazon.account_id, "file_id": file.pk}
    group = TroubleGroup.objects.create(account=of_amazon.account, cause="no_stock")
    case = Trouble.objects.create(group=group, order=of_amazon, cause="no_stock", since=AT, opened_at=AT)
    numbers |= {"trouble_group_id": group.pk, "trouble_id": case.pk}
    named = [
        (
            str(pattern.name),
            "/console/" + re.sub(r"<row:(\w+)>", lambda part: str(numbers.get(part[1], 1)), str(pattern.pattern)),
        )
        for pattern in urls.urlpatterns
        if any(f"<row:{part}>" in str(pattern.pattern) for part in numbers)
    ]

    answers = {name: ask(browser, name, address).status_code for name, address in named}

    assert len(answers) >= 21
    # Letters from buyers come to the own shop, which is out of this person's reach altogether.
    refused = {name: status for name, status in answers.items() if status != 404}
    own = [
        "withdrawal",
        "buyer-message-answer",
        "order-copy",
        "order-conversation",
        "feedback-helped",
        "address-question",
    ]
    own += ["trouble-telling", "trouble-replacement", "trouble-group-telling"]
    assert refused == dict.fromkeys(own, 403)


def test_an_order_of_an_account_within_reach_is_shown(browser: Client, of_ebay: Order) -> None:
    assert browser.get(f"/console/orders/{of_ebay.pk}").status_code == 200


@pytest.mark.parametrize(
    "address", ["/console/orders", "/console/orders?q=Alex", "/console/search?q=Alex", "/console/"]
)
def test_no_list_shows_an_order_of_another_account(address: str, browser: Client, of_amazon: Order) -> None:
    ask_for_hand(
        "order.overpaid",
        subject=("order", of_amazon.pk),
        account_id=of_amazon.account_id,
        due_at=AT,
        at=AT,
        facts={"amount": 98765, "currency": "USD"},
    )

    page = browser.get(address).content.decode()

    assert of_amazon.ref not in page
    assert "Amazon US" not in page
    assert f"/console/orders/{of_amazon.pk}" not in page
    assert "987.65" not in page


def test_who_sees_all_accounts_sees_them(manager: Staff, of_amazon: Order) -> None:
    """The control of what stands above."""
    page = client_of(make_staff(Role.OWNER)).get("/console/orders").content.decode()

    assert of_amazon.ref in page
    assert "Amazon US" in page


def test_a_key_opens_no_more_than_who_made_it_may_see(manager: Staff, of_ebay: Order, of_amazon: Order) -> None:
    _, secret = create_token(name="books", scopes=["orders:read"], by=manager, at=AT)
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    listed = client.get("/api/v1/orders").json()["orders"]

    assert [order["ref"] for order in listed] == [of_ebay.ref]
    assert client.get(f"/api/v1/orders/{of_amazon.ref}").status_code == 404
    assert client.get(f"/api/v1/orders/{of_ebay.ref}").status_code == 200
    refused = client.get("/api/v1/orders?account=Amazon US")
    assert refused.status_code == 422
    assert "eBay DE" in refused.content.decode()


def test_what_is_about_the_own_shop_or_about_all_accounts_is_closed_to_who_has_neither(manager: Staff) -> None:
    assert not any(may(manager, ability) for ability in OF_OWN_SHOP | OF_ALL_ACCOUNTS)
    assert may(manager, "orders.view")
    assert may(manager, "products.edit")


def test_an_owner_sees_all_accounts_whatever_is_ticked(of_ebay: Order) -> None:
    owner = only_for(make_staff(Role.OWNER), "eBay DE")

    assert owner.reach == EVERYWHERE


def test_who_is_given_no_account_sees_none(of_ebay: Order) -> None:
    agent = only_for(make_staff(Role.AGENT))

    assert agent.reach == Reach(frozenset(), has_own_shop=False)
    assert of_ebay.ref not in client_of(agent).get("/console/orders").content.decode()


def test_a_kind_of_row_that_the_table_does_not_know_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="parcel_id"):
        reaching.is_within(EVERYWHERE, {"parcel_id": 1})


def test_every_part_of_every_address_is_in_the_table() -> None:
    parts = {part: 0 for pattern in urls.urlpatterns for part in pattern.pattern.converters if part != "token"}

    assert reaching.is_within(EVERYWHERE, parts)
    assert {name for name, _, _ in addresses()} >= POSTED
