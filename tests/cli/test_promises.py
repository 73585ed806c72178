"""`tradewind promises due` lists what Today lists."""

import json
from datetime import timedelta

import pytest

from tests.cli.test_people_and_keys import say
from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.dispatching import mark_dispatched

pytestmark = pytest.mark.django_db


def test_arrivals_that_nobody_reports_hide_nothing_and_what_is_cut_is_said(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = [mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at) for _ in range(2)]
    leaving = [bought(shop, (shop.small, 1)) for _ in range(2)]
    long_ago, today = utc_now() - timedelta(days=40), utc_now() + timedelta(hours=2)
    Promise.objects.filter(subject_id__in=[order.pk for order in sent]).update(due_at=long_ago)
    Promise.objects.filter(subject_id__in=[order.pk for order in leaving], kind="delivery").delete()
    for hours, order in enumerate(leaving):
        Promise.objects.filter(subject_id=order.pk).update(due_at=today + timedelta(hours=hours))
    unpaid = shop.place(shop.cart((shop.small, 1))).order
    Promise.objects.filter(subject_id=unpaid.pk).update(due_at=today)
    capsys.readouterr()  # what the worker said meanwhile

    code, out, err = say(capsys, "promises", "due", "--json")
    assert (code, [each["order"] for each in json.loads(out)], err) == (0, [order.ref for order in leaving], "")

    code, out, err = say(capsys, "promises", "due", "--limit", "1")
    assert (len(out.splitlines()), err) == (1, "There are more days of dispatch than 1: ask with a larger --limit.\n")
    assert Order.objects.count() == 5
