"""What programs ask of promises is found by an index, however many are open."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE
from tradewind.promises.ending import PASSED
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
    assert promise_list(EVERYWHERE, is_at_risk=True, **asked) == [many[7]]
    assert promise_list(EVERYWHERE, kind="survey", **asked) == [rare]
    rows = Promise.objects.filter(is_owed=True).exclude(state__in=PASSED).order_by("due_at", "pk")
    for found, index in (
        (rows.filter(at_risk_since__isnull=False), "promise_feared"),
        (rows.filter(kind="survey"), "promise_owed"),
    ):
        if connection.vendor == "sqlite":
            assert index in found.explain()
