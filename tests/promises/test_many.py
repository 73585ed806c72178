"""Many promises are open: a look at what is due, and at what is in danger, reads none of the others."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tradewind.core.reach import EVERYWHERE
from tradewind.promises.models import Promise
from tradewind.promises.queries import at_risk
from tradewind.promises.risking import put_all
from tradewind.promises.watching import note_broken

pytestmark = pytest.mark.django_db
_MANY = 3000


def _open(at: datetime) -> None:
    days = at + timedelta(days=3)
    Promise.objects.bulk_create(
        Promise(
            kind=Promise.Kind.DISPATCH,
            subject_kind="order",
            subject_id=10**9 + number,
            made_at=at,
            due_at=days,
            first_day=days.date(),
            last_day=days.date(),
            zone="Asia/Shanghai",
            inputs={},
            digest="",
        )
        for number in range(_MANY)
    )


def _reads_all(look: Callable[[], object]) -> bool:
    """Does it read the table from end to end, once the database keeps one plan for all values?"""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            with CaptureQueriesContext(connection) as seen:
                look()
            for query in seen.captured_queries:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                if any(row[-1].startswith("SCAN promises_promise") for row in cursor.fetchall()):
                    return True
            return False
        cursor.execute("ANALYZE promises_promise; SET LOCAL plan_cache_mode = force_generic_plan")
        before = _rows_read()
        for _ in range(10):
            look()
        return _rows_read() - before > _MANY


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'promises_promise'"
        )
        row: tuple[int] = cursor.fetchone()
        return row[0]


def test_a_look_at_what_is_due_reads_none_of_the_many_that_are_not(now: datetime) -> None:
    _open(now)

    assert not _reads_all(lambda: note_broken(now))
    assert _reads_all(lambda: Promise.objects.filter(digest="none").exists())


def test_what_is_in_danger_by_itself_is_found_among_many_that_a_notice_hits(now: datetime) -> None:
    _open(now)
    promises = list(Promise.objects.order_by("pk"))
    put_all(promises, risk="notice:7", source=("notice", 7), at=now)
    put_all(promises[-1:], risk="no_scan", source=("trouble", 1), at=now)

    assert [each.pk for each in at_risk(EVERYWHERE, since=now)] == [promises[-1].pk]
    assert not _reads_all(lambda: list(at_risk(EVERYWHERE, since=now)[:40]))
