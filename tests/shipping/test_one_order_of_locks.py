"""Many cases change at once: orders by key, then cases, then what they have in common, so that of two neither waits in a ring."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.at_once import at_the_same_time, somebody_waits, wait_until
from tests.orders.changing import bought
from tests.shipping.test_ours_to_do import todos, waiting
from tests.shipping.troubled import cases, look, moment, sent
from tests.shop import Shop, open_shop
from tradewind.core.models import Todo
from tradewind.core.reach import EVERYWHERE
from tradewind.core.rows import hold_all
from tradewind.lib.clock import utc_now
from tradewind.messaging.trouble_telling import want_told
from tradewind.orders.models import Order
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.handing_over import hand_over
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Trouble, TroubleGroup
from tradewind.shipping.notices import hear_all, parcels_named
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import ParcelTold, Told
from tradewind.shipping.tracking_states import Status, means
from tradewind.shipping.trouble_cases import Lane, News, change_all, close_all, open_case
from tradewind.shipping.trouble_rules import Cause, Found

HERE, THERE = Lane("DHL", "DE"), Lane("YunExpress", "FR")
_SLOW: Final = (
    "CREATE FUNCTION be_slow() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END' LANGUAGE plpgsql",
    "CREATE TRIGGER slow AFTER INSERT ON {} FOR EACH ROW EXECUTE FUNCTION be_slow()",
)
_FAST: Final = ("DROP TRIGGER slow ON {}", "DROP FUNCTION be_slow()")
at_once = pytest.mark.skipif(connection.vendor == "sqlite", reason="writers of SQLite wait for each other in any case")


def run_all(statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(TroubleGroup._meta.db_table))


@pytest.fixture
def slow_groups(transactional_db: None) -> Iterator[None]:
    """Whoever makes a group takes a while, so that two meet over two of them."""
    run_all(_SLOW)
    yield
    run_all(_FAST)


def found_in_turn(shop: Shop) -> tuple[list[News], list[News]]:
    """Two orders each, hit on the same two lanes, and the lanes met in differing order."""
    first, second = (
        [News(bought(shop, (shop.small, 1)), None, Found(Cause.SUPPLIER, shop.at), lane) for lane in lanes]
        for lanes in ((HERE, THERE), (THERE, HERE))
    )
    return first, second


def in_one_transaction(act: Callable[[], object]) -> None:
    with transaction.atomic():
        act()


@at_once
@pytest.mark.usefixtures("slow_groups")
def test_two_that_find_the_same_causes_in_differing_order_both_come_to_an_end() -> None:
    shop = open_shop(utc_now())
    first, second = found_in_turn(shop)

    ends = at_the_same_time(
        *(
            lambda news=news: in_one_transaction(lambda: change_all(over=[], news=news, at=shop.at))
            for news in (first, second)
        )
    )

    assert ends == [None, None]
    assert (Trouble.objects.count(), TroubleGroup.objects.count(), todos()) == (4, 2, ["open", "open"])


@at_once
@pytest.mark.usefixtures("slow_groups")
def test_opened_one_by_one_one_of_the_two_is_broken_off() -> None:
    """The control: each case with its group as it comes, as it was done."""
    shop = open_shop(utc_now())
    first, second = found_in_turn(shop)

    def one_by_one(news: list[News]) -> None:
        for each in news:
            open_case(each.order, each.parcel, each.found, each.lane, at=shop.at)

    ends = at_the_same_time(
        *(lambda news=news: in_one_transaction(lambda: one_by_one(news)) for news in (first, second))
    )

    assert sorted(isinstance(end, OperationalError) for end in ends) == [False, True]


@at_once
@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_the_last_two_cases_the_second_ends_the_to_do() -> None:
    shop = open_shop(utc_now())
    orders = [bought(shop, (shop.small, 1)) for _ in range(2)]
    with transaction.atomic():
        change_all(
            over=[], news=[News(order, None, Found(Cause.SUPPLIER, shop.at), HERE) for order in orders], at=shop.at
        )
    one, other = Trouble.objects.order_by("pk")
    is_closed: list[bool] = []
    # The control: what somebody sees of the other's case who does not wait for the group.
    unheld: list[int] = []

    def first() -> None:
        with transaction.atomic():
            close_all([one], at=shop.at)
            is_closed.append(True)
            wait_until(somebody_waits)

    def second() -> None:
        wait_until(lambda: bool(is_closed))
        with transaction.atomic():
            unheld.append(Trouble.objects.filter(closed_at=None).exclude(pk=other.pk).count())
            close_all([other], at=shop.at)

    assert at_the_same_time(first, second) == [None, None]
    assert (unheld, todos()) == ([1], ["done"])


def handed_over_and_wanted(shop: Shop, wants: Callable[[list[Trouble]], object]) -> list[object]:
    """Somebody closes the second of two cases and then the first, while somebody else decides to tell both buyers."""
    for number in ("LP1", "LP2"):
        sent(shop, number)
    look(shop, 8.5)
    found = list(Trouble.objects.order_by("pk"))
    is_held: list[bool] = []

    def close_both() -> None:
        with transaction.atomic():
            hold_all(Order, [case.order_id for case in found])
            close_all([found[1]], at=shop.at)
            is_held.append(True)
            wait_until(somebody_waits)
            close_all([found[0]], at=shop.at)

    def want() -> object:
        wait_until(lambda: bool(is_held))
        return wants(found)

    return at_the_same_time(close_both, want)


@at_once
@pytest.mark.django_db(transaction=True)
def test_whoever_decides_to_tell_many_waits_for_their_orders_and_holds_no_case_meanwhile() -> None:
    shop = open_shop(utc_now())

    def want(found: list[Trouble]) -> int:
        read = {case.pk: None for case in found}
        return want_told(group_id=found[0].group_id, read=read, note="", by="staff:1", at=moment(shop, 8.6))

    assert handed_over_and_wanted(shop, want) == [None, 0]
    assert cases() == [("silent", "solved"), ("silent", "solved")]


@at_once
@pytest.mark.django_db(transaction=True)
def test_the_cases_without_their_orders_and_one_of_the_two_is_broken_off() -> None:
    """The control: the cases alone, as it was done."""

    def want(found: list[Trouble]) -> None:
        with transaction.atomic():
            keys = [case.pk for case in found]
            list(Trouble.objects.select_for_update().filter(pk__in=keys).order_by("pk"))

    ends = handed_over_and_wanted(open_shop(utc_now()), want)

    assert sorted(isinstance(end, OperationalError) for end in ends) == [False, True]


def test_many_parcels_are_handed_over_in_as_many_statements_as_one(shop: Shop) -> None:
    parcels = [waiting(shop, f"LP{number}") for number in range(6)]
    look(shop, 2)
    assert cases() == [("uncollected", "open")] * 6
    counted = []

    for some in (parcels[:1], parcels[1:]):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            hand_over(parcel_ids=[each.pk for each in some], reach=EVERYWHERE, by="staff:1", at=moment(shop, 3))
        counted.append(len(asked))

    assert cases() == [("uncollected", "solved")] * 6
    assert not Todo.objects.filter(kind="parcel.trouble", state="open").exists()
    # The last one ends the to-do.
    assert counted[1] <= counted[0] + 1


def heard_under_one_number(hears: Callable[[datetime], object]) -> list[object]:
    """Two orders share a number, and the parcel of the later one is the earlier one; while it is heard of, somebody changes both orders."""
    shop = open_shop(utc_now())
    orders = [bought(shop, (shop.small, 1)) for _ in range(2)]
    for order in reversed(orders):
        mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=Tracking("YunExpress", "LP1"))
    is_held: list[bool] = []

    def change_both() -> None:
        with transaction.atomic():
            hold_all(Order, [orders[0].pk])
            is_held.append(True)
            wait_until(somebody_waits)
            hold_all(Order, [orders[1].pk])

    def hear_it() -> object:
        wait_until(lambda: bool(is_held))
        with transaction.atomic():
            return hears(shop.at)

    return at_the_same_time(change_both, hear_it)


SCANNED: Final = (Told(utc_now(), means(Status.PICKED_UP), "picked_up"),)


@at_once
@pytest.mark.django_db(transaction=True)
def test_what_is_heard_of_parcels_under_one_number_waits_for_their_orders_by_key() -> None:
    ends = heard_under_one_number(lambda at: hear_all([ParcelTold("LP1", SCANNED)], source="x", at=at))
    assert ends == [None, "2 new of 1 events"]


@at_once
@pytest.mark.django_db(transaction=True)
def test_heard_parcel_by_parcel_one_of_the_two_is_broken_off() -> None:
    """The control: the orders as their parcels come, as it was done."""

    def one_by_one(at: datetime) -> None:
        for pk in parcels_named(ParcelTold("LP1")):
            hear(parcel_id=pk, told=SCANNED, source="x", at=at)

    ends = heard_under_one_number(one_by_one)
    assert sorted(isinstance(end, OperationalError) for end in ends) == [False, True]
