"""Limits by recipient domain, and whoever asks for slowness: mail to them waits, mail to others leaves."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.messaging.mail_server import Running
from tradewind.core import panels
from tradewind.core.deliveries import LEASE
from tradewind.core.models import Delivery, SettingValue, Todo
from tradewind.core.panel_parts import WrongPart
from tradewind.messaging.models import MailPace, MailTurn, Message
from tradewind.messaging.pace_rule import RULES, Limit, limit_for
from tradewind.messaging.pacing import FIRST_PAUSE, LONGEST_PAUSE
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import Rendered

pytestmark = pytest.mark.django_db
WorkUntilIdle = Callable[..., int]
CONTENT = Rendered("Your order is confirmed", "Thank you\n", "<p>Thank you</p>\n")


def plan(at: datetime, recipient: str, *, order: int) -> Message:
    with transaction.atomic():
        return plan_message(
            moment="order_confirmed", subject=("order", order), to=Addressee(recipient, "en"), content=CONTENT, at=at
        )


def plan_many(at: datetime, domain: str, many: int, *, first: int = 0) -> None:
    for number in range(first, first + many):
        plan(at, f"buyer{number}@{domain}", order=number)


def limit_own(at: datetime, lines: str) -> None:
    panels.change(RULES, {"own": lines}, seen=panels.stored(RULES).digest, by="staff:1", at=at)


def taken_by_another(at: datetime, message: Message) -> int:
    """The delivery: another worker, who has not been heard of since, is about to hand it over to its domain's server."""
    pace = MailPace.objects.create(key="slow.example", next_at=at)
    delivery = Delivery.objects.get(key=message.message_id)
    MailTurn.objects.create(delivery=delivery, pace=pace, at=at, until=at + LEASE)
    Delivery.objects.filter(pk=delivery.pk).update(state="running", due_at=at + LEASE, lease="another worker's")
    return delivery.pk


def arrived(server: Running) -> list[str]:
    return [str(mail["To"]) for mail in server.script.mails]


