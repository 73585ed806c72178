"""Alerts in the console: added, tried out, changed, looked after, and opened on a phone by whoever was told."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.alerting.conftest import RobotOfTests
from tests.console.making import client_of, make_order, make_staff
from tradewind.alerting import ports
from tradewind.alerting.models import Alert, Note, Receiver
from tradewind.alerting.receiving import send_test
from tradewind.alerting.telling import tell_everybody
from tradewind.core import todos
from tradewind.core.models import AuditEntry, Staff
from tradewind.core.models.staff import Role
from tradewind.core.staffing import set_accounts
from tradewind.core.work import NeedsAttention
from tradewind.lib.clock import utc_now

KEY = "693a91f6-7f9c-4bc4-97a0-0ec2sifa5aaa"
ADDRESS = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
RULES: dict[str, Any] = {
    "kind": ["late", "money"],
    "language": "zh",
    "zone": "Asia/Shanghai",
    "quiet_from": "23:00",
    "quiet_until": "07:30",
    "is_woken": "on",
    "group_minutes": "10",
    "most_an_hour": "6",
    "figures_at": "",
}
ROBOT = {"way": "wecom", "name": "Warehouse", "address": ADDRESS, "secret": "", **RULES}


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()


@pytest.fixture
def browser(owner: Staff) -> Client:
    return client_of(owner)


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> RobotOfTests:
    """In WeCom's place."""
    made = RobotOfTests(code="wecom", title="WeCom")
    monkeypatch.setitem(ports._robots, "wecom", made)
    return made


def page(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def test_a_robot_is_added_once_and_its_address_is_never_shown(browser: Client) -> None:
    first = browser.post("/console/alerts/robots", ROBOT)
    second = browser.post("/console/alerts/robots", ROBOT)  # a double click
    row = Receiver.objects.get()
    assert first["Location"] == second["Location"] == f"/console/alerts/{row.pk}?done=alert-added"
    shown = page(browser, first["Location"]) + page(browser, "/console/alerts") + page(browser, "/console/audit")
    assert KEY not in shown
    assert "WeCom · <span" in shown
    assert "…5aaa" in shown
    assert "A payment or a refund went wrong · A promise was broken" in shown
    assert "23:00–07:30" in shown
    assert "Receiver of alerts added" in shown


def test_the_same_robot_added_again_has_the_secret_and_the_rules_that_were_typed_last(
    browser: Client, robot: RobotOfTests
) -> None:
    for secret, kinds in (("first", ["late"]), ("second", ["money"]), ("second", ["money"])):
        browser.post("/console/alerts/robots", {**ROBOT, "secret": secret, "kind": kinds})
    row = Receiver.objects.get()
    browser.post(f"/console/alerts/{row.pk}/test")
    assert (row.kinds, [secret for _, _, secret in robot.posted]) == (["money"], ["second"])
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="alert.").order_by("pk")] == [
        "alert.receiver_added",
        "alert.receiver_changed",
    ]
    browser.post("/console/alerts/robots", {**ROBOT, "secret": ""})
    browser.post(f"/console/alerts/{row.pk}/test")
    assert [secret for _, _, secret in robot.posted] == ["second", ""]


def test_a_robot_that_another_installation_sealed_is_not_the_same(browser: Client, robot: RobotOfTests) -> None:
    browser.post("/console/alerts/robots", ROBOT)
    row = Receiver.objects.get()
    Receiver.objects.update(sealed_address="sealed elsewhere")
    assert "has this name" in browser.post("/console/alerts/robots", ROBOT).content.decode()
    tried = browser.post(f"/console/alerts/{row.pk}/test").content.decode()
    assert "was sealed by another installation" in tried


def test_what_was_chosen_and_may_not_be_seen_by_whom_it_tells_is_said(browser: Client) -> None:
    writer = make_staff(Role.CONTENT)
    fields = {**RULES, "name": "Writer", "staff": writer.pk, "kind": ["late", "asked"], "figures_at": "09:00"}
    added = browser.post("/console/alerts/letters", fields)["Location"]
    words = "Chosen, but not told, because Ms Content may not see it: A promise was broken · Figures of the day"
    assert words in page(browser, added)


def test_what_is_out_of_reach_by_now_is_not_sent_again(browser: Client, owner: Staff, robot: RobotOfTests) -> None:
    browser.post("/console/alerts/robots", ROBOT)
    row, now = Receiver.objects.get(), utc_now()
    todos.ask_for_hand("payment.unexpected", subject=("intent", 1), account_id=None, due_at=now, at=now)
    tell_everybody(now + timedelta(minutes=1))
    note = Note.objects.get()
    Note.objects.update(state=Note.State.FAILED)
    Alert.objects.update(account_id=make_order(1, account="other").account_id)
    agent = make_staff(Role.AGENT)
    with transaction.atomic():
        set_accounts(agent, [])
    Receiver.objects.update(created_by=agent)
    answer = browser.post(f"/console/alerts/{row.pk}/notes/{note.pk}/sending")
    assert "may not see all of it any more" in page(browser, answer["Location"])
    assert Note.objects.get().state == "failed"
    Note.objects.update(state=Note.State.DROPPED)
    shown = page(browser, f"/console/alerts/{row.pk}")
    assert "Not sent: switched off, or out of reach by then" in shown
    assert f"/notes/{note.pk}/sending" not in shown


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"address": "https://evil.example/send?key=12345678"}, "address", "Please paste the whole address"),
        ({"secret": "SEC123"}, "secret", "have no secret"),
        ({"name": "taken"}, "name", "has this name"),
        ({"kind": []}, "kind", "Please choose at least one"),
        ({"zone": "Mars/Olympus"}, "zone", "time zone"),
        ({"quiet_until": ""}, "quiet_until", "Please write both"),
        ({"figures_at": "nine"}, "figures_at", "a time like 07:30"),
        ({"most_an_hour": "0"}, "most_an_hour", "between 1 and 60"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser: Client, change: dict[str, Any], field: str, words: str
) -> None:
    browser.post("/console/alerts/robots", {**ROBOT, "name": "taken", "address": ADDRESS.replace("693a", "other")})
    refused = browser.post("/console/alerts/robots", {**ROBOT, **change})
    told = refused.content.decode()
    assert refused.status_code == 422
    assert words in told.partition(f'id="robot-{field}-problem"')[2].partition("</p>")[0]
    assert 'value="07:30"' in told or "quiet_until" in change
    assert Receiver.objects.count() == 1


