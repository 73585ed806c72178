"""Which parcel of an order is a part, and which brings the rest: decided by when we learnt that a carrier has it, whatever is heard later."""

from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from tests.messaging.test_letters import profile
from tests.messaging.test_letters_of_parcels import leave, ordered
from tests.shipping.test_without_number import order_page_numbers
from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE
from tradewind.core.words import say
from tradewind.core.worker import run_until_idle
from tradewind.messaging.moments.order_dispatched import order_dispatched
from tradewind.orders.models import Order
from tradewind.shipping.handing_over import hand_over
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_contents import label_of
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.queries import parcels_of
from tradewind.shipping.tracking import tell_tracking
from tradewind.shipping.tracking_states import Status, means

__all__ = ["profile"]

HOUR = timedelta(hours=1)


def in_three(shop: Shop) -> tuple[Order, list[Parcel]]:
    """Three parcels that wait for their carrier."""
    order = ordered(shop, "en")
    parcels = [
        leave(shop, order, small, large, Tracking("DHL", f"JD0{number}", is_waiting=True))
        for number, (small, large) in enumerate(((1, 0), (1, 0), (0, 1)), start=1)
    ]
    order.refresh_from_db()
    return order, parcels


def scanned(shop: Shop, parcel: Parcel, *, at: float, heard: float) -> None:
    """Hours after the shop's moment: the scan, and when we hear of it."""
    told = Told(shop.at + at * HOUR, means(Status.PICKED_UP), "picked up", "Liège", "")
    hear(parcel_id=parcel.pk, told=[told], source="x", at=shop.at + heard * HOUR)
    run_until_idle(now=lambda: shop.at + heard * HOUR)


def relabel(shop: Shop, parcel: Parcel, number: str) -> None:
    tell_tracking(
        order_id=parcel.order_id,
        parcel_id=parcel.pk,
        tracking=Tracking("DHL", number),
        seen=Tracking(parcel.carrier, parcel.tracking_number),
        by="staff:1",
        at=shop.at,
    )


def parts_said(shop: Shop, order: Order, parcels: Sequence[Parcel]) -> list[str]:
    """Of each parcel whether its letter says that others follow, or that it is the last."""
    words = {
        say("en", text, ref=order.ref): name
        for text, name in (
            ("A part of your order {ref} is on its way", "part"),
            ("The last part of your order {ref} is on its way", "last"),
        )
    }
    return [words[order_dispatched(order, label_of(parcel.pk), at=shop.at).subject] for parcel in parcels]


def test_scans_that_are_heard_in_another_order_than_they_happened_leave_one_parcel_the_last(shop: Shop) -> None:
    order, (first, second, third) = in_three(shop)

    scanned(shop, first, at=5, heard=6)
    assert parts_said(shop, order, [first]) == ["part"]
    scanned(shop, third, at=3, heard=7)
    scanned(shop, second, at=1, heard=8)

    assert parts_said(shop, order, [first, third, second]) == ["part", "part", "last"]
    assert Parcel.objects.get(pk=second.pk).handed_over_at == shop.at + HOUR
    # As they stand everywhere else.
    assert [each.pk for each in parcels_of(order.pk)] == [first.pk, third.pk, second.pk]
    assert order_page_numbers(order) == ["JD01", "JD03", "JD02"]


@pytest.mark.parametrize("relabelled", [0, 1, 2])
def test_parcels_of_the_same_moment_have_one_last_part_also_when_one_gets_a_new_label(
    shop: Shop, relabelled: int
) -> None:
    order, parcels = in_three(shop)
    hand_over(parcel_ids=[parcel.pk for parcel in parcels], reach=EVERYWHERE, by="staff:1", at=shop.at)
    before = parts_said(shop, order, parcels)

    relabel(shop, parcels[relabelled], "NEW9")

    assert before == ["part", "part", "last"]
    assert parts_said(shop, order, parcels) == before
    numbers = ["JD01", "JD02", "JD03"]
    assert order_page_numbers(order) == [*numbers[: relabelled + 1], "NEW9", *numbers[relabelled + 1 :]]


def test_a_new_label_of_a_parcel_that_waits_is_told_when_a_carrier_has_it(shop: Shop) -> None:
    order, parcels = in_three(shop)
    relabel(shop, parcels[0], "NEW9")
    new = label_of(parcels[0].pk)

    hand_over(parcel_ids=[parcels[1].pk, parcels[2].pk], reach=EVERYWHERE, by="staff:1", at=shop.at)
    hand_over(parcel_ids=[new.pk], reach=EVERYWHERE, by="staff:1", at=shop.at)

    assert parts_said(shop, order, [parcels[1], parcels[2], new]) == ["part", "part", "last"]


def test_parcels_from_before_take_their_places_by_when_it_was_known_and_labels_with_their_parcel(shop: Shop) -> None:
    order, (first, second, third) = in_three(shop)
    relabel(shop, third, "NEW9")
    scanned(shop, second, at=5, heard=6)
    scanned(shop, first, at=1, heard=8)
    relabel(shop, Parcel.objects.get(pk=second.pk), "NEW2")
    hand_over(parcel_ids=[label_of(third.pk).pk], reach=EVERYWHERE, by="staff:1", at=shop.at + 9 * HOUR)
    lone = leave(shop, ordered(shop), 1, 1)
    waiting = leave(shop, ordered(shop), 1, 1, Tracking(is_waiting=True))
    rows = list(Parcel.objects.order_by("pk").values_list("tracking_number", "replaced_at", "departure"))
    Parcel.objects.update(departure=None)

    import_module("tradewind.shipping.migrations.0064_departures").number_parcels(apps, None)

    assert (
        list(Parcel.objects.order_by("pk").values_list("tracking_number", "replaced_at", "departure"))[3:] == rows[3:]
    )
    places = dict(Parcel.objects.filter(order=order).values_list("tracking_number", "departure"))
    assert places == {"JD02": 1, "NEW2": 1, "JD01": 2, "JD03": 3, "NEW9": 3}
    assert [Parcel.objects.get(pk=each.pk).departure for each in (lone, waiting)] == [1, None]
    assert parts_said(shop, order, [second, first, third]) == ["part", "part", "last"]
