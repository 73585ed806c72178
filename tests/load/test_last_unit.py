"""Sixty-four buyers in four processes and too few units: never one too many, and never one too few."""

from datetime import datetime

import pytest

from tests.load.last_unit import RUSHES, Rush, rush_for_orders, rush_for_stock, rush_without_guard
from tests.shop import open_shop

pytestmark = [pytest.mark.slow, pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("rush", RUSHES, ids=str)
def test_a_crowd_that_reserves_gets_all_that_there_is_and_no_more(rush: Rush, now: datetime) -> None:
    outcome = rush_for_stock(open_shop(now, stock=0), rush)

    assert (outcome.got, outcome.refused) == (rush.winners, rush.buyers - rush.winners)
    assert outcome.held == outcome.reserved == rush.winners * rush.lines
    assert outcome.shown == outcome.stock - outcome.reserved


@pytest.mark.parametrize("rush", RUSHES, ids=str)
def test_a_crowd_that_orders_gets_an_order_for_every_unit_and_no_more(rush: Rush, now: datetime) -> None:
    outcome = rush_for_orders(open_shop(now, stock=0), rush)

    winners = rush.winners_from_one_place
    assert (outcome.got, outcome.refused) == (winners, rush.buyers - winners)
    assert outcome.orders == winners
    assert outcome.held == outcome.reserved == winners * rush.lines
    assert outcome.shown == outcome.stock - outcome.reserved


def test_without_the_guard_the_same_crowd_oversells(now: datetime) -> None:
    """The control: if this one does not oversell, the tests above prove nothing."""
    outcome = rush_without_guard(open_shop(now, stock=0), Rush((10,)))

    assert (outcome.got, outcome.oversold) == (64, 54)
