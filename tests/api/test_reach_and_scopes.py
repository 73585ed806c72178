"""What a key opens: its scopes, the accounts it works for, and never more than whoever answers for it may do."""

from datetime import datetime

import pytest
from django.db import transaction
from django.test import Client

from tests.api.sample import key_for_all
from tests.api.test_writing_products import Program
from tests.console.making import make_order, make_staff
from tests.shop import HAMBURG, Shop
from tradewind.buyers.registering import register
from tradewind.core.models import ApiToken, ShopAccount, Staff
from tradewind.core.models.staff import Role
from tradewind.core.staff import SCOPES, KeyLimits, NotValid, create_token
from tradewind.core.staffing import set_accounts
from tradewind.inventory.queries import reservations_of
from tradewind.orders.holding import hold_order, release_order
from tradewind.orders.models import Cancellation, Order
from tradewind.shipping.models import Parcel

ADDRESSES = [
    ("GET", "/orders", "orders:read"),
    ("GET", "/orders/TW-TEST000001/papers", "orders:read"),
    ("GET", "/orders/TW-TEST000001/papers/P-1", "orders:read"),
    ("POST", "/orders/TW-TEST000001/dispatch", "orders:write"),
    ("POST", "/orders/TW-TEST000001/cancellation", "orders:write"),
    ("POST", "/orders/TW-TEST000001/refunds", "refunds:write"),
    ("GET", "/promises", "orders:read"),
    ("GET", "/quotes?variant=MUG-S&country=DE", "products:read"),
    ("GET", "/products", "products:read"),
    ("POST", "/products", "products:write"),
    ("PATCH", "/products/mug", "products:write"),
    ("POST", "/products/mug/publication", "products:publish"),
    ("POST", "/products/mug/withdrawal", "products:publish"),
    ("POST", "/products/mug/return", "products:publish"),
    ("PUT", "/variants/MUG-S/prices/de", "prices:write"),
    ("GET", "/stock", "stock:read"),
    ("GET", "/variants/MUG-S/stock/shenzhen", "stock:read"),
    ("PUT", "/variants/MUG-S/stock/shenzhen", "stock:write"),
    ("PUT", "/variants/MUG-S/stock/shenzhen/shelf", "stock:write"),
    ("POST", "/variants/MUG-S/stock/shenzhen/movements", "stock:write"),
    ("POST", "/products/mug/media", "media:write"),
    ("PATCH", "/products/mug/media/1", "media:write"),
    ("DELETE", "/products/mug/media/1", "media:write"),
    ("GET", "/buyers", "buyers:read"),
    ("GET", "/webhooks", "webhooks:read"),
    ("POST", "/webhooks", "webhooks:write"),
    ("PATCH", "/webhooks/WH-1", "webhooks:write"),
    ("DELETE", "/webhooks/WH-1", "webhooks:write"),
    ("POST", "/webhooks/WH-1/secret", "webhooks:write"),
    ("POST", "/webhooks/WH-1/messages", "webhooks:write"),
    ("POST", "/webhooks/WH-1/messages/msg_1/sending", "webhooks:write"),
]


@pytest.mark.parametrize(("method", "address", "scope"), ADDRESSES)
def test_without_its_scope_nothing_is_done(method: str, address: str, scope: str, owner: Staff, now: datetime) -> None:
    others = [other for other in SCOPES if other != scope]
    program = Program(create_token(name="others", scopes=others, by=owner, at=now)[1])

    refused = program(method, address, {})

    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert f'scope="{scope}"' in refused["WWW-Authenticate"]


