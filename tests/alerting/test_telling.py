"""Who is told of what, in which words, once, and what becomes of it when something breaks."""

from datetime import datetime, time, timedelta

import pytest
from django.db import transaction

from tests.alerting.conftest import ADDRESS, NIGHT, Listen, RobotOfTests
from tests.alerting.minutes import MINUTE, ask, deliver, go, lines
from tests.console.making import make_order, make_staff
from tests.shop import open_shop
from tradewind.alerting import sending, telling
from tradewind.alerting.models import Alert, Note, NoteTry, Receiver
from tradewind.alerting.receiving import Place, Rules, change, remove, send_again, send_test, switch
from tradewind.alerting.sending import FAILED, PAUSES, RobotCourier
from tradewind.alerting.telling import tell_everybody
from tradewind.alerting.tidying import KEEP, forget_alerts
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.models import AuditEntry, Staff, Todo
from tradewind.core.models.staff import Role
from tradewind.core.staffing import set_accounts
from tradewind.core.work import NeedsAttention, TryAgain
from tradewind.inventory.reserving import Wanted as Units
from tradewind.inventory.reserving import reserve
from tradewind.messaging.models import Message
from tradewind.promises.making import Told, make
from tradewind.promises.models import Promise
from tradewind.promises.risking import NOBODY, clear_source, put_at_risk
from tradewind.promises.watching import note_broken

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """As if the process were gone."""


def die(*_given: object, **_named: object) -> None:
    raise Killed


