"""Quotes for programs: what the pages say, and what cannot be answered is refused in words."""

from datetime import UTC, datetime

import pytest
import time_machine

from tests.api.sample import key_for_all
from tests.api.test_writing_products import Program
from tests.shop import Shop
from tradewind.core.models import Staff
from tradewind.inventory.models import Warehouse
from tradewind.markets.changing import touch_all
from tradewind.promises.models import Promise
from tradewind.shipping.quoting import Goods, quotes_for

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.fixture
def program(owner: Staff, now: datetime) -> Program:
    return Program(key_for_all(owner, now))


def test_a_program_is_told_what_the_page_says_and_nothing_is_promised(program: Program, shop: Shop) -> None:
    goods = Goods(weight_g=1200, traits=frozenset(), stocked_at=frozenset({"shenzhen"}))

    with time_machine.travel(MONDAY, tick=False):
        told = program("GET", "/quotes?variant=MUG-S,MUG-L,MUG-S&country=DE&language=de").json()

    [said], [quote] = told["quotes"], quotes_for(shop.market(), "DE", goods, at=MONDAY)
    assert told["lines"] == [{"sku": "MUG-S", "quantity": 2}, {"sku": "MUG-L", "quantity": 1}]
    assert (said["digest"], said["cost"]["minor"]) == (quote.digest, 690)
    assert (said["leaves_on"], said["holds_until"]) == ("2026-11-24", "2026-11-23T08:00:00Z")
    assert said["why"][1] == "Das Bereitstellen dauert dort einen Arbeitstag."
    assert not Promise.objects.exists()


def test_a_stop_of_the_carrier_is_told_in_words_and_for_programs(program: Program, shop: Shop) -> None:
    stop = {"kind": "carrier", "first": "2026-11-24", "last": "2026-11-25", "name": "YunExpress", "way": ""}
    Warehouse.objects.filter(pk=shop.shenzhen.pk).update(stops=[stop])
    touch_all()

    with time_machine.travel(MONDAY, tick=False):
        [said] = program("GET", "/quotes?variant=MUG-S&country=DE").json()["quotes"]

    assert (said["leaves_on"], said["inputs"]["stops"]) == ("2026-11-26", [stop])
    assert "YunExpress does not collect there: Tue 24 Nov to Wed 25 Nov." in said["why"]


@pytest.mark.parametrize(
    ("asked", "status", "code", "words"),
    [
        ("variant=MUG-X&country=DE", 422, "wrong_values", "No variant has the article number MUG-X."),
        ("variant=MUG-S&country=DE&market=mars", 422, "wrong_values", "No market has this code"),
        ("variant=MUG-S&country=FR&market=de", 409, "country_not_served", "takes no orders to this country"),
        ("variant=MUG-S,MUG-L&quantity=11,1&country=DE", 409, "not_in_stock", "Not enough in stock: MUG-S."),
        ("variant=MUG-S&country=de", 422, "wrong_values", "like DE"),
        ("variant=MUG-S,MUG-L&quantity=1,2,3&country=DE", 422, "wrong_values", "or 2 numbers"),
        ("variant=MUG-S&quantity=0&country=DE", 422, "wrong_values", "from 1 to 9999"),
        ("variant=,&country=DE", 422, "wrong_values", "1 to 20 article numbers"),
        ("variant=MUG-S&variant=MUG-L&country=DE", 422, "wrong_values", "Send this once."),
        ("variant=MUG-S", 422, "wrong_values", ""),
    ],
)
def test_what_cannot_be_answered_says_why(
    program: Program, shop: Shop, asked: str, status: int, code: str, words: str
) -> None:
    assert shop.small.sku == "MUG-S"

    refused = program("GET", f"/quotes?{asked}")

    told = refused.json()
    assert (refused.status_code, told["code"]) == (status, code)
    assert words in " ".join([told["detail"], *(error["detail"] for error in told["errors"])])


def test_goods_that_no_way_carries_and_goods_without_a_price_are_refused(program: Program, shop: Shop) -> None:
    shop.small.weight_g = 10**6
    shop.small.save()
    assert program("GET", "/quotes?variant=MUG-S&country=DE").json()["code"] == "no_way"
    shop.large.prices.all().delete()
    assert program("GET", "/quotes?variant=MUG-L&country=DE").json()["code"] == "not_on_sale"
