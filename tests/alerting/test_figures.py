"""The figures of a day count as Today does."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.alerting.figures import figures_of
from tradewind.core.reach import EVERYWHERE
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.parcels import Tracking

pytestmark = pytest.mark.django_db


def test_an_order_whose_parcel_stands_ready_is_late_until_its_carrier_has_it(shop: Shop) -> None:
    for number, is_waiting in enumerate((True, False)):
        tracking = Tracking("DHL", f"JD{number}", is_waiting=is_waiting)
        mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=tracking)
    late = Promise.objects.get(kind="dispatch", is_owed=True).due_at + timedelta(hours=1)
    note_broken(late)
    found = figures_of(EVERYWHERE, late.astimezone(UTC).date(), ZoneInfo("UTC"), now=late)
    assert (found.late, found.to_send) == (1, 0)
