"""Several people tell the buyers of a special notice at the same moment: it is told once."""

import threading
from datetime import datetime

import pytest
from django.db import IntegrityError

from tests.at_once import at_the_same_time, succeed_at_once
from tests.messaging.test_special_notices import holding_back
from tests.shop import open_shop
from tradewind.core.reach import EVERYWHERE
from tradewind.markets.announcing import announce
from tradewind.messaging.models import NoticeRun
from tradewind.messaging.notice_telling import running, tell

pytestmark = pytest.mark.django_db(transaction=True)


def test_three_who_press_at_the_same_moment_begin_one_telling(now: datetime) -> None:
    open_shop(now)
    row = announce(holding_back(3), by="staff:1", at=now)

    runs = at_the_same_time(*[lambda: tell(row.pk, revision=1, reach=EVERYWHERE, by="staff:1", at=now)] * 3)

    assert set(runs) == {NoticeRun.objects.get(act="tell")}


def test_looking_first_and_beginning_later_is_refused_by_the_database(now: datetime) -> None:
    """The control: without holding the notice both find that nobody tells of it, and only the constraint keeps them apart."""
    open_shop(now)
    row = announce(holding_back(3), by="staff:1", at=now)
    both_have_looked = threading.Barrier(2)
    found: list[NoticeRun | None] = []

    def begin() -> None:
        found.append(running(row.pk))
        both_have_looked.wait(10)
        NoticeRun.objects.create(announcement=row, revision=1, act="tell", stage="plan", by="staff:1", made_at=now)

    assert succeed_at_once(begin, begin, refusals=(IntegrityError,)) == 1
    assert found == [None, None]
