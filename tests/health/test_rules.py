"""Who is woken, by what and when, as the page of alarms says; and connections that are tried once a day."""

import shutil
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django.fixtures import Settings

from tests.console.making import client_of, make_staff
from tests.health.test_checks import Usage, found, work
from tests.health.test_watching import BAD, DISK, FIVE, look
from tests.messaging.mail_server import mail_server
from tradewind.core import panels
from tradewind.core.connecting import connection_of, connections, forget_probe, last_probes, note_probe
from tradewind.core.models import SettingValue, Todo
from tradewind.health.checks import State
from tradewind.health.rules import RULES, rules
from tradewind.health.trying import EACH, FAILING, SOON, try_connections
from tradewind.messaging.models import Message

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Midnight in Shenzhen.
MIDNIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _mail_server_is_set(settings: Settings) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://127.0.0.1:1", "shop@shop.example"


def choose(at: datetime, **values: str) -> None:
    panels.change(RULES, values, seen=panels.stored(RULES).digest, by="staff:1", at=at)


@pytest.mark.django_db
def test_at_night_only_what_stands_still_wakes_and_the_rest_is_told_in_the_morning() -> None:
    make_staff()
    choose(MIDNIGHT, quiet_from="23:00", quiet_until="07:30")

    assert [look(MIDNIGHT + step * FIVE, DISK, BAD) for step in range(3)] == [[], ["mail"], []]
    assert look(MIDNIGHT + timedelta(hours=7), DISK, BAD) == []
    assert look(MIDNIGHT + timedelta(hours=7, minutes=30), DISK, BAD) == ["disk"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "clock", "quiet"),
    [
        (("23:00", "07:30"), "22:59", False),
        (("23:00", "07:30"), "23:00", True),
        (("23:00", "07:30"), "07:29", True),
        (("23:00", "07:30"), "07:30", False),
        (("12:00", "14:00"), "13:00", True),
        (("12:00", "14:00"), "14:00", False),
    ],
)
def test_quiet_hours_may_go_over_midnight(hours: tuple[str, str], clock: str, *, quiet: bool) -> None:
    choose(MIDNIGHT, quiet_from=hours[0], quiet_until=hours[1])
    now = datetime.combine(MIDNIGHT, datetime.strptime(clock, "%H:%M").time(), SHANGHAI)  # noqa: DTZ007  # a clock's

    assert rules().is_quiet(now, SHANGHAI) is quiet


@pytest.mark.django_db
def test_letters_go_to_those_who_are_named_and_limits_are_the_chosen_ones(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_staff(language="en")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 << 30, 85 << 30, 15 << 30))
    work(now, minutes=40)
    assert (found("disk", now).state, found("queues", now).state) == (State.GOOD, State.WORRY)

    choose(now, people="ops@shop.example\nnight@shop.example", gigabytes="20", minutes="60")

    assert (found("disk", now).state, found("queues", now).state) == (State.WORRY, State.GOOD)
    look(now, DISK)
    look(now + FIVE, DISK)
    told = Message.objects.order_by("pk").values_list("recipient", "language")
    assert list(told) == [("ops@shop.example", "en"), ("night@shop.example", "en")]


@pytest.mark.django_db
def test_a_test_letter_goes_to_whom_the_form_names() -> None:
    client = client_of(make_staff(language="en"))

    answer = client.post("/console/settings/alarms/saving", {"people": "ops@shop.example", "test": "letter"})

    assert "A letter to ops@shop.example leaves within seconds." in answer.content.decode()
    letter = Message.objects.get()
    assert (letter.recipient, letter.subject) == ("ops@shop.example", "A test of the alarms")
    assert "Nothing has happened" in letter.text
    assert rules().people == ()


def leave_the_other_one(now: datetime) -> None:
    """Webhooks have been tried, and are not due in these tests."""
    hooks = connection_of("hooks")
    assert hooks is not None
    note_probe(hooks, [], at=now + timedelta(days=7))


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_fails_twice_asks_for_a_hand_until_it_is_reached(now: datetime, settings: Settings) -> None:
    """Tried once a day; after a failure soon again."""

    def todos() -> list[str]:
        return list(Todo.objects.filter(kind=FAILING).values_list("state", flat=True))

    assert [try_connections(now), try_connections(now), try_connections(now + FIVE)] == [["mail"], ["hooks"], []]
    leave_the_other_one(now)
    assert (found("connections", now).state, todos()) == (State.BAD, [])

    assert (try_connections(now + SOON), todos()) == (["mail"], ["open"])
    page = client_of(make_staff()).get("/console/connections").content.decode()
    assert "127.0.0.1:1 cannot be reached: Connection refused." in page
    # Watching counts two trials, not two looks at the same one.
    assert found("connections", now).looked_at == now + SOON

    with mail_server() as running:
        settings.SMTP_URL = f"smtp://127.0.0.1:{running.port}"
        at = now + timedelta(hours=2)
        assert try_connections(at) == ["mail"]
        assert (last_probes()["mail"].failures, found("connections", at).state, todos()) == (0, State.GOOD, ["done"])
        assert (try_connections(at + EACH - FIVE), try_connections(at + EACH)) == ([], ["mail"])


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_away_or_changed_asks_for_nobody_any_more(now: datetime, settings: Settings) -> None:
    leave_the_other_one(now)
    for minutes in (0, 10):
        try_connections(now + timedelta(minutes=minutes))
    todo = Todo.objects.get(kind=FAILING)
    # Whoever has put it aside is not asked again before the next trial.
    todo.state = "done"
    todo.save()
    assert (try_connections(now + timedelta(minutes=15)), Todo.objects.filter(state="open").count()) == ([], 0)
    assert try_connections(now + timedelta(minutes=70)) == ["mail"]
    assert Todo.objects.filter(state="open").count() == 1

    settings.SMTP_URL = ""
    try_connections(now + timedelta(minutes=75))

    assert (Todo.objects.filter(state="open").count(), list(last_probes())) == (0, ["hooks"])
    assert found("connections", now).state == State.GOOD
    forget_probe(connections()[0])
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    assert try_connections(now + timedelta(minutes=80)) == ["mail"]
    assert last_probes()["mail"].failures == 1


@pytest.mark.django_db(transaction=True)
def test_one_that_is_set_up_wrongly_keeps_no_other_from_its_turn(now: datetime, settings: Settings) -> None:
    settings.SMTP_URL = ""
    half = {"security": "smtp", "host": "h.example", "user": "u", "sender": "a@b.example"}
    SettingValue.objects.create(key="connection.mail", value={"values": half}, changed_at=now)

    tried = [try_connections(now + turn * FIVE) for turn in range(3)]

    assert tried == [["mail"], ["hooks"], ["mail"]]
    assert (last_probes()["mail"].failures, last_probes()["mail"].steps[0].is_good) == (2, False)
