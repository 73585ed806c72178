"""However much comes at once: nothing is passed over, what is urgent stands behind nothing, and the same again is told again."""

from datetime import datetime, time, timedelta

import pytest
from django.db import transaction

from tests.alerting.conftest import NIGHT, Listen, RobotOfTests
from tests.alerting.minutes import MINUTE, ask, go, lines
from tests.console.making import make_order
from tradewind.alerting import raising, telling
from tradewind.alerting.models import Alert, Note, Receiver
from tradewind.alerting.raising import raise_todos
from tradewind.alerting.telling import tell_everybody
from tradewind.core.each_alone import SomeFailed
from tradewind.core.facts import SYSTEM
from tradewind.core.models import Todo
from tradewind.orders.models import Order
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_cases import Lane, close, open_case
from tradewind.shipping.trouble_rules import Cause, Found

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def open_one(order: Order, at: datetime) -> Trouble:
    with transaction.atomic():
        case = open_case(order, None, Found(Cause.NO_STOCK, at), Lane("YunExpress", "DE"), at=at)
    assert case is not None
    return case


def test_of_however_many_todos_in_a_minute_every_one_is_raised(
    robot: RobotOfTests, listen: Listen, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raising, "BATCH", 3)
    receiver = listen()
    for number in range(1, 9):
        ask(number, now + MINUTE)
    with transaction.atomic():
        assert raise_todos([receiver], now=now + 2 * MINUTE) == 8
    assert Alert.objects.count() == 8


def test_what_was_committed_late_is_raised_though_later_ones_were_seen(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    """A number is given when a row is written, and seen when its transaction ends, which may be after that of a higher one."""
    receiver = listen()
    late, early = ask(1, now + MINUTE), ask(2, now + MINUTE)
    unseen = Todo.objects.get(pk=late.pk)
    late.delete()
    assert raise_todos([receiver], now=now + 2 * MINUTE) == 1
    unseen.save(force_insert=True)
    assert raise_todos([receiver], now=now + 3 * MINUTE) == 1
    assert set(Alert.objects.values_list("key", flat=True)) == {f"todo:{unseen.pk}", f"todo:{early.pk}"}


def test_what_was_seen_long_ago_is_not_looked_through_again(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    receiver = listen()
    ask(1, now + MINUTE)
    for minutes in (2, 13, 24):
        raise_todos([receiver], now=now + minutes * MINUTE)
    Alert.objects.all().delete()
    assert raise_todos([receiver], now=now + 25 * MINUTE) == 0
    ask(2, now + 25 * MINUTE)
    assert raise_todos([receiver], now=now + 26 * MINUTE) == 1


def test_at_night_what_is_urgent_stands_behind_nothing(
    robot: RobotOfTests, listen: Listen, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_AT_ONCE", 3)
    listen(zone="Europe/Berlin", is_woken=True, **NIGHT)
    for number in range(1, 6):
        ask(number, now + MINUTE)
    go(now + 2 * MINUTE)
    ask(9, now + 3 * MINUTE, kind="payment.unexpected")
    go(now + 4 * MINUTE)
    assert [[words.partition(":")[0] for words in each] for each in lines(robot)] == [["Money"]]


def test_more_than_one_message_holds_comes_in_the_next(
    robot: RobotOfTests, listen: Listen, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_AT_ONCE", 3)
    listen()
    for number in range(1, 6):
        ask(number, now + MINUTE)
    for minutes in (12, 13, 14):
        go(now + minutes * MINUTE)
    assert [len(each) for each in lines(robot)] == [3, 2]


def test_the_next_case_of_an_open_group_is_told_as_more_of_the_same(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    listen(kinds=["trouble"])
    first, second = make_order(1), make_order(2)
    open_one(first, now + MINUTE)
    go(now + 12 * MINUTE)
    open_one(second, now + 20 * MINUTE)
    go(now + 31 * MINUTE)
    go(now + 60 * MINUTE)
    one, many = (
        "Waits for goods (YunExpress · Germany). Look at it, and tell the buyer.",
        "Waits for goods (YunExpress · Germany): 2 cases. Look at them, and tell the buyers with one act.",
    )
    assert lines(robot) == [[f"Trouble: {one}"], [f"Trouble: More of the same: {many}"]]
    assert Todo.objects.get().state == "open"


def test_cases_of_a_group_that_come_together_are_one_line(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    listen(kinds=["trouble"])
    for number in range(1, 4):
        open_one(make_order(number), now + number * MINUTE)
    go(now + 12 * MINUTE)
    for number in range(4, 7):
        open_one(make_order(number), now + (10 + number) * MINUTE)
        go(now + (10 + number) * MINUTE)
    go(now + 25 * MINUTE)
    assert [[words.partition(" (")[0] for words in each] for each in lines(robot)] == [
        ["Trouble: Waits for goods"],
        ["Trouble: More of the same: Waits for goods"],
    ]
    # What was told in one line with another is not told later, and not counted.
    assert not Alert.objects.filter(is_done=False).exists()
    assert [note.alerts.count() for note in Note.objects.order_by("pk")] == [1, 1]


def test_a_further_case_that_is_over_before_it_is_told_is_not_told(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    listen(kinds=["trouble"])
    open_one(make_order(1), now + MINUTE)
    go(now + 12 * MINUTE)
    further = open_one(make_order(2), now + 20 * MINUTE)
    go(now + 21 * MINUTE)
    with transaction.atomic():
        close(further, Trouble.State.SOLVED, by=SYSTEM, at=now + 23 * MINUTE)
    go(now + 40 * MINUTE)
    assert (len(robot.posted), Todo.objects.get().state) == (1, "open")


def test_figures_late_in_the_evening_are_of_their_own_day_and_told_once_though_midnight_comes_between(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    """14:00 in Shenzhen on Monday the 23rd; the worker stands still from before half past eleven until ten past midnight."""
    listen(kinds=[], figures_at=time(23, 30))
    make_order(1, placed_at=now - DAY)
    evening = now + timedelta(hours=9, minutes=30)
    for at in (evening - MINUTE, evening + 40 * MINUTE, evening + 41 * MINUTE, evening + 7 * timedelta(hours=1)):
        go(at)
    assert [card.title for card, _, _ in robot.posted] == ["Tradewind: The figures of Sun 22 Nov"]
    assert Note.objects.get().figures_on == now.date()
    go(evening + DAY)
    go(evening + DAY + 40 * MINUTE)
    assert [card.title[-10:] for card, _, _ in robot.posted[1:]] == ["Mon 23 Nov"]


def test_one_who_cannot_be_told_keeps_no_other_from_hearing(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    broken, _ = listen("Broken"), listen("Well")
    Receiver.objects.filter(pk=broken.pk).update(zone="Moon/Tranquility", quiet_from=time(1), quiet_until=time(2))
    ask(make_order(1).pk, now)

    with pytest.raises(SomeFailed):
        tell_everybody(now + timedelta(minutes=11))

    assert [note.receiver.name for note in Note.objects.all()] == ["Well"]
