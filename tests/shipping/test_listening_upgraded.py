"""A shop with open cases is brought up to date: what was known of who listened is written, so that no case ends and begins anew."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from tests.shipping.troubled import heard, sent
from tests.shop import open_shop
from tradewind.lib.clock import utc_now
from tradewind.shipping.models import Parcel
from tradewind.shipping.tracking_states import Status


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_listened_is_known_of_parcels_that_were_on_their_way_before() -> None:
    shop = open_shop(utc_now() - timedelta(days=20))
    followed, from_a_file, arrived = (sent(shop, f"LP{number}") for number in range(3))
    heard(shop, from_a_file, 2, Status.IN_TRANSIT)
    heard(shop, arrived, 3, Status.DELIVERED)
    Parcel.objects.filter(pk=followed.pk).update(watch="watched", tracker="track17")
    call_command("migrate", "shipping", "0072", verbosity=0)

    begun = utc_now()
    call_command("migrate", verbosity=0)

    listened = dict(Parcel.objects.values_list("pk", "listened_at"))
    assert (listened[followed.pk] or shop.at) >= begun
    assert (listened[from_a_file.pk], listened[arrived.pk]) == (shop.at + timedelta(days=2), None)
