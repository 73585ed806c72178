"""Programs tell the number of a parcel, or put it right; another number is another label."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.api.sample import key_for_all
from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.core.models import Staff
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking


def test_a_number_is_told_and_put_right_under_a_new_label(shop: Shop, owner: Staff, now: datetime) -> None:
    headers = {"Authorization": f"Bearer {key_for_all(owner, now)}"}
    mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at)
    [unnumbered] = Client().get("/api/v1/parcels?view=unnumbered", headers=headers).json()["parcels"]

    def tell(parcel: str, number: str) -> HttpResponse:
        body = {"carrier": "DHL", "tracking_number": number}
        address = f"/api/v1/parcels/{parcel}/tracking"
        return Client().post(address, body, content_type="application/json", headers=headers)

    first, again, right = (tell(unnumbered["ref"], number).json() for number in ("JD1", "JD1", "JD2"))
    refused = [tell(unnumbered["ref"], "JD3"), tell("PC-", "JD3")]

    assert (unnumbered["tracking_number"], first["ref"], again) == (None, unnumbered["ref"], first)
    assert (right["tracking_number"], right["ref"] == first["ref"]) == ("JD2", False)
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(404, "no_such_parcel")] * 2
    assert list(Parcel.objects.order_by("pk").values_list("tracking_number", flat=True)) == ["JD1", "JD2"]
    assert Parcel.objects.get(replaced_at=None).tracking_number == "JD2"


def test_what_a_program_leaves_out_stays_and_an_empty_number_is_another_label(
    shop: Shop, owner: Staff, now: datetime
) -> None:
    headers = {"Authorization": f"Bearer {key_for_all(owner, now)}"}
    tracking = Tracking("4PX", "JD1")
    mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=tracking)
    ref = Parcel.objects.get().ref

    def tell(ref: str, **said: str) -> dict[str, Any]:
        address = f"/api/v1/parcels/{ref}/tracking"
        answer: dict[str, Any] = Client().post(address, said, content_type="application/json", headers=headers).json()
        return answer

    carrier, nothing = tell(ref, carrier="DHL"), tell(ref)
    emptied = tell(ref, tracking_number="")

    assert [(each["carrier"], each["tracking_number"], each["ref"]) for each in (carrier, nothing)] == [
        ("DHL", "JD1", ref)
    ] * 2
    assert (emptied["carrier"], emptied["tracking_number"], emptied["ref"] == ref) == ("DHL", None, False)
