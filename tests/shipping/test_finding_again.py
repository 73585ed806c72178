"""Orders of a shop that was there before each number of a parcel was indexed: the worker makes them findable, a few at a time."""

from importlib import import_module

from django.apps import apps

from tests.orders.changing import bought
from tests.shipping.test_parting import part_of, really_paid
from tests.shipping.test_tracking import found
from tests.shop import Shop
from tradewind.buyers.models import Identity
from tradewind.core import deliveries, search
from tradewind.core.models import Delivery
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.orders.searching import KIND, order_texts
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.finding_again import BATCH, FindingCourier
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import send_part
from tradewind.shipping.tracking import tell_tracking

OLD = [f"{name}000000001" for name in ("ANT", "BEE", "CAT", "DOG", "ELK")]
NEW = [f"{name}000000002" for name in ("FOX", "GNU", "HEN", "IBIS", "JAY")]


def relabelled(shop: Shop, number: int) -> Order:
    before, after = Tracking("DHL", OLD[number]), Tracking("DHL", NEW[number])
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=before)
    tell_tracking(order_id=order.pk, tracking=after, seen=before, by="staff:1", at=shop.at)
    return Order.objects.get(pk=order.pk)


def in_two(shop: Shop) -> Order:
    order = really_paid(shop, 2)
    for numbers in (OLD, NEW):
        send_part(order_id=order.pk, part=part_of(order, 1, number=numbers[4]), by="staff:1", at=shop.at)
    return Order.objects.get(pk=order.pk)


def test_orders_from_before_are_found_by_all_their_numbers_once_the_worker_has_been_there(shop: Shop) -> None:
    orders = [*(relabelled(shop, number) for number in range(4)), in_two(shop)]
    for order in orders:
        search.index(KIND, order.pk, order_texts(order, order.lines.all()))
    gone = orders[3]
    Order.objects.filter(pk=gone.pk).update(erased_at=shop.at)
    plan = import_module("tradewind.shipping.migrations.0064_departures").plan_finding
    courier = FindingCourier(at_once=2)
    Delivery.objects.all().delete()
    deliveries.register(courier)

    plan(apps, None)
    plan(apps, None)
    before = [found(number) for number in OLD]
    while deliveries.run_deliveries(now=utc_now):
        pass
    deliveries.register(FindingCourier(at_once=BATCH))

    assert before == [[]] * 5
    assert [found(number) for number in OLD] == [[order.pk] if order != gone else [] for order in orders]
    assert [found(number) for number in NEW] == [[order.pk] for order in orders]
    # Two, two, one, and none.
    done = Delivery.objects.filter(kind=courier.kind).order_by("pk")
    assert [len((each.result or {})["orders"]) for each in done] == [2, 2, 1, 0]
    assert set(done.values_list("state", flat=True)) == {"done"}


def test_a_shop_without_parcels_has_nothing_to_find(shop: Shop) -> None:
    import_module("tradewind.shipping.migrations.0064_departures").plan_finding(apps, None)

    assert not Parcel.objects.exists()
    assert not Delivery.objects.exists()


def test_an_order_of_a_channel_is_still_found_by_what_its_buyer_is_called_there_when_its_number_is_told(
    shop: Shop,
) -> None:
    order = bought(shop, (shop.small, 1))
    Identity.objects.create(
        buyer_id=order.buyer_id,
        kind="external",
        scope=order.account_id,
        value="lucky-fox-88",
        shown="lucky-fox-88",
        created_at=shop.at,
    )

    mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=Tracking("DHL", OLD[0]))

    assert (found("lucky-fox-88"), found(OLD[0])) == ([order.pk], [order.pk])
