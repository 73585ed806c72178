"""Nobody is told what they may not see any more: asked when it is raised, when it is told, when it leaves, and when it is sent again."""

from collections.abc import Iterator
from datetime import datetime, time

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from tests.alerting.conftest import Listen, RobotOfTests
from tests.alerting.minutes import MINUTE, ask, deliver, go, lines
from tests.console.making import make_order, make_staff
from tests.messaging.mail_server import HANG_UP, Running, Script, mail_server
from tradewind.alerting.models import Alert, Note, Receiver
from tradewind.alerting.receiving import OutOfReach, Place, send_again, switch
from tradewind.alerting.telling import tell_everybody
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.core.models import ShopAccount, Staff
from tradewind.core.models.staff import Role
from tradewind.core.staffing import set_accounts
from tradewind.core.work import NeedsAttention
from tradewind.messaging import ports
from tradewind.messaging.models import Message
from tradewind.orders.models import Order

pytestmark = pytest.mark.django_db
LATER = 12 * MINUTE


@pytest.fixture
def server(settings: Settings) -> Iterator[Running]:
    """A mail server, and letters leave through it."""
    settings.MAIL_FROM = "hello@tingyu.example"
    with mail_server(Script()) as running:
        transport = SmtpTransport(read_server_address(running.url), own_name="shop.tingyu.example", longest=5)
        ports.fill(transport)
        yield running
        ports.fill(None)
        transport.close()


@pytest.fixture
def accounts(now: datetime) -> tuple[ShopAccount, ShopAccount]:
    mine, other = (make_order(number, account=name).account for number, name in ((1, "mine"), (2, "other")))
    return mine, other


@pytest.fixture
def agent(accounts: tuple[ShopAccount, ShopAccount]) -> Staff:
    """Works for both."""
    made = make_staff(Role.AGENT)
    limit(made, *accounts)
    return made


def limit(staff: Staff, *accounts: ShopAccount) -> None:
    with transaction.atomic():
        set_accounts(staff, [account.pk for account in accounts])


def ask_both(accounts: tuple[ShopAccount, ShopAccount], at: datetime) -> None:
    """About an order of each."""
    for account in accounts:
        ask(Order.objects.get(account=account).pk, at, account=account)


def group_of(agent: Staff, listen: Listen) -> Receiver:
    receiver = listen()
    Receiver.objects.update(created_by=agent)
    return receiver


def test_what_went_out_of_reach_while_it_waited_is_not_told(
    robot: RobotOfTests, listen: Listen, agent: Staff, accounts: tuple[ShopAccount, ShopAccount], now: datetime
) -> None:
    group_of(agent, listen)
    ask_both(accounts, now + MINUTE)
    go(now + 2 * MINUTE)
    assert Alert.objects.count() == 2
    limit(agent, accounts[0])
    go(now + LATER)
    assert [[words.partition(" · ")[0] for words in each] for each in lines(robot)] == [["To do: TW-TEST000001"]]
    assert not Alert.objects.filter(is_done=False).exists()


def test_a_message_on_its_way_does_not_leave_when_part_of_it_is_out_of_reach_and_the_rest_is_told_anew(
    robot: RobotOfTests, listen: Listen, agent: Staff, accounts: tuple[ShopAccount, ShopAccount], now: datetime
) -> None:
    group_of(agent, listen)
    ask_both(accounts, now + MINUTE)
    tell_everybody(now + LATER)
    limit(agent, accounts[0])
    deliver(now + LATER)
    assert robot.posted == []
    go(now + LATER + MINUTE)
    assert [[words.partition(" · ")[0] for words in each] for each in lines(robot)] == [["To do: TW-TEST000001"]]
    assert [note.state for note in Note.objects.order_by("pk")] == ["dropped", "sent"]
    with pytest.raises(OutOfReach):
        send_again(note=Note.objects.earliest("pk"), at=now + 2 * LATER)


