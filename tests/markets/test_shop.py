"""Changing the shop's profile: of two who read the same one, the second is told instead of taking the first's back."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.shop import Shop, open_shop
from tradewind.core import preferences
from tradewind.core.models import AuditEntry
from tradewind.markets.models import Market
from tradewind.markets.shop import SHOP, ProfileOutdated, ShopProfile, change_profile, shop_profile


def test_a_change_raises_every_markets_version_and_an_empty_one_raises_none(shop: Shop) -> None:
    before = dict(Market.objects.values_list("code", "version"))

    for _ in range(2):
        present = shop_profile()
        change_profile(replace(present, phone="+86 755 1"), seen=present.digest, by="staff:1", at=shop.at)

    assert dict(Market.objects.values_list("code", "version")) == {
        code: version + 1 for code, version in before.items()
    }
    assert AuditEntry.objects.filter(action="setting.changed").count() == 1


def test_what_was_read_before_somebody_elses_change_is_refused(shop: Shop) -> None:
    seen = shop_profile()
    change_profile(replace(seen, phone="+86 755 1"), seen=seen.digest, by="staff:1", at=shop.at)

    with pytest.raises(ProfileOutdated):
        change_profile(replace(seen, phone="+86 755 2"), seen=seen.digest, by="staff:2", at=shop.at)

    assert shop_profile().phone == "+86 755 1"


def _change(profile: ShopProfile, seen: str, together: Barrier, at: datetime) -> None:
    together.wait()
    change_profile(profile, seen=seen, by="staff:1", at=at)


def _change_without_lock(profile: ShopProfile, seen: str, together: Barrier, at: datetime) -> None:
    """What `change_profile` does, looking first and writing later."""
    if shop_profile().digest != seen:
        raise ProfileOutdated
    together.wait()
    preferences.change(SHOP, asdict(profile), by="staff:1", at=at)


@pytest.mark.parametrize(("change", "saved"), [(_change, 1), (_change_without_lock, 4)])
@pytest.mark.django_db(transaction=True)
def test_of_four_who_save_at_once_one_is_saved(
    now: datetime, change: Callable[[ShopProfile, str, Barrier, datetime], None], saved: int
) -> None:
    open_shop(now)
    seen, together, refused = shop_profile(), Barrier(4), []

    def save(number: int) -> None:
        try:
            change(replace(seen, phone=f"+86 755 {number}"), seen.digest, together, now)
        except ProfileOutdated:
            refused.append(number)
        finally:
            connection.close()

    threads = [Thread(target=save, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (AuditEntry.objects.filter(action="setting.changed").count(), len(refused)) == (saved, 4 - saved)
