"""What programs ask of promises is found by an index, however many are open."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.health.test_checks import plan_of
from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE
from tradewind.promises.making import Told, make
from tradewind.promises.models import Promise
from tradewind.promises.queries import promise_list
from tradewind.promises.risking import put_at_risk

pytestmark = pytest.mark.django_db


def test_few_at_risk_and_a_rare_kind_are_read_without_the_others(shop: Shop) -> None:
    told = Told(until=shop.at + timedelta(days=1), zone="Europe/Berlin")
    many = [make(Promise.Kind.ANSWER, told, subject=("order", number), at=shop.at) for number in range(1, 60)]
    rare = make(Promise.Kind.SURVEY, told, subject=("order", 1), at=shop.at)
    put_at_risk(promise_id=many[7].pk, risk="no_scan", at=shop.at, source=("notice", 1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    asked = {"state": Promise.State.MADE, "size": 10}
    for narrowed, found, index in (
        ({"is_at_risk": True}, many[7], "promise_feared"),
        ({"kind": "survey"}, rare, "promise_owed"),
    ):
        with CaptureQueriesContext(connection) as seen:
            assert promise_list(EVERYWHERE, **narrowed, **asked) == [found]
        [query] = seen.captured_queries
        assert plan_of(query["sql"], index).endswith(index)