def test_a_key_does_no_more_than_whoever_answers_for_it(shop: Shop, now: datetime) -> None:
    writer = make_staff(Role.CONTENT)
    with pytest.raises(NotValid):
        create_token(name="too much", scopes=["products:write", "products:publish"], by=writer, at=now)
    secret = create_token(name="writer", scopes=["products:write"], by=writer, at=now)[1]
    ApiToken.objects.update(scopes=list(SCOPES))

    refused = Program(secret)("POST", "/products/mug/publication")

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_an_order_leaves_with_its_number_and_another_is_cancelled(shop: Shop, owner: Staff, now: datetime) -> None:
    program = Program(key_for_all(owner, now))
    first, second = (shop.place(shop.cart((shop.small, 1))).order for _ in range(2))
    Order.objects.filter(pk=first.pk).update(state="paid")
    about = {"carrier": "DHL", "tracking_number": "0034", "address_changes": 0}

    hold = hold_order(order_id=first.pk, reason="address_unclear", by="staff:1", at=now)
    assert program("POST", f"/orders/{first.ref}/dispatch", about).json()["code"] == "kept_back"
    release_order(hold_id=hold.pk, by="staff:1", at=now)
    moved = program("POST", f"/orders/{first.ref}/dispatch", {**about, "address_changes": 1})
    assert (moved.status_code, moved.json()["code"]) == (409, "address_changed")
    moved = program("POST", f"/orders/{first.ref}/dispatch", {**about, "goods_changes": 1})
    assert (moved.status_code, moved.json()["code"]) == (409, "goods_changed")
    moved = program("POST", f"/orders/{first.ref}/dispatch", about)
    assert moved.json() == {"ref": first.ref, "state": "dispatched"}
    assert (reservations_of("order", first.pk)[0].state, Parcel.objects.get().tracking_number) == ("shipped", "0034")
    parcels = program("GET", f"/orders/{first.ref}").json()["parcels"]
    assert [(parcel["carrier"], parcel["tracking_number"]) for parcel in parcels] == [("DHL", "0034")]
    assert program("POST", f"/orders/{first.ref}/dispatch", {}).json()["code"] == "wrong_state"
    assert program("POST", f"/orders/{first.ref}/cancellation", {"reason": "other"}).json()["code"] == "wrong_state"
    cancelled = program("POST", f"/orders/{second.ref}/cancellation", {"reason": "no_stock"})
    assert (cancelled.json()["state"], Cancellation.objects.get(order=second).reason) == ("cancelled", "no_stock")
    assert list(program.errors("POST", f"/orders/{second.ref}/cancellation", {"reason": "changed_mind"})) == ["/reason"]


def test_a_key_for_some_accounts_sees_and_changes_only_those(owner: Staff, now: datetime) -> None:
    mine, theirs = (
        make_order(
            number,
            account=account,
            state="paid",
            buyer=register(email=f"{number}@example.com", name="B", language="de", country="DE", at=now),
        )
        for number, account in ((1, "eBay DE"), (2, "Amazon US"))
    )
    ids = list(ShopAccount.objects.filter(name="eBay DE").values_list("pk", flat=True))
    held = create_token(name="ebay", scopes=list(SCOPES), by=owner, at=now, limits=KeyLimits(ids))[1]
    person = make_staff(Role.MANAGER)
    with transaction.atomic():
        set_accounts(person, ids)
    by_person = create_token(
        name="hers", scopes=["orders:read", "orders:write", "refunds:write", "buyers:read"], by=person, at=now
    )[1]

    for program in (Program(held), Program(by_person)):
        assert [order["ref"] for order in program("GET", "/orders").json()["orders"]] == [mine.ref]
        money = {"minor": 1, "currency": "EUR"}
        for act, body in (("dispatch", {}), ("cancellation", {"reason": "other"}), ("refunds", money)):
            assert program("POST", f"/orders/{theirs.ref}/{act}", body).json()["code"] == "no_such_order"
        assert [b["emails"] for b in program("GET", "/buyers").json()["buyers"]] == [["1@example.com"]]
        assert program("GET", f"/buyers/{theirs.buyer.ref}").json()["code"] == "no_such_buyer"
        assert program("GET", "/me").json()["accounts"] == ["eBay DE"]
    assert len(Program(key_for_all(owner, now))("GET", "/buyers").json()["buyers"]) == 2


def test_an_account_beyond_the_person_opens_nothing(owner: Staff, now: datetime) -> None:
    make_order(1, account="eBay DE")
    make_order(2, account="Amazon US")
    ids = dict(ShopAccount.objects.values_list("name", "pk"))
    person = make_staff(Role.MANAGER)
    with transaction.atomic():
        set_accounts(person, [ids["eBay DE"]])
    limits = KeyLimits([ids["Amazon US"]])
    secret = create_token(name="forged", scopes=["orders:read"], by=person, at=now, limits=limits)[1]

    assert Program(secret)("GET", "/orders").json()["orders"] == []


def test_buyers_are_found_and_told_with_what_is_known(shop: Shop, owner: Staff, now: datetime) -> None:
    program = Program(key_for_all(owner, now))
    order = shop.place(shop.cart((shop.small, 1))).order

    told = program("GET", "/buyers?email=GRETA@example.com&country=DE").json()["buyers"]

    assert [(b["name"], b["orders"], b["ref"]) for b in told] == [(HAMBURG.name, 1, order.buyer.ref)]
    assert program("GET", f"/buyers/{order.buyer.ref}").json() == told[0]
    assert program("GET", "/buyers?email=nobody@example.com").json()["buyers"] == []


def test_no_cookie_and_no_log_in_opens_the_door_for_writing(shop: Shop, owner: Staff) -> None:
    browser = Client()
    browser.force_login(owner, "tradewind.core.staff_backend.StaffBackend")

    response = browser.post("/api/v1/products/mug/withdrawal", "{}", "application/json")

    assert (response.status_code, response.json()["code"]) == (401, "no_key")
