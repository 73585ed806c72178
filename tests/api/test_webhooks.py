"""Webhooks set up and looked after over the API."""

from datetime import datetime
from typing import get_args

import pytest
from django.db import transaction

from tests.api.sample import key_for_all
from tests.api.test_writing_products import Program
from tests.console.making import make_order
from tests.listening import Listener
from tradewind.api.fields import Language
from tradewind.api.orders_moving import Reason
from tradewind.api.webhook_shapes import Kind
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import ShopAccount, Staff
from tradewind.core.staff import SCOPES, KeyLimits, create_token
from tradewind.core.words import LOCALES
from tradewind.lib.clock import utc_now
from tradewind.orders.cancelling import REASONS
from tradewind.webhooks.models import Subscription
from tradewind.webhooks.subscribing import MOST
from tradewind.webhooks.wording import KINDS

NEW = {"name": "warehouse", "address": "https://erp.example/hooks", "kinds": ["order.paid"]}


@pytest.fixture
def program(owner: Staff, now: datetime) -> Program:
    return Program(key_for_all(owner, now))


def test_what_may_be_chosen_is_what_there_is() -> None:
    assert (get_args(Kind), get_args(Reason), get_args(Language)) == (KINDS, REASONS, tuple(LOCALES))


def test_a_webhook_is_made_changed_and_removed_and_its_secret_is_told_once(program: Program) -> None:
    made = program("POST", "/webhooks", NEW)
    told = made.json()
    address = f"/webhooks/{told['ref']}"

    assert made.status_code == 201
    secret = told.pop("secret")
    assert program("GET", address).json() == told
    assert secret not in program("GET", "/webhooks").content.decode()
    assert program("PATCH", address, {"is_active": False, "name": "ERP"}).json()["name"] == "ERP"
    assert program("POST", f"{address}/messages").json()["code"] == "is_off"
    assert program("POST", f"{address}/secret").json()["secret"] != secret
    gone = program("DELETE", address)
    assert (gone.status_code, gone.content, program("GET", address).json()["code"]) == (204, b"", "no_such_webhook")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"address": "http://erp.example/"}, "/address"),
        ({"address": "https://169.254.169.254/latest"}, "/address"),
        ({"address": "not an address"}, "/address"),
        ({"kinds": []}, "/kinds"),
        ({"kinds": ["order.lost"]}, "/kinds/0"),
        ({"accounts": ["nowhere"]}, "/accounts/0"),
        ({"name": " "}, "/name"),
    ],
)
def test_each_field_that_cannot_be_used_is_pointed_at(
    change: dict[str, object], pointer: str, program: Program
) -> None:
    assert list(program.errors("POST", "/webhooks", {**NEW, **change})) == [pointer]
    assert not Subscription.objects.exists()


def test_there_are_never_more_than_anybody_can_look_after(program: Program) -> None:
    for number in range(MOST):
        program("POST", "/webhooks", {**NEW, "name": f"{number}"})

    assert program("POST", "/webhooks", NEW).json()["code"] == "too_many"
    assert len(program("GET", "/webhooks").json()["webhooks"]) == MOST


def test_a_key_for_some_accounts_sees_and_makes_only_what_hears_of_those(owner: Staff, now: datetime) -> None:
    make_order(1, account="eBay DE")
    make_order(2, account="Amazon US")
    ids = dict(ShopAccount.objects.values_list("name", "pk"))
    everything = Program(key_for_all(owner, now))
    theirs = everything("POST", "/webhooks", NEW).json()["ref"]
    limits = KeyLimits([ids["eBay DE"]])
    with transaction.atomic():
        held = create_token(name="ebay", scopes=list(SCOPES), by=owner, at=now, limits=limits)[1]
    program = Program(held)

    assert list(program.errors("POST", "/webhooks", NEW)) == ["/name"]
    mine = program("POST", "/webhooks", {**NEW, "name": "ebay"}).json()
    assert mine["accounts"] == ["eBay DE"]
    assert [row["ref"] for row in program("GET", "/webhooks").json()["webhooks"]] == [mine["ref"]]
    for method, rest in (("GET", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/messages"), ("GET", "/messages")):
        assert program(method, f"/webhooks/{theirs}{rest}").json()["code"] == "no_such_webhook"
    assert list(program.errors("POST", "/webhooks", {**NEW, "name": "x", "accounts": ["Amazon US"]})) == ["/accounts/0"]
    assert program("PATCH", f"/webhooks/{mine['ref']}", {"all_accounts": True}).json()["accounts"] == ["eBay DE"]


def test_what_was_said_is_listed_with_its_answers_and_sent_again(program: Program, listener: Listener) -> None:
    listener.answer = (503, {}, b"not now")
    ref = program("POST", "/webhooks", {**NEW, "address": listener.url}).json()["ref"]
    first = program("POST", f"/webhooks/{ref}/messages").json()
    while run_deliveries(now=utc_now):
        pass

    (told,) = program("GET", f"/webhooks/{ref}/messages").json()["messages"]
    assert (told["id"], told["kind"], told["state"]) == (first["id"], "webhook.test", "waiting")
    assert [(each["status"], each["text"]) for each in told["attempts"]] == [(503, "not now")]
    listener.answer = (200, {}, b"")
    assert program("POST", f"/webhooks/{ref}/messages/{first['id']}/sending").status_code == 200
    while run_deliveries(now=utc_now):
        pass
    (told,) = program("GET", f"/webhooks/{ref}/messages?limit=1").json()["messages"]
    assert (told["state"], len(told["attempts"]), len(listener.heard)) == ("delivered", 2, 2)
    assert program("POST", f"/webhooks/{ref}/messages/msg_0/sending").json()["code"] == "no_such_message"
