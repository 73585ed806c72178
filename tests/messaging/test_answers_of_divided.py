"""Whoever is promised to hear again hears from a case that is there: also of orders that are split and merged, and not once it is over."""

from datetime import timedelta

import pytest

from tests.messaging.test_trouble_answers import missing
from tests.orders.changing import bought, split
from tests.orders.test_merging import merge
from tests.shipping.troubled import moment
from tests.shop import Shop
from tradewind.core.worker import run_until_idle
from tradewind.messaging.trouble_answers import answer_owed
from tradewind.messaging.trouble_prospects import Wish
from tradewind.messaging.trouble_telling import dismiss, tell
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_orders import clear_orders, note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = pytest.mark.django_db


def _told(shop: Shop, units: int = 2) -> Order:
    """Of a case that waits for goods, with no day known."""
    order = bought(shop, (shop.small, units))
    note_orders(Cause.NO_STOCK, [order.pk], at=shop.at)
    tell(trouble_id=_case(order).pk, wish=Wish(), by="staff:1", at=shop.at)
    return order


def _case(order: Order) -> Trouble:
    return Trouble.objects.select_related("order__account", "parcel", "group").get(order=order, closed_at=None)


def _answers(order: Order) -> list[str]:
    rows = Promise.objects.filter(kind="answer", subject_id=order.pk).order_by("pk")
    return [promise.state for promise in rows]


def test_both_parts_of_a_split_order_hear_again_each_from_its_own_case(shop: Shop) -> None:
    order = _told(shop)
    part = split(shop, order, 1)
    run_until_idle(now=lambda: shop.at)
    for each, at in ((part, moment(shop, 2)), (order, moment(shop, 3))):
        case = _case(each)
        owed = answer_owed(case)
        assert owed is not None
        tell(trouble_id=case.pk, wish=Wish(answers=owed.pk), by="staff:1", at=at)
        assert _answers(each) == ["kept", "made"]


def test_a_part_that_does_not_have_the_case_is_promised_no_letter_about_it(shop: Shop) -> None:
    order = _told(shop)
    part = split(shop, order, 1)
    clear_orders(Cause.NO_STOCK, order_ids=[order.pk], at=shop.at)
    run_until_idle(now=lambda: shop.at)
    assert (_answers(order), _answers(part)) == (["released"], ["released"])


def test_what_is_promised_of_two_that_become_one_is_asked_of_the_case_that_stays(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    note_orders(Cause.NO_STOCK, [order.pk], at=shop.at)
    merge(shop, order, _told(shop))
    run_until_idle(now=lambda: shop.at)
    assert answer_owed(_case(order)) == Promise.objects.get(kind="answer", is_owed=True)


@pytest.mark.parametrize("is_dismissed", [True, False])
def test_with_its_case_the_promise_to_write_about_it_ends(shop: Shop, *, is_dismissed: bool) -> None:
    case = missing(shop)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    later = shop.at + timedelta(days=1)
    if is_dismissed:
        dismiss(trouble_id=case.pk, why="it came", by="staff:1", at=later)
    else:
        clear_orders(Cause.NO_STOCK, order_ids=[case.order_id], at=later)
    assert _answers(case.order) == ["released"]
