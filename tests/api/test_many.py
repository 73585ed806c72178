"""Lists take the same statements for one row as for many, and of requests at the same moment none falls."""

import json
from datetime import datetime

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.sample import key_for_all, make_hook, open_sample
from tests.at_once import at_the_same_time
from tests.console.making import make_staff
from tests.shop import Shop, open_shop
from tradewind.buyers.registering import register
from tradewind.catalog.models import Product, Variant
from tradewind.core.accounts import own_shop
from tradewind.core.models import ApiToken, Staff
from tradewind.core.reach import EVERYWHERE
from tradewind.inventory.stocktaking import receive
from tradewind.webhooks.models import HookAttempt
from tradewind.webhooks.planning import send_test
from tradewind.webhooks.subscribing import Wanted, subscribe

LISTS = ["/products", "/products/mug", "/stock", "/buyers", "/webhooks", "/webhooks/WH-8Q2M5T7K1R/messages"]


def test_many_take_no_more_statements_than_one(shop: Shop, owner: Staff, now: datetime) -> None:
    open_sample(shop)
    hook = make_hook(owner, now)
    secret = key_for_all(owner, now)
    ApiToken.objects.update(per_minute=60_000)  # whose share of a minute lasts for all of them
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    def statements() -> dict[str, int]:
        found = {}
        for address in LISTS:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(f"/api/v1{address}").status_code == 200
            found[address] = len(seen)
        return found

    statements()
    few = statements()
    account = own_shop(at=now)
    for number in range(20):
        Product.objects.create(slug=f"p-{number}", category=shop.product.category, content={}, created_at=now)
        more = Variant.objects.create(product=shop.product, sku=f"MORE-{number}", weight_g=1, options={"size": "s"})
        receive(variant_id=more.pk, warehouse=shop.frankfurt, quantity=1, by="system", at=now)
        register(email=f"{number}@example.com", name="B", language="de", country="DE", at=now)
        wanted = Wanted(f"{number}", "https://erp.example/", ["order.paid"], [account.pk])
        subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by="x", at=now)
        HookAttempt.objects.create(message=send_test(subscription=hook, at=now), at=now, took_ms=1, status=200)

    assert statements() == few


@pytest.mark.django_db(transaction=True)
def test_of_those_who_take_one_number_at_the_same_moment_one_has_it(now: datetime) -> None:
    open_shop(now)
    client = Client(headers={"Authorization": f"Bearer {key_for_all(make_staff(), now)}"})

    def begin(number: int) -> HttpResponse:
        variants = [{"sku": "ONE", "weight_g": 1}]
        body = {"slug": f"new-{number}", "category": "kitchen", "title": {"en": "New"}, "variants": variants}
        return client.post("/api/v1/products", json.dumps(body), "application/json")

    def hear(_number: int) -> HttpResponse:
        body = {"name": "ERP", "address": "https://erp.example/", "kinds": ["order.paid"]}
        return client.post("/api/v1/webhooks", json.dumps(body), "application/json")

    for ask in (begin, hear):
        answers = at_the_same_time(*[lambda number=number, ask=ask: ask(number) for number in range(4)])
        told = sorted(getattr(answer, "status_code", 0) for answer in answers)
        assert (told[0], set(told[1:]) <= {409, 422}) == (201, True)
    assert Product.objects.filter(slug__startswith="new-").count() == 1
