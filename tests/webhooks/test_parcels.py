"""What programs are told of parcels: each milestone once, with the order and the parcel's reference, and no number."""

import json
from datetime import timedelta

import pytest

from tests.orders.changing import bought
from tests.shipping.troubled import look, sent
from tests.shop import Shop
from tradewind.core.models import Staff
from tradewind.core.reach import EVERYWHERE
from tradewind.core.reacting import run_reactions
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking import tell_tracking
from tradewind.shipping.tracking_states import Reason, Status, means
from tradewind.webhooks.models import HookMessage
from tradewind.webhooks.subscribing import Wanted, subscribe
from tradewind.webhooks.wording import KINDS

pytestmark = pytest.mark.django_db
NUMBER = "RR123456785CN"


def test_a_parcel_is_told_of_at_each_milestone_once(shop: Shop, owner: Staff) -> None:
    order = bought(shop, (shop.small, 1))
    kinds = [kind for kind in KINDS if kind.startswith("parcel.")]
    wanted = Wanted("warehouse", "https://erp.example/hooks", kinds)
    subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by="system", at=shop.at)
    mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=Tracking("China Post", NUMBER))
    parcel = Parcel.objects.get()
    way = (means(Status.PICKED_UP), means(Status.ATTEMPT_FAILED, Reason.NOBODY_HOME), means(Status.DELIVERED))
    told = [Told(shop.at + timedelta(days=day), meaning, "c") for day, meaning in enumerate(way, start=1)]
    for _ in range(2):
        hear(parcel_id=parcel.pk, told=told, source="x", at=shop.at + timedelta(days=9))
    while run_reactions(now=lambda: shop.at + timedelta(days=9)):
        pass

    said = [json.loads(message.body) for message in HookMessage.objects.order_by("pk")]

    assert [each["type"] for each in said] == [
        "parcel.handed_over",
        "parcel.first_scanned",
        "parcel.in_trouble",
        "parcel.delivered",
    ]
    assert said[2]["data"]["parcel"] == {
        "ref": parcel.ref,
        "state": "attempt_failed",
        "reason": "nobody_home",
        "party": "buyer",
    }
    assert {each["data"]["order"]["ref"] for each in said} == {order.ref}
    assert not any(NUMBER in message.body for message in HookMessage.objects.all())


def test_a_case_that_silence_opened_is_told_with_its_cause(shop: Shop, owner: Staff) -> None:
    wanted = Wanted("warehouse", "https://erp.example/hooks", ["parcel.trouble"])
    subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by="system", at=shop.at)
    parcel = sent(shop)
    for days in (8.5, 8.6):
        look(shop, days)
    while run_reactions(now=lambda: shop.at + timedelta(days=9)):
        pass
    (said,) = [json.loads(message.body) for message in HookMessage.objects.all()]
    assert (said["type"], said["data"]["parcel"]) == ("parcel.trouble", {"ref": parcel.ref, "cause": "silent"})


def test_another_number_is_told_with_the_references_that_hold_now_and_a_kept_promise_with_whether_it_was_in_time(
    shop: Shop, owner: Staff
) -> None:
    wanted = Wanted("warehouse", "https://erp.example/hooks", ["parcel.renumbered", "promise.kept"])
    subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by="system", at=shop.at)
    order = bought(shop, (shop.small, 1))
    wrong, right = Tracking("China Post", NUMBER), Tracking("China Post", "LB987654321CN")
    mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=wrong)
    tell_tracking(order_id=order.pk, tracking=right, seen=wrong, by="staff:1", at=shop.at)
    while run_reactions(now=lambda: shop.at):
        pass

    kept, renumbered = (json.loads(message.body) for message in HookMessage.objects.order_by("pk"))

    standing = Parcel.objects.get(replaced_at=None)
    assert (renumbered["type"], renumbered["data"]["parcels"]) == ("parcel.renumbered", [{"ref": standing.ref}])
    assert renumbered["data"]["order"]["ref"] == order.ref
    told = kept["data"]["promise"]
    assert (kept["type"], told["kind"], told["state"], told["in_time"]) == ("promise.kept", "dispatch", "kept", True)
