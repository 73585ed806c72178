"""Webhooks in the console: made, tried out, looked after, and removed."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import client_of, make_order, make_staff
from tests.listening import Listener
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import ShopAccount, Staff, Todo
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.core.staffing import set_accounts
from tradewind.lib.clock import utc_now
from tradewind.webhooks.models import Subscription
from tradewind.webhooks.planning import send_test
from tradewind.webhooks.sending import _switch_off
from tradewind.webhooks.subscribing import Wanted, subscribe

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
NEW = {"name": "ERP", "address": "https://erp.example/hooks", "kind": ["order.paid", "stock.ran_out"]}


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()


@pytest.fixture
def browser(owner: Staff) -> Client:
    return client_of(owner)


def page(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def test_a_webhook_is_added_and_its_secret_is_shown_once(browser: Client) -> None:
    first = browser.post("/console/hooks/making", NEW)
    second = browser.post("/console/hooks/making", NEW)  # a double click

    row = Subscription.objects.get()
    assert first["Location"] == second["Location"] == f"/console/hooks/{row.pk}?done=hook-made"
    shown = page(browser, first["Location"])
    assert len(SECRET.findall(shown)) == 1
    assert "Order paid, Variant sold out" in re.sub(r"\s+", " ", shown)
    assert SECRET.findall(page(browser, first["Location"])) == []
    assert "ERP" in page(browser, "/console/hooks")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"address": "http://erp.example"}, "address", "It has to begin with https"),
        ({"address": "https://10.0.0.1/"}, "address", "not open to the internet"),
        ({"address": "erp"}, "address", "whole address"),
        ({"kind": []}, "kind", "choose at least one"),
        ({"kind": ["order.lost"]}, "kind", "choose at least one"),
        ({"name": ""}, "name", "fill this in"),
        ({"name": "taken"}, "name", "Another webhook has this name"),
    ],
)
def test_an_error_stands_beside_its_field_and_what_was_typed_is_kept(
    change: dict[str, Any], field: str, words: str, browser: Client, owner: Staff, now: datetime
) -> None:
    wanted = Wanted("taken", "https://other.example/", ["order.paid"])
    subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by="x", at=now)

    refused = browser.post("/console/hooks/making", {**NEW, **change})

    told = refused.content.decode()
    complaint = told.partition(f'id="hook-{field}-problem"')[2].partition("</p>")[0]
    assert (refused.status_code, words in complaint) == (422, True)
    assert 'name="address"' in told
    assert str({**NEW, **change}["address"]) in told
    assert Subscription.objects.count() == 1


def test_it_is_tried_out_and_what_was_not_taken_is_sent_again(browser: Client, listener: Listener) -> None:
    listener.answer = (500, {}, b"out of <paper>")
    browser.post("/console/hooks/making", {**NEW, "address": listener.url})
    row = Subscription.objects.get()
    assert browser.post(f"/console/hooks/{row.pk}/test")["Location"].endswith("?done=hook-sent#said")
    while run_deliveries(now=utc_now):
        pass
    shown = page(browser, f"/console/hooks/{row.pk}")
    assert "out of &lt;paper&gt;" in shown
    assert "Nothing has been taken since" in shown

    listener.answer = (200, {}, b"")
    browser.post(f"/console/hooks/{row.pk}/messages/{row.messages.get().pk}/sending")
    while run_deliveries(now=utc_now):
        pass

    assert [len(listener.heard), row.messages.get().state] == [2, "delivered"]
    assert "Nothing has been taken since" not in page(browser, f"/console/hooks/{row.pk}")


def test_it_is_changed_switched_given_a_new_secret_and_removed(browser: Client) -> None:
    browser.post("/console/hooks/making", NEW)
    address = f"/console/hooks/{Subscription.objects.get().pk}"
    page(browser, address)

    browser.post(f"{address}/saving", {**NEW, "name": "Stock system", "kind": "order.placed"})
    assert (Subscription.objects.get().name, Subscription.objects.get().kinds) == ("Stock system", ["order.placed"])
    assert browser.post(f"{address}/saving", {**NEW, "kind": []}).status_code == 422
    browser.post(f"{address}/switching", {"on": "no"})
    assert browser.post(f"{address}/test")["Location"].endswith("?done=gone")
    browser.post(f"{address}/switching", {"on": "yes"})
    assert Subscription.objects.get().is_active
    browser.post(f"{address}/secret")
    assert len(SECRET.findall(page(browser, address))) == 1
    assert browser.post(f"{address}/removal")["Location"] == "/console/hooks?done=hook-removed"
    assert browser.get(address).status_code == 404


def test_who_works_for_some_accounts_sees_only_what_hears_of_those(owner: Staff, now: datetime) -> None:
    make_order(1, account="eBay DE")
    make_order(2, account="Amazon US")
    ids = dict(ShopAccount.objects.values_list("name", "pk"))
    manager = make_staff(Role.MANAGER)
    with transaction.atomic():
        set_accounts(manager, [ids["eBay DE"]])
    rows = {
        name: subscribe(
            wanted=Wanted(name, "https://erp.example/", ["order.paid"], accounts),
            reach=EVERYWHERE,
            answers=owner,
            by="x",
            at=now,
        )[0]
        for name, accounts in (("everything", None), ("only ebay", [ids["eBay DE"]]))
    }
    message = send_test(subscription=rows["everything"], at=now)
    browser = client_of(manager)

    shown = page(browser, "/console/hooks")
    assert ("only ebay" in shown, "everything" in shown, "Amazon US" in shown) == (True, False, False)
    assert browser.get(f"/console/hooks/{rows['only ebay'].pk}").status_code == 200
    theirs = f"/console/hooks/{rows['everything'].pk}"
    acts = ("saving", "switching", "secret", "removal", "test", f"messages/{message.pk}/sending")
    assert {browser.get(theirs).status_code, *(browser.post(f"{theirs}/{act}").status_code for act in acts)} == {404}
    browser.post("/console/hooks/making", {**NEW, "account": [ids["Amazon US"]]})
    assert not Subscription.objects.filter(name="ERP").exists()
    browser.post("/console/hooks/making", NEW)
    assert Subscription.objects.get(name="ERP").account_ids == [ids["eBay DE"]]


def test_who_was_switched_off_stands_in_what_is_to_be_done(browser: Client, now: datetime) -> None:
    browser.post("/console/hooks/making", NEW)
    row = Subscription.objects.get()
    with transaction.atomic():
        _switch_off(row, "failing", now)

    assert f'href="/console/hooks/{row.pk}"' in page(browser, "/console/")
    assert "nothing was taken for three days" in page(browser, f"/console/hooks/{row.pk}")
    browser.post(f"/console/hooks/{row.pk}/switching", {"on": "yes"})
    assert not Todo.objects.filter(state="open").exists()


def test_many_take_no_more_statements_than_one(browser: Client, owner: Staff, now: datetime) -> None:
    def add(*numbers: int) -> None:
        for number in numbers:
            wanted = Wanted(f"{number}", "https://erp.example/", ["order.paid"])
            subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by="x", at=now)
            send_test(subscription=Subscription.objects.earliest("pk"), at=now)

    def statements() -> list[int]:
        found = []
        for address in ("/console/hooks", f"/console/hooks/{Subscription.objects.earliest('pk').pk}"):
            with CaptureQueriesContext(connection) as seen:
                page(browser, address)
            found.append(len(seen))
        return found

    add(0)
    page(browser, "/console/hooks")
    few = statements()
    add(*range(1, 30))

    assert statements() == few
