"""A letter about trouble names a day that is later than the promised one, or none; about an order that is gone none is written."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.console.making import client_of, make_staff
from tests.messaging.test_trouble_telling import letters, silent
from tests.orders.changing import bought
from tests.shipping.troubled import moment
from tests.shop import Shop, open_shop
from tradewind.inventory.models import Warehouse
from tradewind.lib.clock import utc_now
from tradewind.messaging.trouble_prospects import NotLater, Wish
from tradewind.messaging.trouble_telling import tell, tell_wanted, want_told
from tradewind.promises.models import Promise
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_orders import note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def _hit(shop: Shop, cause: Cause) -> Trouble:
    order = bought(shop, (shop.small, 1))
    note_orders(cause, [order.pk], at=shop.at)
    return Trouble.objects.get(order=order)


def _close(shop: Shop, days: int) -> None:
    """The warehouse is closed from today on."""
    first = shop.at.date() - timedelta(days=1)
    last = first + timedelta(days=days)
    Warehouse.objects.update(closures=[[first.isoformat(), last.isoformat()]])


@pytest.mark.parametrize("cause", [Cause.NOT_LEAVING, Cause.HOLIDAY])
def test_what_can_still_leave_on_the_promised_day_is_not_called_late(shop: Shop, cause: Cause) -> None:
    case = _hit(shop, cause)
    promised = Promise.objects.get(kind="dispatch")

    with pytest.raises(NotLater) as refused:
        tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)

    assert refused.value.promised == promised.last_day
    assert (letters(), Promise.objects.filter(state="renewed").count()) == ([], 0)
    _close(shop, 7)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    assert Promise.objects.get(kind="dispatch", state="made").last_day > promised.last_day


def test_typed_days_before_the_promised_ones_are_refused_and_the_same_ones_stand(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    promised = Promise.objects.get(kind="delivery").last_day
    tomorrow = at.astimezone(BERLIN).date() + timedelta(days=1)
    assert tomorrow < promised
    with pytest.raises(NotLater):
        tell(trouble_id=case.pk, wish=Wish(arrives=(tomorrow, tomorrow)), by="staff:1", at=at)
    tell(trouble_id=case.pk, wish=Wish(arrives=(tomorrow, promised)), by="staff:1", at=at)
    assert len(letters()) == 1


def test_what_is_slow_comes_later_than_promised(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    Trouble.objects.update(cause=Cause.SLOW)
    promised = Promise.objects.get(kind="delivery").last_day
    for days, is_refused in ((0, True), (1, False)):
        wish = Wish(arrives=(promised, promised + timedelta(days=days)))
        if is_refused:
            with pytest.raises(NotLater):
                tell(trouble_id=case.pk, wish=wish, by="staff:1", at=at)
        else:
            tell(trouble_id=case.pk, wish=wish, by="staff:1", at=at)
    assert len(letters()) == 1


def test_the_page_says_which_day_was_promised_and_the_worker_why_it_wrote_nothing() -> None:
    shop, console = open_shop(utc_now()), client_of(make_staff())
    case = _hit(shop, Cause.HOLIDAY)
    page = f"/console/troubles/{case.pk}"

    for asked in ({}, {"preview": "1"}):
        refused = console.post(f"{page}/telling", asked)
        assert refused.status_code == 422
        assert "A new day is later than the promised one, " in refused.content.decode()

    want_told(group_id=case.group_id, trouble_ids=[case.pk], note="", by="staff:1", at=shop.at)
    assert tell_wanted(shop.at) == 0
    assert "the promised day can still be kept" in console.get(page).content.decode()
    assert letters() == []
