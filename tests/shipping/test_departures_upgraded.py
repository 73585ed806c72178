"""A shop with parcels is brought up to date: their places are written and their table changed in one transaction."""

import pytest
from django.core.management import call_command
from django.db import connection

from tests.orders.changing import bought
from tests.shop import open_shop
from tradewind.backup.upgrading import migrate_or_go_back
from tradewind.lib.clock import utc_now
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import UNKNOWN


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has a transaction for each migration, and no checks to come"
)
def test_parcels_without_a_number_do_not_stand_in_the_way_of_an_upgrade(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    shop = open_shop(utc_now())
    mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=UNKNOWN)
    call_command("migrate", "shipping", "0063", verbosity=0)

    migrate_or_go_back(lambda: call_command("migrate", verbosity=0), file=tmp_path_factory.getbasetemp() / "unused")

    assert list(Parcel.objects.values_list("departure", flat=True)) == [1]