def test_what_was_switched_off_on_its_way_is_not_told_later(robot: RobotOfTests, listen: Listen, now: datetime) -> None:
    receiver = listen()
    ask(1, now + MINUTE)
    tell_everybody(now + LATER)
    switch(receiver=receiver, on=False, by="test", at=now + LATER)
    deliver(now + LATER)
    switch(receiver=receiver, on=True, by="test", at=now + LATER)
    go(now + 2 * LATER)
    assert robot.posted == []
    assert [note.state for note in Note.objects.all()] == ["dropped"]


def test_nothing_is_sent_again_that_is_out_of_reach_by_now(
    robot: RobotOfTests, listen: Listen, agent: Staff, accounts: tuple[ShopAccount, ShopAccount], now: datetime
) -> None:
    group_of(agent, listen)
    ask_both(accounts, now + MINUTE)
    robot.answers = [NeedsAttention("The robot is not there any more")]
    go(now + LATER)
    limit(agent, accounts[0])
    with pytest.raises(OutOfReach):
        send_again(note=Note.objects.get(), at=now + 2 * LATER)
    go(now + 2 * LATER)
    assert (robot.posted, Note.objects.get().state) == ([], "failed")


def test_a_letter_on_its_way_does_not_reach_who_may_not_see_all_of_it_any_more(
    server: Running, listen: Listen, agent: Staff, accounts: tuple[ShopAccount, ShopAccount], now: datetime
) -> None:
    listen("Ms Agent", place=Place("mail", staff=agent))
    ask_both(accounts, now + MINUTE)
    tell_everybody(now + LATER)
    assert Message.objects.get(moment="staff_alert").text.count("TW-TEST") == 2
    limit(agent, accounts[0])
    go(now + LATER)
    go(now + LATER + MINUTE)
    (mail,) = server.script.mails
    text = mail.get_body(("plain",))
    assert text is not None
    assert [f"TW-TEST00000{number}" in text.get_content() for number in (1, 2)] == [True, False]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("is_in_doubt", [False, True])
def test_no_letter_leaves_for_who_may_not_log_in_any_more(
    server: Running, listen: Listen, agent: Staff, now: datetime, *, is_in_doubt: bool
) -> None:
    listen("Ms Agent", place=Place("mail", staff=agent))
    ask(1, now + MINUTE)
    tell_everybody(now + LATER)
    if is_in_doubt:
        server.script.to_data.append(HANG_UP)
        deliver(now + LATER)
    Staff.objects.filter(pk=agent.pk).update(is_active=False)
    deliver(now + 5 * LATER)
    go(now + 5 * LATER + MINUTE)
    assert len(server.script.received) == int(is_in_doubt)
    # Of what may have arrived, the record stays.
    assert [message.state for message in Message.objects.all()] == (["failed"] if is_in_doubt else [])
    assert Note.objects.get().state == ("sent" if is_in_doubt else "dropped")


def test_figures_on_their_way_do_not_leave_for_a_smaller_reach_than_they_were_counted_in(
    robot: RobotOfTests, listen: Listen, agent: Staff, accounts: tuple[ShopAccount, ShopAccount], now: datetime
) -> None:
    listen(kinds=[], figures_at=time(14))
    Receiver.objects.update(created_by=agent)
    tell_everybody(now)
    limit(agent, accounts[0])
    deliver(now + MINUTE)
    assert (robot.posted, Note.objects.get().state) == ([], "dropped")


def test_what_a_role_may_not_see_is_not_told_whatever_was_ticked(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    """Who writes about goods sees no orders and no machine: neither promises, nor the figures of a day, nor backups."""
    writer = make_staff(Role.CONTENT)
    listen("Writers", figures_at=time(14))
    Receiver.objects.update(created_by=writer)
    ask(1, now + MINUTE, kind="backup.old")
    ask(2, now + MINUTE)
    go(now + LATER)
    assert [[words.partition(":")[0] for words in each] for each in lines(robot)] == [["To do"]]
