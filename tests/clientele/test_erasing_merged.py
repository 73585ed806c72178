"""Orders that were merged are erased as one, whichever of them somebody asked for."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client

from tests.console.making import make_staff
from tests.orders.changing import bought
from tests.papers.parts import name_seller
from tests.shop import HAMBURG, Shop
from tradewind.buyers.models import Identity
from tradewind.clientele.erasing import erase_order
from tradewind.clientele.oneness import erasure_asked_of
from tradewind.core.links import make_link
from tradewind.core.models import Todo
from tradewind.core.worker import run_until_idle
from tradewind.messaging.models import Message
from tradewind.orders.changing import Act
from tradewind.orders.erasing import StillNeeded, ask_for_erasure
from tradewind.orders.merging import look_at_merge, merge_orders
from tradewind.orders.models import Order
from tradewind.papers.models import IssuedPaper
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.tracking import BuyerErased, Tracking, tell_tracking


def merge(shop: Shop, order: Order, other: Order) -> None:
    found = look_at_merge(order_id=order.pk, others=[other.pk])
    act = Act("staff:1", shop.at, tells=False)
    merge_orders(order_id=order.pk, others=[other.pk], seen=found.seen, refunds=False, act=act)


@pytest.fixture
def three(shop: Shop, now: datetime) -> tuple[Order, Order, Order]:
    """The first was taken in by the second, and that by the third, which has left. The buyer of the first had asked."""
    name_seller(now)
    first, second, third = (bought(shop, (shop.small, 1)) for _ in range(3))
    ask_for_erasure(order_id=first.pk, at=now)
    merge(shop, second, first)
    merge(shop, third, second)
    return first, second, third


def leave(shop: Shop, order: Order) -> None:
    mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:1", at=shop.at, tracking=Tracking("DHL", "JD0123"))
    run_until_idle(now=lambda: shop.at)
    Message.objects.update(state="sent")


@pytest.mark.parametrize("asked_of", range(3))
def test_all_are_emptied_sealed_and_closed(
    shop: Shop, now: datetime, three: tuple[Order, Order, Order], asked_of: int
) -> None:
    leave(shop, three[2])
    with time_machine.travel(now, tick=False):
        tokens = [make_link("order.view", subject=("order", order.pk), at=now) for order in three]
        before = [Client().get(f"/de/de/order/{token}/").status_code for token in tokens]

        erase_order(three[asked_of].pk, keeps_address=False, by=make_staff(), at=now)

        after = [Client().get(f"/de/de/order/{token}/").status_code for token in tokens]
    assert (before, after) == ([200] * 3, [404] * 3)
    assert [(row.email, row.ship_to) for row in Order.objects.order_by("pk")] == [("", {"country": "DE"})] * 3
    assert IssuedPaper.objects.count() == IssuedPaper.objects.exclude(sealed_at=None).count() == 3
    assert Todo.objects.get(kind="order.erasure").state == Todo.State.DONE
    assert not Identity.objects.filter(shown=HAMBURG.email).exists()


def test_a_request_made_before_is_found_and_waits_until_the_goods_have_left(
    shop: Shop, now: datetime, three: tuple[Order, Order, Order]
) -> None:
    first, _second, third = three
    found = erasure_asked_of(third.pk)
    assert found == Todo.objects.get(kind="order.erasure", subject_id=first.pk)

    with pytest.raises(StillNeeded):
        erase_order(first.pk, keeps_address=False, by=make_staff(), at=now)

    assert Order.objects.exclude(email="").count() == 3


def test_no_parcel_is_told_of_whom_nobody_knows(shop: Shop, now: datetime) -> None:
    order = bought(shop, (shop.small, 1))
    leave(shop, order)
    erase_order(order.pk, keeps_address=True, by=make_staff(), at=now)

    with pytest.raises(BuyerErased):
        tell_tracking(
            order_id=order.pk, tracking=Tracking("DHL", "JD9"), seen=Tracking("DHL", ""), by="staff:1", at=now
        )

    order.refresh_from_db()
    assert order.tracking == ""
