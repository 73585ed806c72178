"""Parcels in a browser: the list, the order's page and the buyer's own, wide and on a phone, for everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.test_console import SIZES, assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.orders.changing import bought
from tests.shop import open_shop
from tradewind.core.links import make_link
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking import tell_tracking
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Reason, Status, means


@pytest.mark.parametrize("width", SIZES)
def test_parcels_are_seen_by_staff_and_buyers(
    width: int, transactional_db: None, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    at = utc_now() - timedelta(days=9)
    shop = open_shop(at)
    order = mark_dispatched(
        order=bought(shop, (shop.small, 1)), by="staff:1", at=at, tracking=Tracking("China Post", "RR123456785CN")
    )
    right = Tracking("YunExpress", "YT2232521272432059")
    seen = Tracking("China Post", "RR123456785CN")
    tell_tracking(order_id=order.pk, tracking=right, seen=seen, by="staff:1", at=at + timedelta(hours=1))
    told = [
        Told(
            at + timedelta(days=1), means(Status.PICKED_UP), "InTransit_PickedUp", "深圳", "Accepted", "YunExpress", 480
        ),
        Told(at + timedelta(days=2), NOT_UNDERSTOOD, "InTransit_Teleported", "?", "Whoosh"),
        Told(at + timedelta(days=5), means(Status.EXCEPTION, Reason.BAD_ADDRESS), "x", "Frankfurt am Main", "W" * 300),
    ]
    parcel = Parcel.objects.get(order=order, replaced_at=None)
    hear(parcel_id=parcel.pk, told=told, source="x", at=utc_now())
    token = make_link("order.view", subject=("order", order.pk), at=utc_now())
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(Role.OWNER, password=PASSWORD))

    for address in ("/console/parcels?view=all", f"/console/orders/{order.pk}", f"/de/de/order/{token}/"):
        page.goto(address)
        page.evaluate(
            "document.querySelectorAll('.parcel details, .part details').forEach(each => { each.open = true })"
        )
        assert_fits(page)
        assert_accessible(page)
        # Each card of an order is as wide as its column, whatever else the page's stylesheets lay out.
        assert (
            page.locator(".columns > div > .card").evaluate_all(
                "all => all.filter(e => e.offsetWidth < e.parentElement.clientWidth - 2).map(e => e.outerHTML.slice(0, 80))"
            )
            == []
        )

    page.goto("/console/parcels?number=yt-2232521272432059")
    page.get_by_role("link", name="YT2232521272432059").click()
    page.wait_for_url(f"**/console/orders/{order.pk}#parcel-{parcel.pk}")
