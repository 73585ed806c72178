"""A proposal from what a market has sold: the typical parcel, and how the parcels of each way fared."""

from datetime import timedelta

from tests.shipping.test_lane_learning import around
from tests.shipping.travelled import travelled
from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.inventory.stocktaking import receive
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.shipping.lane_learning import learn_lanes
from tradewind.shipping.models import Parcel
from tradewind.shipping.proposing import propose
from tradewind.shipping.recent import Fared, fared, sold_lately, typical_parcel
from tradewind.shipping.weighing import Reason, Say


def test_parcels_that_came_late_or_never_speak_against_their_way(shop: Shop) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=50, by="system", at=shop.at)
    orders = [shop.place(shop.cart((shop.small, units))).order for units in (1, 1, 2, 4, 5, 1, 1)]
    Order.objects.update(state=OrderState.DISPATCHED)
    day = timedelta(days=1)
    # in time, late, not there though it should be, lost, there but not due yet, nobody promised, under an old label
    fates: list[dict[str, object]] = [
        {"due_at": shop.at, "delivered_at": shop.at - day},
        {"due_at": shop.at, "delivered_at": shop.at},
        {"due_at": shop.at - day},
        {"due_at": shop.at, "status": "exception", "reason": "lost"},
        {"due_at": shop.at + day, "delivered_at": shop.at},
        {},
        {"due_at": shop.at - day, "replaced_at": shop.at},
    ]
    for number, (order, fate) in enumerate(zip(orders, fates, strict=True)):
        known = {"tracking_number": f"LP{number}", "watch": Parcel.Watch.WATCHED, **fate}
        Parcel.objects.create(order=order, ref=f"P-{number}", handed_over_at=shop.at - 9 * day, **known)
    # Of one that nobody follows nobody hears: that it is not known to have arrived says nothing.
    unheard = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.update(state=OrderState.DISPATCHED)
    for number in ("", "LP-unfollowed"):
        Parcel.objects.create(
            order=unheard,
            ref=f"P-u{number}",
            tracking_number=number,
            handed_over_at=shop.at - 9 * day,
            due_at=shop.at - day,
        )

    market = shop.market()
    records = fared(market, EVERYWHERE, now=shop.at)
    sold = sold_lately(market, EVERYWHERE)
    found = propose(market, sold, records, at=shop.at)

    assert records == {"de-air": Fared(parcels=4, late=2, lost=1)}
    assert fared(market, Reach(frozenset()), now=shop.at) == {}
    assert sold_lately(market, Reach(frozenset())) == []
    assert found is not None
    # weights of 400, 400, 400, 400, 800, 1600 and 2000 grams
    assert (found.parcel.weight_g, found.is_of_orders, found.country) == (400, True, "DE")
    (air,) = (each for each in found.weighed if each.way.code == "de-air")
    assert Reason(Say.LATE, number=2, of=4) in air.reasons
    assert Reason(Say.LOST, number=1, of=4) in air.reasons
    assert found.present == [("de-local", True), ("de-air", True)]


def test_without_orders_the_article_of_middle_weight_is_typical(shop: Shop) -> None:
    shop.large.weight_g = 900
    shop.large.save(update_fields=["weight_g"])

    found = typical_parcel(shop.market(), [])

    assert found is not None
    assert (found[0].weight_g, found[1]) == (900, False)
    assert propose(shop.market("world"), [], {}, at=shop.at) is not None


def test_ways_are_weighed_by_what_their_parcels_took_and_not_by_what_was_stated(shop: Shop) -> None:
    """Stated with six to ten days; the shop's own parcels need twenty and more."""

    def air() -> tuple[int, int]:
        found = propose(shop.market(), [], {}, at=shop.at)
        assert found is not None
        (way,) = (each.way for each in found.weighed if each.way.code == "de-air")
        return way.days

    stated = air()
    travelled(shop, *around(24, 60))
    learn_lanes(at=shop.at)

    assert air()[0] > stated[1]