def test_what_a_domain_does_not_take_yet_waits_and_other_mail_leaves(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    limit_own(now, "slow.example: 6")
    plan_many(now, "slow.example", 4)
    plan_many(now, "other.example", 3, first=10)

    work_until_idle()
    at_once = arrived(server)
    work_until_idle(after=timedelta(seconds=11))
    soon = arrived(server)[len(at_once) :]
    work_until_idle(after=timedelta(seconds=31))

    assert at_once == [
        "buyer0@slow.example",
        "buyer1@slow.example",
        *(f"buyer{n}@other.example" for n in (10, 11, 12)),
    ]
    assert soon == ["buyer2@slow.example"]
    assert arrived(server)[-1] == "buyer3@slow.example"
    assert {row.tries for row in Delivery.objects.all()} == {1}


def test_waiting_mails_keep_their_order_and_come_back_one_by_one(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    limit_own(now, "slow.example: 60")
    plan_many(now, "slow.example", 30)

    work_until_idle()
    waiting = Delivery.objects.filter(finished_at=None).order_by("pk")
    due = [(row.due_at - now).total_seconds() for row in waiting]

    assert len(arrived(server)) == 11
    assert due == [float(number) for number in range(1, 20)]


def test_no_more_mails_are_under_way_to_a_domain_than_it_takes_at_once(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    limit_own(now, "slow.example: 600, 1")
    under_way = taken_by_another(now, plan(now, "a@slow.example", order=1))
    plan(now, "b@slow.example", order=2)

    work_until_idle()
    meanwhile = arrived(server)
    MailTurn.objects.filter(delivery_id=under_way).delete()
    work_until_idle(after=timedelta(seconds=6))

    assert (meanwhile, arrived(server)) == ([], ["b@slow.example"])


def test_a_worker_that_died_with_a_turn_blocks_nobody_for_longer_than_its_lease(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    limit_own(now, "slow.example: 600, 1")
    taken_by_another(now, plan(now, "a@slow.example", order=1))
    plan(now, "b@slow.example", order=2)

    work_until_idle(after=LEASE + timedelta(seconds=1))
    work_until_idle(after=LEASE + timedelta(seconds=10))

    assert sorted(arrived(server)) == ["a@slow.example", "b@slow.example"]
    assert MailTurn.objects.count() == 0


@pytest.mark.parametrize(
    "answer",
    [
        "421 4.7.0 [TSS04] Messages from 1.2.3.4 temporarily deferred due to unexpected volume",
        "450 4.7.1 Error: too much mail from 1.2.3.4",
        "451 4.7.650 The mail server has been temporarily rate limited due to IP reputation",
        "421 4.7.28 Our system has detected an unusual rate of unsolicited mail",
        "450 4.2.1 The user you are trying to contact is receiving mail too fast",
    ],
)
def test_a_domain_that_asks_for_slowness_is_asked_later_and_others_go_on(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle, answer: str
) -> None:
    plan_many(now, "busy.example", 3)
    plan(now, "a@other.example", order=9)
    server.script.to_recipient.append(answer)

    work_until_idle()
    at_once = arrived(server)
    work_until_idle(after=FIRST_PAUSE - timedelta(seconds=1))
    within_the_pause = arrived(server)
    for second in range(10):
        work_until_idle(after=FIRST_PAUSE + timedelta(seconds=second))

    assert at_once == within_the_pause == ["a@other.example"]
    assert sorted(arrived(server)[1:]) == [f"buyer{number}@busy.example" for number in range(3)]
    assert sorted(Delivery.objects.values_list("tries", flat=True)) == [1, 1, 1, 2]


def test_pauses_grow_while_a_domain_goes_on_asking_and_are_forgotten_when_it_takes_mail(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    plan(now, "a@busy.example", order=1)
    server.script.to_recipient.extend(["450 4.7.1 slow down"] * 3)

    pauses, after = [], timedelta(0)
    for _ in range(3):
        work_until_idle(after=after)
        until = MailPace.objects.get().paused_until
        assert until is not None
        pauses.append(until - now - after)
        after = until - now
    work_until_idle(after=after)
    between = MailPace.objects.get().asked
    for order in (2, 3, 4):
        plan(now + after, f"{order}@busy.example", order=order)
    for second in range(10):
        work_until_idle(after=after + timedelta(seconds=second))

    assert pauses == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert (between, MailPace.objects.get().asked, len(arrived(server))) == (2, 0, 4)


def test_a_named_time_is_believed_and_no_pause_is_longer_than_an_hour(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    MailPace.objects.create(key="busy.example", next_at=now, asked=19, paused_until=now)
    plan(now, "a@busy.example", order=1)
    plan(now, "a@other.example", order=2)
    server.script.to_recipient.extend(["451 4.7.1 too many mails", "451 4.7.1 try again in 40 minutes"])

    work_until_idle()

    paused = {row.key: row.paused_until - now for row in MailPace.objects.all() if row.paused_until}
    assert paused == {"busy.example": LONGEST_PAUSE, "other.example": timedelta(minutes=40)}


def test_a_server_that_asks_for_slowness_itself_is_left_alone_with_all_mail(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    plan(now, "a@one.example", order=1)
    plan(now, "a@two.example", order=2)
    server.script.to_sender.append("450 4.7.1 you have sent too many mails, slow down")

    work_until_idle()
    meanwhile = arrived(server)
    work_until_idle(after=FIRST_PAUSE + timedelta(seconds=1))

    assert (meanwhile, sorted(arrived(server))) == ([], ["a@one.example", "a@two.example"])
    assert MailPace.objects.get().key == ""


def test_greylisting_concerns_one_mail_alone(now: datetime, server: Running, work_until_idle: WorkUntilIdle) -> None:
    plan(now, "new@grey.example", order=1)
    plan(now, "known@grey.example", order=2)
    server.script.to_recipient.append(
        "450 4.2.0 <new@grey.example>: Recipient address rejected: Greylisted, see postgrey"
    )

    work_until_idle()
    at_once = arrived(server)
    work_until_idle(after=timedelta(minutes=6))

    assert (at_once, arrived(server)) == (["known@grey.example"], ["known@grey.example", "new@grey.example"])
    assert MailPace.objects.count() == 0


def test_a_mailbox_that_is_full_slows_down_nobody_else(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    plan(now, "full@some.example", order=1)
    plan(now, "b@some.example", order=2)
    server.script.to_recipient.append("452 4.2.2 mailbox full")

    work_until_idle()

    assert (arrived(server), MailPace.objects.count()) == (["b@some.example"], 0)


def test_domains_of_one_provider_share_its_limit_and_an_owners_line_goes_before_it(now: datetime) -> None:
    shipped = [limit_for(f"greta@{domain}") for domain in ("gmail.com", "GoogleMail.com", "tingyu.example")]
    limit_own(now, "gmail.com: 30, 1\nmüller.example: 5\nweb.de: 0")
    own = [
        limit_for(f"greta@{domain}") for domain in ("googlemail.com", "xn--mller-kva.example", "gmx.de", "yahoo.com")
    ]

    assert shipped == [Limit("google", 300, 5), Limit("google", 300, 5), Limit("tingyu.example")]
    assert own == [
        Limit("google", 30, 1),
        Limit("xn--mller-kva.example", 5),
        Limit("united-internet"),
        Limit("yahoo", 60, 2),
    ]


@pytest.mark.parametrize("line", ["gmx.de", "gmx.de 60", "gmx.de: many", "gmx.de: 60, 2, 3", "nodot: 5", "a.b: -1"])
def test_a_line_that_cannot_be_read_is_not_saved(now: datetime, line: str) -> None:
    with pytest.raises(WrongPart):
        limit_own(now, f"fine.example: 1\n{line}")

    assert not SettingValue.objects.filter(key=RULES.kind, value__has_key="values").exists()


@pytest.mark.parametrize(
    "answer",
    [
        "450 4.7.1 Client host rejected: cannot find your hostname, [1.2.3.4]",
        "450 4.7.1 <a@slow.example>: Recipient address rejected: Access denied",
        "451 4.3.0 Frequency of nothing in particular",
    ],
)
def test_what_is_refused_for_now_for_another_reason_slows_down_nobody_else(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle, answer: str
) -> None:
    server.script.to_recipient.append(answer)
    plan_many(now, "slow.example", 2)

    work_until_idle()

    assert (arrived(server), MailPace.objects.count()) == (["buyer1@slow.example"], 0)


def test_mail_that_a_provider_puts_off_for_days_is_given_up_and_somebody_is_asked_to_look(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    server.script.to_recipient.extend(["450 4.7.0 <a@slow.example> slow down"] * 7)
    message = plan(now, "a@slow.example", order=1)
    for hours in range(7):
        work_until_idle(after=timedelta(hours=2 * hours))
    pace = MailPace.objects.get()

    todo = Todo.objects.get(kind="mail.slow")
    assert (pace.asked, pace.words) == (7, "450 4.7.0")  # whose address it was is nobody's to read
    assert todo.facts == {"problem": "slow.example 450 4.7.0"}

    # Others stand before it in the queue, until it is too old to say anything.
    Delivery.objects.update(created_at=now - timedelta(days=4))
    MailPace.objects.update(next_at=now + timedelta(days=9), paused_until=now + timedelta(days=9))
    MailTurn.objects.all().delete()
    Delivery.objects.update(due_at=now)
    work_until_idle(after=timedelta(hours=13))

    message.refresh_from_db()
    assert (message.state, message.problem.partition(":")[0]) == ("failed", "no-answer")
    assert Todo.objects.get(kind="message.failed").facts["code"] == "no-answer"


def test_a_provider_that_takes_mail_again_asks_for_no_hand_any_more(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    server.script.to_recipient.extend(["450 4.7.0 slow down"] * 7)
    plan_many(now, "slow.example", 8)
    for hours in range(30):
        work_until_idle(after=timedelta(hours=2 * hours))

    assert len(arrived(server)) == 8
    assert (MailPace.objects.get().asked, Todo.objects.get(kind="mail.slow").state) == (0, "done")


def test_another_limit_gives_places_anew(now: datetime, server: Running, work_until_idle: WorkUntilIdle) -> None:
    limit_own(now, "slow.example: 1")
    plan_many(now, "slow.example", 30)
    work_until_idle()
    few = len(arrived(server))

    limit_own(now, "slow.example: 600")
    plan(now, "code@slow.example", order=99)
    work_until_idle(after=timedelta(seconds=1))
    work_until_idle(after=timedelta(seconds=12))

    assert (few, len(arrived(server))) == (1, 31)
