"""A way to deliver that is switched off: all who wait for it are found in bounded pieces, whoever is killed in between, and once each."""

import signal
import textwrap
from typing import Any, Final

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests.messaging.test_mail_and_crashes import PATIENCE, WORKER, wait_until, worker
from tests.orders.changing import bought
from tests.shipping.troubled import cases
from tests.shop import Shop, open_shop
from tradewind.core.models import FactRecord, Reaction, ScheduledJob, WorkItem
from tradewind.core.schedule import LONGEST_RUN
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.markets.models import Market
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping import ways_switched
from tradewind.shipping.arranging import arrange, arrangement_of
from tradewind.shipping.models import DeliveryOption, Trouble
from tradewind.shipping.offering import OptionTerms, change_option
from tradewind.shipping.ways_switched import BATCH, look_at_switched_ways

# The worker, which dies when it is about to give the database a statement for so many times.
_DYING: Final = (
    textwrap.dedent(
        """
        import os, signal, sys
        from django.db.backends.signals import connection_created
        left = int(sys.argv[3])
        def live_until(execute, sql, params, many, context):
            global left
            left -= sql.startswith(sys.argv[2])
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)
        def watch(connection, **_):
            connection.execute_wrappers.append(live_until)
        connection_created.connect(watch)
        """
    )
    + WORKER
)
_OPENED: Final = 'INSERT INTO "shipping_trouble"'


@pytest.mark.django_db
def test_all_who_ordered_by_it_are_cases_while_it_is_off(shop: Shop) -> None:
    orders = [bought(shop, (shop.small, 1)) for _ in range(2)]
    for is_on, state in ((False, "open"), (True, "solved")):
        _switch(orders[0], is_on=is_on)
        run_until_idle(now=lambda: shop.at)
        assert [look_at_switched_ways(shop.at), look_at_switched_ways(shop.at)] == [2, 0]
        assert cases() == [("closed_lane", state)] * 2
        risks = Promise.objects.filter(kind="delivery").values_list("risk", flat=True)
        assert set(risks) == {"" if is_on else "closed_lane"}


@pytest.mark.django_db
def test_switched_on_again_before_all_were_found_nobody_is_left_and_no_more_are_found(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways_switched, "BATCH", 2)
    monkeypatch.setattr(ways_switched, "_ROUNDS", 1)
    orders = [bought(shop, (shop.small, 1)) for _ in range(5)]
    _switch(orders[0], is_on=False)
    run_until_idle(now=lambda: shop.at)
    assert look_at_switched_ways(shop.at) == 2
    assert cases() == [("closed_lane", "open")] * 2

    _switch(orders[0], is_on=True)
    run_until_idle(now=lambda: shop.at)

    assert [look_at_switched_ways(shop.at) for _ in range(3)] == [2, 0, 0]
    assert cases() == [("closed_lane", "solved")] * 2


@pytest.mark.django_db
def test_many_are_found_in_one_round_of_several_pieces(shop: Shop) -> None:
    order = _many(shop, 3 * BATCH)
    run_until_idle(now=lambda: shop.at)
    _switch(order, is_on=False)
    run_until_idle(now=lambda: shop.at)
    with CaptureQueriesContext(connection) as asked:
        assert look_at_switched_ways(shop.at) == 3 * BATCH
    places = [each["sql"] for each in asked if '"look_after" = ' in each["sql"] and each["sql"].startswith("UPDATE")]
    # Each piece leaves its place; the last one finds nothing more.
    assert len(places) == 4
    assert Trouble.objects.count() == 3 * BATCH


@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
@pytest.mark.slow
def test_a_worker_that_dies_between_two_pieces_leaves_the_rest_to_the_next_and_finds_nobody_twice() -> None:
    shop = open_shop(utc_now())
    order = _many(shop, BATCH + 2)
    _switch(order, is_on=False)
    Reaction.objects.exclude(fact__name="shipping.option_switched").update(state=WorkItem.State.DONE)
    with worker("smtp://127.0.0.1:1", _DYING, _OPENED, str(BATCH + 2)) as dying:
        assert dying.wait(PATIENCE) == -signal.SIGKILL
    # What the second piece had begun is gone with it.
    assert Trouble.objects.count() == BATCH
    assert DeliveryOption.objects.get(look_after__isnull=False).look_after == Trouble.objects.latest("pk").order_id

    ScheduledJob.objects.update(last_started_at=F("last_started_at") - LONGEST_RUN, due_at=utc_now())
    with worker("smtp://127.0.0.1:1"), worker("smtp://127.0.0.1:1"):
        wait_until(lambda: not DeliveryOption.objects.filter(look_after__isnull=False).exists())
    assert sorted(Trouble.objects.values_list("order_id", flat=True)) == sorted(
        Order.objects.values_list("pk", flat=True)
    )
    assert FactRecord.objects.filter(name="shipping.trouble_found").count() == BATCH + 2


def _switch(order: Order, *, is_on: bool) -> None:
    market = Market.objects.get(code=order.market)
    option = DeliveryOption.objects.get(code=order.delivery_option["code"], market_id=market.pk)
    terms: dict[str, Any] = {
        "cost": Money(option.cost, option.currency),
        "days_min": option.days_min,
        "days_max": option.days_max,
    }
    change_option(option_id=option.pk, terms=OptionTerms(is_on=is_on, **terms), at=order.placed_at, by="staff:1")


def _many(shop: Shop, number: int) -> Order:
    """Orders of one buyer, all by the same way."""
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.filter(pk=order.pk).update(state="paid")
    order.refresh_from_db()
    rows = []
    for place in range(1, number):
        row = Order.objects.get(pk=order.pk)
        row.pk, row.ref, row.cart_key = None, f"TW-WAY{place:05}", None
        rows.append(row)
    Order.objects.bulk_create(rows)
    return order


@pytest.mark.django_db
def test_ways_that_are_switched_by_saving_a_proposal_are_looked_at_as_well(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    market, code = Market.objects.get(code=order.market), str(order.delivery_option["code"])
    for is_on, state in ((False, "open"), (True, "solved")):
        seen = arrangement_of(market.pk)
        wanted = [(each, is_on if each == code else was) for each, was in reversed(seen)]
        arrange(market_id=market.pk, wanted=wanted, seen=seen, at=shop.at, by="staff:1")
        run_until_idle(now=lambda: shop.at)
        look_at_switched_ways(shop.at)
        assert cases() == [("closed_lane", state)]
