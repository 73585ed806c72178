"""Owners are woken once for what is bad twice in a row, again after a day, and told when it is well again, and stays so."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from tests.at_once import succeed_at_once
from tests.console.making import make_staff
from tests.messaging.mail_server import Running
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import Delivery, SettingValue
from tradewind.core.models.staff import Role
from tradewind.health import watching
from tradewind.health.checks import Check, State
from tradewind.health.letters import write_alarm
from tradewind.messaging.models import Message

WELL = Check("stuck", State.GOOD)
WORRY = Check("stuck", State.WORRY, "some", {"number": 3})
BAD = Check("mail", State.BAD, "stuck", {"number": 2})
DISK = Check("disk", State.WORRY, "little", {"free": "1.0", "size": "20.0", "place": "/srv"})
FULL = replace(DISK, state=State.BAD)
ROOM = Check("disk", State.GOOD, "", DISK.facts)
FIVE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _mail_server_is_set(settings: Settings) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://127.0.0.1:25", "shop@shop.example"


def letters() -> list[str]:
    return list(Message.objects.filter(moment="machine_alarm").order_by("pk").values_list("subject", flat=True))


def look(at: datetime, *checks: Check) -> list[str]:
    return watching.note(checks, now=at)


@pytest.mark.django_db
def test_two_looks_in_a_row_wake_every_owner_in_their_language_once(now: datetime) -> None:
    make_staff(Role.MANAGER)
    for name, language, is_active in (("wei", "zh-hans", True), ("ann", "en", True), ("gone", "en", False)):
        owner = make_staff(language=language)
        owner.email, owner.is_active = f"{name}@shop.example", is_active
        owner.save()

    assert [look(now + step * FIVE, WORRY) for step in range(4)] == [[], ["stuck"], [], []]

    wei, ann = Message.objects.order_by("recipient")[::-1]
    assert (wei.recipient, ann.recipient) == ("wei@shop.example", "ann@shop.example")
    assert ann.subject == "The shop's machine needs you: Stuck work"
    assert "3 wait for a person" in ann.text
    assert wei.language == "zh"
    assert "卡住" in wei.subject
    assert Delivery.objects.filter(kind="messaging.mail").count() == 2


@pytest.mark.django_db
def test_what_mends_itself_between_two_looks_wakes_nobody(now: datetime) -> None:
    make_staff()

    for step, check in enumerate([WORRY, WELL, WORRY, WELL, WELL]):
        assert look(now + step * FIVE, check) == []
    assert letters() == []


@pytest.mark.django_db
def test_one_look_that_is_read_twice_is_one_look(now: datetime) -> None:
    make_staff()
    failed = Check("certificate", State.WORRY, "unreached", {"problem": "timed out"}, looked_at=now)

    assert [look(now + step * FIVE, failed) for step in range(3)] == [[], [], []]
    assert look(now + 3 * FIVE, replace(failed, looked_at=now + 3 * FIVE)) == ["certificate"]


@pytest.mark.django_db
def test_well_again_is_told_with_what_turned_bad_meanwhile(now: datetime) -> None:
    make_staff(language="en")
    look(now, WORRY, ROOM)
    look(now + FIVE, WORRY, ROOM)

    assert look(now + 2 * HOUR, WELL, DISK) == []  # one good look is none
    assert sorted(look(now + 2 * HOUR + FIVE, WELL, DISK)) == ["disk", "stuck"]
    assert letters() == [
        "The shop's machine needs you: Stuck work",
        "The shop's machine needs you: Disk of the data folder, Stuck work",
    ]
    text = " ".join(Message.objects.latest("pk").text.split())
    assert text.index("Only 1.0 GB") < text.index("Well again") < text.index("Nothing is stuck.")


@pytest.mark.django_db
def test_what_flickers_writes_one_letter_an_hour_unless_it_gets_worse(now: datetime) -> None:
    make_staff(language="en")
    look(now - FIVE, DISK)
    assert look(now, DISK) == ["disk"]

    single = [look(now + step * FIVE, (ROOM, DISK)[step % 2]) for step in range(1, 12)]
    assert single == [[]] * 11
    assert [look(now + HOUR - FIVE, ROOM), look(now + HOUR, ROOM)] == [[], ["disk"]]
    assert [look(now + HOUR + step * FIVE, DISK) for step in range(1, 12)] == [[]] * 11
    assert look(now + 2 * HOUR, DISK) == ["disk"]
    assert look(now + 2 * HOUR + FIVE, FULL) == ["disk"]
    assert [look(now + 2 * HOUR + step * FIVE, (FULL, DISK)[step % 2]) for step in range(2, 12)] == [[]] * 10


@pytest.mark.django_db
def test_what_is_bad_is_told_again_after_a_day_and_a_worry_that_turns_bad_at_once(now: datetime) -> None:
    make_staff(language="en")
    for step in range(2):
        look(now + step * FIVE, BAD, DISK)

    assert look(now + timedelta(hours=23), BAD, DISK) == []
    assert look(now + timedelta(hours=25), BAD, DISK) == ["mail"]
    assert look(now + timedelta(hours=26), BAD, FULL) == ["disk"]
    assert len(letters()) == 3


@pytest.mark.django_db
def test_without_a_mail_server_nobody_is_told_until_there_is_one(now: datetime, settings: Settings) -> None:
    make_staff()
    settings.SMTP_URL = ""
    unset = Check("mail", State.BAD, "unset")
    assert [look(now + step * HOUR, unset, DISK) for step in range(30)] == [[]] * 30
    assert Delivery.objects.count() == 0

    settings.SMTP_URL = "smtp://127.0.0.1:25"
    assert look(now + 31 * HOUR, replace(unset, state=State.GOOD, case=""), DISK) == ["disk"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("later", "left"),
    [
        ([], ["needs you: Disk of the data folder"]),
        ([(24 * HOUR, FULL)], ["needs you: Disk of the data folder"]),
        ([(2 * HOUR, ROOM), (3 * HOUR, ROOM)], ["is well again: Disk of the data folder"]),
        ([(2 * HOUR, ROOM), (3 * HOUR, ROOM), (28 * HOUR, ROOM)], []),
    ],
)
def test_after_mail_stood_still_only_the_last_word_leaves(
    later: list[tuple[timedelta, Check]],
    left: list[str],
    now: datetime,
    server: Running,
) -> None:
    make_staff(language="en")
    look(now - FIVE, FULL)
    look(now, FULL)
    for after, check in later:
        look(now + after, check)

    run_deliveries(now=lambda: now + 29 * HOUR)

    assert [mail["Subject"].removeprefix("The shop's machine ") for mail in server.script.mails] == left
    assert Message.objects.filter(state="planned").count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_letter(now: datetime) -> None:
    make_staff()
    look(now, BAD)

    assert succeed_at_once(*[lambda: look(now + FIVE, BAD)] * 2) == 2

    assert len(letters()) == 1


@pytest.mark.django_db(transaction=True)
def test_without_holding_the_row_they_write_two(now: datetime) -> None:
    """The control."""
    make_staff()
    look(now, BAD)
    both_have_looked = threading.Barrier(2)

    def look_unheld() -> None:
        told = SettingValue.objects.get(key="health.troubles").value["known"]["mail"]["told_at"]
        both_have_looked.wait()
        with transaction.atomic():
            if not told:
                write_alarm([BAD], [], after=threading.get_ident() % 1_000_000, at=now)

    assert succeed_at_once(look_unheld, look_unheld) == 2
    assert len(letters()) == 2
