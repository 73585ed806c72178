"""Programs say on which day a parcel arrived that nobody follows."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.test import Client

from tests.api.sample import key_for_all
from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.core.models import Staff
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel


def test_the_day_settles_the_promise_and_days_that_cannot_be_are_refused(
    shop: Shop, owner: Staff, now: datetime
) -> None:
    headers = {"Authorization": f"Bearer {key_for_all(owner, now)}"}
    mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at)
    parcel = Parcel.objects.get()
    Parcel.objects.update(handed_over_at=utc_now() - timedelta(days=9))
    Promise.objects.filter(kind="delivery").update(due_at=utc_now() + timedelta(days=9))

    def arrive(ref: str, on: object) -> HttpResponse:
        address = f"/api/v1/parcels/{ref}/arrival"
        return Client().post(address, {"arrived_on": on}, content_type="application/json", headers=headers)

    today = utc_now().date()
    refused = [arrive(parcel.ref, f"{today + timedelta(days=days)}") for days in (-30, 3)]
    # Other ways to write a day, or what only looks like one.
    others = ["tomorrow", 1764633600, "2026-W49-4", f"{today}T00:00:00", f"{today:%Y%m%d}", f" {today}", None]
    wrong, unknown = [arrive(parcel.ref, on) for on in others], arrive("PC-NONE", f"{today}")
    told, again = (arrive(parcel.ref, f"{today - timedelta(days=2)}") for _ in range(2))

    assert [(each.status_code, each.json()["errors"][0]["pointer"]) for each in (*refused, *wrong)] == [
        (422, "/arrived_on")
    ] * 9
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_parcel")
    assert (told.json()["state"], told.json()["arrival_told_by"], again.json()) == (
        "delivered",
        "program",
        told.json(),
    )
    assert (Order.objects.get().state, Promise.objects.filter(kind="delivery").latest("pk").state) == (
        "delivered",
        "kept",
    )


def test_what_goes_back_cannot_be_said_to_have_arrived(shop: Shop, owner: Staff, now: datetime) -> None:
    headers = {"Authorization": f"Bearer {key_for_all(owner, now)}"}
    mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at)
    Parcel.objects.update(status="returning")
    address, body = f"/api/v1/parcels/{Parcel.objects.get().ref}/arrival", {"arrived_on": f"{utc_now().date()}"}
    answer = Client().post(address, body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
