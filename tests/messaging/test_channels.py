"""No letter reaches a buyer of a channel that forbids it: over all moments and all channels, and what was not written is kept."""

from datetime import date, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.db import transaction

from tests.orders.changing import bought, split
from tests.shipping.troubled import heard, sent
from tests.shop import Shop
from tradewind.core.models import ShopAccount
from tradewind.core.worker import run_until_idle
from tradewind.messaging import moments
from tradewind.messaging.channel_rules import SORTS, Sort, Way, in_force, rule_of, rules, way_of
from tradewind.messaging.channels import NotAllowedThere, withheld_from
from tradewind.messaging.models import Message, Withheld
from tradewind.messaging.moments.feedback_request import REMINDER
from tradewind.messaging.on_the_way import Moment
from tradewind.messaging.planning import Addressee, ToSend, plan_all, plan_message
from tradewind.messaging.rendering import Rendered
from tradewind.orders.cancelling import OTHER, cancel_order
from tradewind.orders.models import Order
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.tracking_states import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]
TODAY = date(2026, 11, 28)
OTHERS = [channel for channel in ShopAccount.Channel.values if channel != ShopAccount.Channel.OWN]
LETTER = Rendered("Hello", "Hello", "<p>Hello</p>")


def named_moments() -> set[str]:
    modules = [import_module(f"{moments.__name__}.{each.name}") for each in iter_modules(moments.__path__)]
    return {module.MOMENT for module in modules if hasattr(module, "MOMENT")} | {*Moment, REMINDER}


def sold_on(channel: str, order: Order, at: datetime) -> Order:
    account = ShopAccount.objects.create(name=f"{channel} {order.pk}", channel=channel, created_at=at)
    Order.objects.filter(pk=order.pk).update(account=account)
    return Order.objects.get(pk=order.pk)


def test_every_letter_that_there_is_has_its_sort() -> None:
    assert set(SORTS) == named_moments()


def test_every_channel_has_a_rule_with_a_source_for_every_sort_of_letters() -> None:
    assert {rule.channel for rule in in_force(TODAY)} == set(ShopAccount.Channel.values)
    for rule in rules():
        assert set(rule.letters) == set(Sort)
        assert rule.source
        assert rule.valid_from < rule.checked_on <= TODAY
        assert rule.confidence in {"V", "C", "S", "M", "R"}


def test_amazon_takes_no_mail_but_the_receipt_that_the_law_owes() -> None:
    ways = {moment: way_of("amazon", moment, TODAY) for moment in named_moments()}

    assert [moment for moment, way in ways.items() if way is Way.MAIL] == ["withdrawal_received"]
    assert ways["order_dispatched"] is Way.NEVER
    assert ways["order_trouble"] is Way.PLATFORM
    rule = rule_of("amazon", TODAY)
    assert rule is not None
    assert rule.request is not None
    assert (rule.request.most, rule.request.days_after_earliest_delivery) == (1, 5)
    assert rule.request.days_after_latest_delivery == 30


def test_before_its_rule_began_nothing_may_be_sent_on_a_channel() -> None:
    assert way_of("amazon", "order_trouble", date(2019, 1, 1)) is Way.NEVER
    assert way_of("own", "order_trouble", date(2019, 1, 1)) is Way.NEVER


def test_what_nobody_has_sorted_goes_to_buyers_of_the_own_shop_alone() -> None:
    assert {channel: way_of(channel, "no_such_moment", TODAY) for channel in ShopAccount.Channel.values} == {
        "own": Way.MAIL,
        **dict.fromkeys(OTHERS, Way.NEVER),
    }


@pytest.mark.parametrize("channel", OTHERS)
def test_no_letter_of_any_moment_is_planned_where_the_channel_does_not_take_our_mail(shop: Shop, channel: str) -> None:
    parcel = sent(shop)
    order = sold_on(channel, parcel.order, shop.at)
    before = Message.objects.count()
    to = Addressee("greta@example.com", "de")

    for moment in sorted(named_moments()):
        is_allowed = way_of(channel, moment, shop.at.date()) is Way.MAIL
        for subject in (("order", order.pk), ("parcel", parcel.pk)):
            with transaction.atomic():
                if is_allowed:
                    plan_message(moment=moment, subject=subject, to=to, content=LETTER, at=shop.at)
                    continue
                with pytest.raises(NotAllowedThere):
                    plan_message(moment=moment, subject=subject, to=to, content=LETTER, at=shop.at)
                with pytest.raises(NotAllowedThere):
                    plan_all(moment=f"{moment}:1", letters=[ToSend(subject, to, LETTER)], at=shop.at)

    made = set(Message.objects.order_by("pk").values_list("moment", flat=True)[before:])
    assert made == {"withdrawal_received"}


def live_through(shop: Shop, order: Order) -> None:
    """Paid, sent, at customs, released, delivered: with all that follows from it."""
    run_until_idle(now=lambda: shop.at)
    parcel = Parcel.objects.get(order=order)
    for days, status in (
        (2, Status.CUSTOMS),
        (3, Status.IN_TRANSIT),
        (4, Status.OUT_FOR_DELIVERY),
        (5, Status.DELIVERED),
    ):
        heard(shop, parcel, days, status)
        at = shop.at + timedelta(days=days)
        run_until_idle(now=lambda at=at: at)  # type: ignore[misc]


def test_an_order_of_a_marketplace_lives_its_life_without_a_letter_and_keeps_what_was_not_written(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    own = Message.objects.count()
    order = sold_on("amazon", order, shop.at)
    mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=Tracking("DHL", "JD01"))
    for _ in range(2):
        live_through(shop, order)

    assert Message.objects.count() == own
    kept = [(row.moment, row.channel, row.why) for row in withheld_from(order.pk)]
    assert kept == [
        ("order_dispatched", "amazon", "never"),
        ("parcel_at_customs", "amazon", "never"),
        ("parcel_released", "amazon", "never"),
        ("parcel_out_for_delivery", "amazon", "never"),
        ("parcel_delivered", "amazon", "never"),
    ]


def test_a_cancelled_order_of_a_marketplace_is_not_written_of(shop: Shop) -> None:
    order = sold_on("ebay", bought(shop, (shop.small, 1)), shop.at)
    before = Message.objects.count()

    cancel_order(order=order, by="staff:1", reason=OTHER, at=shop.at)
    run_until_idle(now=lambda: shop.at)

    assert Message.objects.count() == before
    kept = set(Withheld.objects.values_list("moment", "why"))
    assert kept == {("order_cancelled", "platform"), ("refund_sent", "platform")}


def test_what_staff_change_of_an_order_of_a_marketplace_is_not_written_of(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    before = Message.objects.count()

    split(shop, order, 1, tells=True)
    sold_on("amazon", order, shop.at)
    run_until_idle(now=lambda: shop.at)

    assert Message.objects.count() == before
    assert list(Withheld.objects.values_list("moment", "why")) == [("order_changed", "never")]


def test_the_own_shop_writes_of_the_same(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    cancel_order(order=order, by="staff:1", reason=OTHER, at=shop.at)
    run_until_idle(now=lambda: shop.at)

    assert Message.objects.filter(moment="order_cancelled").count() == 1
    assert not Withheld.objects.exists()
