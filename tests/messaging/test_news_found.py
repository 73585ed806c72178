"""What is asked each time that news is told is found by an index, on both databases: it is asked every two seconds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.health.test_checks import plan_of
from tests.shipping.troubled import heard, sent
from tests.shop import Shop
from tradewind.core.worker import run_until_idle
from tradewind.messaging import news
from tradewind.messaging.models import Message
from tradewind.shipping.tracking_states import Status

pytestmark = pytest.mark.django_db


def test_neither_what_is_due_nor_what_was_written_today_is_looked_for_among_all(shop: Shop) -> None:
    heard(shop, sent(shop), 5.2, Status.CUSTOMS)
    at = shop.at + timedelta(days=5.3)
    run_until_idle(now=lambda: at - 2 * news.COMPANIONS)

    with CaptureQueriesContext(connection) as seen:
        assert news.tell_due(at) == 1
    asked = [query["sql"] for query in seen.captured_queries if query["sql"].startswith("SELECT")]

    [under_way] = [sql for sql in asked if "COUNT" in sql and "messaging_message" in sql]
    assert "message_unsent" in plan_of(under_way, "message_unsent")
    due = next(sql for sql in asked if "messaging_news" in sql)
    assert "news_due" in plan_of(due, "news_due")
    [today] = [sql for sql in asked if '"recipient" =' in sql]
    assert "message_recipient" in plan_of(today, "message_recipient")
    assert Message.objects.filter(moment="parcel_at_customs").count() == 1
