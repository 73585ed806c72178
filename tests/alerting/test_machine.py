"""What wakes the machine's owners by mail reaches the robots that hear of it as well, under their own rules."""

from datetime import datetime, timedelta

import pytest

from tests.alerting.conftest import Listen, RobotOfTests
from tradewind.alerting.telling import tell_everybody
from tradewind.core.deliveries import run_deliveries
from tradewind.health import watching
from tradewind.health.checks import Check, State
from tradewind.messaging.models import Message

BAD = Check("mail", State.BAD, "stuck", {"number": 2})


@pytest.mark.django_db
def test_a_robot_tells_that_no_mail_can_leave_where_no_letter_could(
    robot: RobotOfTests, listen: Listen, now: datetime
) -> None:
    listen("Technik", kinds=["machine"], language="de")
    listen("Money only", kinds=["money"])
    for minutes in (5, 10, 15):
        at = now + timedelta(minutes=minutes)
        watching.note([BAD], now=at)
        tell_everybody(at)
    run_deliveries(now=lambda: now + timedelta(minutes=20))
    ((card, _, _),) = robot.posted
    assert card.lines[0].words.startswith("Server: Mail: ") or card.lines[0].words.startswith("Server: E-Mail: ")
    assert card.lines[0].address.endswith("/console/work")
    assert not Message.objects.exists()