def test_a_test_says_step_by_step_how_it_was_answered(browser: Client, robot: RobotOfTests) -> None:
    browser.post("/console/alerts/robots", ROBOT)
    row = Receiver.objects.get()
    well = browser.post(f"/console/alerts/{row.pk}/test").content.decode()
    robot.answers = [NeedsAttention("The robot is not there any more")]
    bad = browser.post(f"/console/alerts/{row.pk}/test").content.decode()

    steps = [
        re.findall(r"<li><span class=\"(good|bad)\".*?</span><span>(.*?)</span></li>", each) for each in (well, bad)
    ]
    assert steps[0] == [
        ("good", "Reached."),
        ("good", "The robot took the test message. It answered: 0 ok. Look into the group."),
    ]
    assert steps[1][1] == ("bad", "The robot did not take the test message: The robot is not there any more")
    assert [card.title for card, _, _ in robot.posted] == ["Tradewind：测试"]
    # A test that fails asks for nobody's hand: somebody is looking.
    assert not todos.Todo.objects.exists()


def test_rules_change_and_the_address_stays(browser: Client) -> None:
    browser.post("/console/alerts/robots", ROBOT)
    row = Receiver.objects.get()
    answer = browser.post(
        f"/console/alerts/{row.pk}/saving", {**RULES, "name": "Night", "address": "", "kind": ["stock"]}
    )
    assert answer["Location"].endswith("done=alert-saved")
    changed = Receiver.objects.get()
    assert (changed.name, changed.kinds, changed.sealed_address) == ("Night", ["stock"], row.sealed_address)
    refused = browser.post(f"/console/alerts/{row.pk}/saving", {**RULES, "name": "Night", "secret": "SEC1"})
    assert "needs the address once more" in refused.content.decode()
    browser.post(f"/console/alerts/{row.pk}/switching", {"on": "no"})
    assert not Receiver.objects.get().is_active
    assert browser.post(f"/console/alerts/{row.pk}/removal")["Location"] == "/console/alerts?done=alert-removed"
    assert AuditEntry.objects.filter(action__startswith="alert.").count() == 4


def test_a_colleague_is_told_by_mail_but_not_of_the_machine(browser: Client, owner: Staff) -> None:
    colleague = make_staff(Role.AGENT)
    fields = {**RULES, "name": "Ms Agent", "staff": colleague.pk, "kind": ["machine", "late"]}
    browser.post("/console/alerts/letters", fields)
    row = Receiver.objects.get()
    assert (row.staff, row.kinds) == (colleague, ["late"])
    assert colleague.email in page(browser, f"/console/alerts/{row.pk}")
    nobody = browser.post("/console/alerts/letters", {**fields, "staff": 0, "name": "Nobody"}).content.decode()
    assert "Please choose somebody." in nobody


def test_whoever_was_told_sees_what_is_left_of_it_within_their_reach(browser: Client, robot: RobotOfTests) -> None:
    browser.post("/console/alerts/robots", {**ROBOT, "kind": ["asked"], "language": "en"})
    now = utc_now()
    orders = [make_order(number, account=name) for number, name in ((1, "mine"), (2, "other"), (3, "mine"))]
    asked = [
        todos.ask_for_hand(
            "order.buyer_wrote", subject=("order", each.pk), account_id=each.account_id, due_at=now, at=now
        )
        for each in orders
    ]
    Receiver.objects.update(quiet_from=None, quiet_until=None)
    tell_everybody(now + timedelta(minutes=11))
    note = Note.objects.get()
    agent = make_staff(Role.AGENT)
    with transaction.atomic():
        set_accounts(agent, [orders[0].account_id])
    todos.finish(asked[2], by=agent, at=now)

    address = f"/console/alerts/notes/{note.pk}"
    theirs = page(client_of(agent), address)
    assert [order.ref in theirs for order in orders] == [True, False, False]
    assert f'href="/console/orders/{orders[0].pk}"' in theirs
    assert "1 thing waits for somebody" in theirs
    assert theirs.count("Done, or over by itself.") == 1
    assert orders[1].ref in page(browser, address)
    with transaction.atomic():
        set_accounts(agent, [])
    assert client_of(agent).get(address).status_code == 404


def test_the_log_takes_as_many_statements_for_thirty_as_for_one(browser: Client, robot: RobotOfTests) -> None:
    browser.post("/console/alerts/robots", ROBOT)
    row = Receiver.objects.get()

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as ran:
            page(browser, f"/console/alerts/{row.pk}")
        return len(ran)

    send_test(receiver=row, at=utc_now())
    one = statements()
    for _ in range(30):
        send_test(receiver=row, at=utc_now())
    assert statements() == one
    assert 'rel="next"' in page(browser, f"/console/alerts/{row.pk}")
    assert Alert.objects.count() == 0
