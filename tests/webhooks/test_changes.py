"""Programs that send orders hear of what staff change about them, and of what buyers answer to quotations."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.orders.changing import bought, goods, seen, split
from tests.quotations.putting import begin, say_yes, send
from tests.shop import Shop
from tradewind.catalog.models import Variant
from tradewind.checkout.revising import revise_order
from tradewind.checkout.revisions import Goods, look_at_revision
from tradewind.core.models import Staff
from tradewind.core.reach import EVERYWHERE
from tradewind.core.reacting import run_reactions
from tradewind.orders.changing import Act
from tradewind.orders.merging import look_at_merge, merge_orders
from tradewind.orders.models import Order
from tradewind.quotations.accepting import decline
from tradewind.quotations.drafting import DraftLine
from tradewind.webhooks.models import HookMessage
from tradewind.webhooks.subscribing import Wanted, subscribe

HEARD = ("order.changed", "order.split", "order.merged", "quotation.accepted", "quotation.declined")


@pytest.fixture(autouse=True)
def hook(shop: Shop, owner: Staff) -> Iterator[None]:
    """What is to be said is written down, and never sent."""
    wanted = Wanted("warehouse", "https://erp.example/hooks", HEARD)
    subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by=f"staff:{owner.pk}", at=shop.at)
    with time_machine.travel(shop.at, tick=False):
        yield


def told(shop: Shop) -> list[tuple[str, dict[str, Any]]]:
    """Kind and data of everything that was said since, oldest first."""
    while run_reactions(now=lambda: shop.at):
        pass
    bodies = [json.loads(body) for body in HookMessage.objects.order_by("pk").values_list("body", flat=True)]
    HookMessage.objects.all().delete()
    return [(body["type"], body["data"]) for body in bodies]


def revise(shop: Shop, order: Order, left: list[int], added: dict[Variant, int]) -> None:
    units = dict(zip([line.pk for line in goods(order)], left, strict=True))
    wanted = Goods(units, seen(order), {variant.pk: number for variant, number in added.items()})
    found = look_at_revision(order_id=order.pk, wanted=wanted, at=shop.at)
    revise_order(order_id=order.pk, wanted=wanted, agreed=found.total.amount, act=Act("staff:1", shop.at, tells=False))


def test_goods_taken_off_and_added_are_told_with_what_is_owed(shop: Shop) -> None:
    order = bought(shop, (shop.small, 3))
    revise(shop, order, [2], {})
    [(kind, off)] = told(shop)
    revise(shop, order, [2], {shop.large: 1})
    [(_, added)] = told(shop)

    assert (kind, off["order"]["ref"], off["order"]["total"]["minor"]) == ("order.changed", order.ref, 2690)
    assert off["returned"] == {"minor": 1000, "currency": "EUR", "decimal": "10.00"}
    assert (added["order"]["total"]["minor"], added["to_pay"]["minor"]) == (3690, 1000)


def test_a_split_tells_of_the_part_that_nobody_ever_placed(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2), (shop.large, 1))
    new = split(shop, order, 0, 1)

    [(kind, data)] = told(shop)

    assert (kind, data["order"]["ref"], data["part"]["ref"]) == ("order.split", order.ref, new.ref)
    assert (data["part"]["state"], data["part"]["total"]["minor"]) == ("paid", new.total)
    assert set(data["part"]) == set(data["order"])


def test_a_merge_tells_once_for_each_order_that_is_no_more(shop: Shop) -> None:
    order, *others = [bought(shop, (shop.small, 1)) for _ in range(3)]
    ids = [other.pk for other in others]
    looked = look_at_merge(order_id=order.pk, others=ids).seen
    act = Act("staff:1", shop.at, tells=False)
    merge_orders(order_id=order.pk, others=ids, seen=looked, refunds=False, act=act)

    said = told(shop)

    assert [kind for kind, _ in said] == ["order.merged"] * 2
    assert {data["order"]["ref"] for _, data in said} == {order.ref}
    assert {(data["taken_in"]["ref"], data["taken_in"]["state"]) for _, data in said} == {
        (other.ref, "merged") for other in others
    }


def test_what_a_buyer_answers_to_a_quotation_is_told_without_their_words(shop: Shop) -> None:
    wanted, unwanted = (send(shop, begin(shop, DraftLine(1, shop.small.pk))) for _ in range(2))
    order = say_yes(shop, wanted).order
    decline(quotation_id=unwanted.quotation_id, number=1, words="Greta says no", at=shop.at)

    said = told(shop)

    assert [(kind, data["quotation"]["ref"]) for kind, data in said] == [
        ("quotation.accepted", wanted.quotation.ref),
        ("quotation.declined", unwanted.quotation.ref),
    ]
    assert said[0][1]["order"]["ref"] == order.ref
    assert said[1][1] == {
        "quotation": {
            "ref": unwanted.quotation.ref,
            "state": "declined",
            "market": "de",
            "total": {"minor": 1690, "currency": "EUR", "decimal": "16.90"},
        }
    }
