"""Media described and removed, and money given back, over the API."""

from datetime import datetime

import pytest

from tests.api.sample import key_for_all
from tests.api.test_writing_products import Program
from tests.payments.parts import CARD
from tests.shop import Shop
from tradewind.catalog.models import Media
from tradewind.core.models import AuditEntry, Staff
from tradewind.core.reacting import run_reactions
from tradewind.lib.money import Money
from tradewind.orders.models import Order
from tradewind.payments.models import Refund
from tradewind.payments.queries import intents_for
from tradewind.payments.settling import record_capture
from tradewind.payments.starting import create_intent


@pytest.fixture
def program(shop: Shop, owner: Staff, now: datetime) -> Program:
    return Program(key_for_all(owner, now))


def the_medium() -> Media:
    return Media.objects.get(product__slug="mug", role="front")


def test_what_is_named_is_changed_and_the_rest_stays(program: Program) -> None:
    address = f"/products/mug/media/{the_medium().pk}"

    told = program("PATCH", address, {"alt": {"de": "Ein Becher", "zh": ""}, "shows": {"size": "l"}}).json()

    assert (told["alt"], told["shows"], told["origin"]) == ({"en": "Mug", "de": "Ein Becher"}, {"size": "l"}, "own")
    again = program("PATCH", address, {"shows": {}, "origin": "supplier", "permission": "Ms Li, 2026"}).json()
    assert (again["shows"], again["alt"], again["permission"]) == ({}, told["alt"], "Ms Li, 2026")
    assert AuditEntry.objects.filter(action="media.described").count() == 2


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"role": "video"}, "/role"),
        ({"origin": "supplier"}, "/permission"),
        ({"shows": {"size": "xl"}}, "/shows/size"),
        ({"crop": [0, 0, 50, 1000]}, "/crop"),
        ({"crop": [0, 0, 1001, 1000]}, "/crop/2"),
        ({"place": 0}, "/place"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_said_of_a_picture_is_pointed_at(
    asked: dict[str, object], pointer: str, program: Program
) -> None:
    before = the_medium()

    assert list(program.errors("PATCH", f"/products/mug/media/{before.pk}", asked)) == [pointer]
    assert (the_medium().role, the_medium().origin, the_medium().option) == (before.role, before.origin, before.option)


def test_a_picture_is_removed_once_and_only_from_its_own_product(program: Program) -> None:
    medium = the_medium()

    for method in ("PATCH", "DELETE"):
        for address in (f"/products/mug/media/{medium.pk + 1}", f"/products/mug/media/{2**63 - 1}"):
            assert program(method, address, {}).json()["code"] == "no_such_medium"
    assert program("DELETE", f"/products/bowl/media/{medium.pk}").json()["code"] == "no_such_product"
    assert program("DELETE", f"/products/mug/media/{medium.pk}").status_code == 204
    assert program("GET", "/products/mug/media").json()["media"] == []
    assert program("DELETE", f"/products/mug/media/{medium.pk}").json()["code"] == "no_such_medium"


def paid_order(shop: Shop) -> Order:
    placed = shop.place(shop.cart((shop.small, 1)))
    record_capture(intent_id=placed.intent.pk, external_id="MV-1", amount=placed.intent.due, by="system", at=shop.at)
    while run_reactions(now=lambda: shop.at):
        pass
    return placed.order


def test_money_goes_back_on_the_way_on_which_it_came_and_never_more(program: Program, shop: Shop) -> None:
    order = paid_order(shop)
    address = f"/orders/{order.ref}/refunds"

    refused = program.errors("POST", address, {"minor": order.total + 1, "currency": "EUR"})
    assert refused == {"/minor": f"Not more than what came in and is not on its way back already: {order.total}."}
    assert list(program.errors("POST", address, {"minor": 1, "currency": "USD"})) == ["/currency"]
    told = program("POST", address, {"minor": order.total - 100, "currency": "EUR"})
    assert (told.status_code, told.json()["refunds"][0]["state"]) == (201, "planned")
    assert "/minor" in program.errors("POST", address, {"minor": 101, "currency": "EUR"})
    assert program("GET", f"/orders/{order.ref}").json()["refunds"] == told.json()["refunds"]


def test_a_refund_takes_the_newest_payment_first_and_then_the_one_before(program: Program, shop: Shop) -> None:
    order = paid_order(shop)
    later = create_intent(subject=("order", order.pk), amount=Money(500, "EUR"), method=CARD, at=shop.at)
    record_capture(intent_id=later.pk, external_id="MV-2", amount=Money(500, "EUR"), by="system", at=shop.at)

    told = program("POST", f"/orders/{order.ref}/refunds", {"minor": 700, "currency": "EUR"}).json()["refunds"]

    first = intents_for("order", order.pk)[0].ref
    assert [(each["payment"], each["amount"]["minor"]) for each in told] == [(later.ref, 500), (first, 200)]
    assert Refund.objects.count() == 2