def test_everything_that_asks_for_a_hand_comes_in_one_message_each_with_its_page(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    listen()
    order = make_order(1)
    ask(order.pk, now + MINUTE)
    ask(order.pk, now + 2 * MINUTE, kind="order.withdrawal")
    go(now + 5 * MINUTE)
    assert robot.posted == []
    go(now + 11 * MINUTE)
    go(now + 12 * MINUTE)

    ((card, address, secret),) = robot.posted
    assert (card.title, card.more, address, secret) == ("Tradewind: 2 things need you", "", ADDRESS, "secret")
    assert [line.words.partition(" · ")[0] for line in card.lines] == ["To do: TW-TEST000001"] * 2
    note = Note.objects.get()
    assert {line.address.partition("/console")[2] for line in card.lines} == {f"/orders/{order.pk}"}
    assert card.open.address.endswith(f"/console/alerts/notes/{note.pk}")
    assert (note.state, note.alerts.count(), note.tries.get().text) == ("sent", 2, "0 ok")


def promise(number: int, at: datetime) -> tuple[str, Promise]:
    """A parcel that has to leave within two hours."""
    order = make_order(number, state="paid")
    until = at + timedelta(hours=2)
    told = Told(until=until, zone="Asia/Shanghai", account_id=order.account_id, inputs={"order_id": order.pk})
    return order.ref, make(Promise.Kind.DISPATCH, told, subject=("order", order.pk), at=at)


def test_what_is_over_before_it_is_told_is_not_told(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    listen("English", kinds=["risk"])
    listen("中文", kinds=["risk"], language="zh", group_minutes=60)
    ref, made = promise(1, now)
    put_at_risk(promise_id=made.pk, risk="late", at=now + MINUTE)
    go(now + 12 * MINUTE)
    assert clear_source(NOBODY, at=now + 20 * MINUTE) == 1
    go(now + 62 * MINUTE)

    assert [[words.startswith(f"At risk: {ref} · ") for words in each] for each in lines(robot)] == [[True]]
    assert not Alert.objects.filter(is_done=False).exists()


def test_a_broken_promise_is_told_at_once_and_what_waits_comes_along_after_it(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    listen()
    ref, made = promise(1, now)
    shop = open_shop(now, stock=1)
    later = made.due_at
    reserve(subject=("order", 1), lines=[Units(shop.small.pk, 1)], warehouses=[shop.shenzhen.pk], at=later)
    note_broken(later)
    go(later)
    (told,) = lines(robot)
    assert (len(told), told[0].startswith(f"Late: {ref} · "), told[1]) == (2, True, f"Sold out: {shop.small.sku}")


def test_nobody_hears_of_accounts_out_of_reach_nor_of_what_was_before(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    mine, other = (make_order(n, account=name).account for n, name in ((1, "mine"), (2, "other")))
    agent = make_staff(Role.AGENT)
    with transaction.atomic():
        set_accounts(agent, [mine.pk])
    ask(5, now - MINUTE, account=mine)
    receiver = listen()
    Receiver.objects.filter(pk=receiver.pk).update(created_by=agent)
    ask(3, now + MINUTE, account=mine)
    ask(4, now + MINUTE, account=other)
    go(now + 12 * MINUTE)
    assert [alert.key for alert in Alert.objects.all()] == [f"todo:{Todo.objects.get(subject_id=3).pk}"]
    assert [len(each) for each in lines(robot)] == [1]


def test_more_than_fits_is_counted_and_stands_on_the_page(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    robot.largest = 4
    listen()
    for number in range(1, 14):
        ask(number, now + MINUTE)
    go(now + 12 * MINUTE)
    ((card, _, _),) = robot.posted
    assert (len(card.lines), card.more) == (4, "And 9 more.")
    assert Note.objects.get().alerts.count() == 13


def test_at_night_one_sleeps_and_hears_of_it_in_the_morning(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    """14:00 in Shenzhen is seven in the morning in Berlin."""
    listen("Shenzhen", **NIGHT)
    listen("Berlin", zone="Europe/Berlin", language="de", is_woken=True, **NIGHT)
    ask(1, now + MINUTE)
    go(now + 15 * MINUTE)
    assert len(robot.posted) == 1
    ask(2, now + 20 * MINUTE, kind="payment.unexpected")
    go(now + 21 * MINUTE)
    assert [len(each) for each in lines(robot)[1:]] == [1, 1]
    go(now + 62 * MINUTE)
    assert [len(each) for each in lines(robot)[3:]] == [1]
    assert robot.posted[-1][0].title == "Tradewind: 1 Sache braucht Sie"


def test_a_letter_goes_to_a_colleague_in_the_same_words(listen: Listen, now: datetime) -> None:
    colleague = make_staff(Role.MANAGER)
    listen("Ms Manager", place=Place("mail", staff=colleague))
    ask(1, now + MINUTE)
    ask(2, now + MINUTE, kind="backup.old")  # the page of alarms says who gets letters about the machine
    go(now + 12 * MINUTE)
    letter = Message.objects.get(moment="staff_alert")
    note = Note.objects.get()
    assert (letter.recipient, letter.subject) == (colleague.email, "Tradewind: 1 thing needs you")
    assert note.body["lines"][0][0] in letter.text
    assert f"/console/alerts/notes/{note.pk}" in letter.html
    assert (note.state, note.message_id) == ("sent", letter.pk)


def test_a_worker_that_dies_after_the_call_leaves_doubt_and_tells_once_more(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    listen()
    ask(1, now + MINUTE)
    robot.answers = [OutcomeUnknown(words="cut")]
    go(now + 12 * MINUTE)
    assert (Note.objects.get().state, Note.objects.get().is_uncertain) == ("waiting", False)
    ask(2, now + 13 * MINUTE, kind="payment.unexpected")
    go(now + 14 * MINUTE)
    # What came meanwhile waited for it.
    first = Note.objects.get()
    assert (first.state, first.is_uncertain, first.tries.count()) == ("sent", True, 2)
    go(now + 15 * MINUTE)
    assert [len(each) for each in lines(robot)] == [1, 1]


@pytest.mark.parametrize("step", ["planned", "called", "settled"])
def test_killed_between_any_two_steps_it_is_told_once_or_in_doubt(
    robot: RobotOfTests, listen: Listen, now: datetime, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed: nothing after it runs, and what was not committed is gone."""
    listen()
    ask(1, now + MINUTE)
    at = now + 12 * MINUTE
    killed = {"planned": "set_going", "called": "_post", "settled": "settle"}[step]
    with monkeypatch.context() as patch:
        where: object = RobotCourier if step == "settled" else telling if step == "planned" else sending
        patch.setattr(where, killed, die)
        with pytest.raises(Killed):
            go(at)
    go(at + timedelta(minutes=5))
    note = Note.objects.get()
    assert (note.state, note.alerts.count()) == ("sent", 1)
    # A kill before the call cannot be told from one after it.
    assert (len(robot.posted), note.is_uncertain) == {
        "planned": (1, False),
        "called": (1, True),
        "settled": (2, True),
    }[step]


def test_a_robot_that_fails_is_tried_for_hours_then_somebody_is_asked_and_others_are_told(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    failing, other = listen("Failing"), listen("Other", kinds=["machine"])
    ask(1, now + MINUTE)
    robot.answers = [TryAgain(timedelta(minutes=1), "busy")] * (len(PAUSES) + 1)
    at = now + 12 * MINUTE
    go(at)
    while Note.objects.get(receiver=failing).state == "waiting":
        at += timedelta(minutes=10)
        deliver(at)
    failing.refresh_from_db()
    assert failing.failing_since is not None
    assert timedelta(hours=5) < at - now < timedelta(hours=8)
    go(at + MINUTE)
    assert lines(robot) == [
        [
            f"Machine: {words}"
            for words in [
                "Alerts do not arrive at one of those who are told. The page “Alerts” shows how it was answered, and what to do."
            ]
        ]
    ]
    assert Note.objects.filter(receiver=other).count() == 1

    send_again(note=Note.objects.get(receiver=failing), at=at + 2 * MINUTE)
    go(at + 2 * MINUTE)
    failing.refresh_from_db()
    assert (failing.failing_since, Todo.objects.get(kind=FAILED).state) == (None, "done")


def test_what_a_person_has_to_mend_is_not_tried_again(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    listen()
    ask(1, now + MINUTE)
    robot.answers = [NeedsAttention("The robot is not there any more")]
    go(now + 12 * MINUTE)
    go(now + 50 * MINUTE)
    assert (Note.objects.get().state, NoteTry.objects.count()) == ("failed", 1)
    assert Todo.objects.filter(kind=FAILED, state="open").count() == 1


def test_no_robot_is_posted_to_more_often_than_it_takes(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    robot.a_minute = 3
    receiver = listen()
    for _ in range(5):
        send_test(receiver=receiver, at=now)
    deliver(now)
    assert len(robot.posted) == 3
    deliver(now + timedelta(minutes=1, seconds=1))
    assert len(robot.posted) == 5


def test_figures_of_the_day_come_at_their_hour_once_and_not_late_in_the_day(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    listen(kinds=[], figures_at=time(9))
    make_order(1, placed_at=now - timedelta(hours=14))  # midnight there
    make_order(2, placed_at=now, state="cancelled")
    make_order(4, placed_at=now - timedelta(hours=14, seconds=1))
    promise(3, now)
    morning = now + timedelta(hours=19)  # nine o'clock there, the next day
    for at in (now, morning - MINUTE, morning, morning + MINUTE, morning + timedelta(hours=7)):
        go(at)
    ((card, _, _),) = robot.posted
    told = {words.partition(": ")[0]: words.partition(": ")[2] for words in (line.words for line in card.lines)}
    assert card.title == "Tradewind: The figures of Mon 23 Nov"
    assert (told["Orders yesterday"], told["Revenue yesterday"]) == ("1", "€26.90")
    assert (told["To be sent today"], told["Late"]) == ("1", "1")
    assert card.open.address.endswith("/console/")


def test_switched_off_nothing_is_told_and_what_was_meanwhile_neither(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    receiver = listen()
    switch(receiver=receiver, on=False, by="test", at=now)
    ask(1, now + MINUTE)
    go(now + 12 * MINUTE)
    switch(receiver=receiver, on=True, by="test", at=now + 13 * MINUTE)
    switch(receiver=receiver, on=True, by="test", at=now + 13 * MINUTE)
    go(now + 30 * MINUTE)
    assert robot.posted == []
    assert AuditEntry.objects.filter(action="alert.receiver_switched").count() == 2


def test_when_who_answers_has_left_nothing_is_told_until_somebody_takes_over(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    receiver = listen()
    Staff.objects.update(is_active=False)
    ask(1, now + MINUTE)
    go(now + 12 * MINUTE)
    assert robot.posted == []
    manager = make_staff(Role.MANAGER)
    rules = Rules("Group", "en", "Asia/Shanghai", ["asked"])
    change(receiver=receiver, rules=rules, answers=manager, by="test", at=now)
    go(now + 24 * MINUTE)
    receiver.refresh_from_db()
    assert (receiver.created_by, len(robot.posted)) == (manager, 1)


def test_neither_address_nor_secret_is_stored_open_or_written_to_the_trail(
    robot: RobotOfTests, listen: Listen, owner: Staff, now: datetime
) -> None:
    receiver = listen()
    rules = Rules("Group", "en", "Asia/Shanghai", ["late"])
    change(
        receiver=receiver,
        rules=rules,
        answers=owner,
        to=Place("tests", "https://robot.example/hook/other999"),
        by="test",
        at=now,
    )
    receiver.refresh_from_db()
    stored = [str(each) for row in Receiver.objects.values() for each in row.values()]
    stored += [f"{entry.before}{entry.after}" for entry in AuditEntry.objects.all()]
    assert not any("abcd1234" in each or "other999" in each or "hook" in each for each in stored)
    assert (receiver.tail, receiver.sealed_secret) == ("…r999", "")
    remove(receiver=receiver, by="test", at=now)
    assert not Receiver.objects.exists()


def test_what_was_sent_is_forgotten_and_what_waits_is_not(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    listen()
    ask(1, now + MINUTE)
    go(now + 12 * MINUTE)
    ask(2, now + 13 * MINUTE)
    tell_everybody(now + 14 * MINUTE)
    assert forget_alerts(now + KEEP) == 0
    assert forget_alerts(now + KEEP + timedelta(days=1)) == 2
    assert (Note.objects.count(), Alert.objects.count()) == (0, 1)
