"""Cases come and go with what carriers say and do not say: each once, with the promise at risk and one to-do for a lane."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.orders.changing import bought, told_of
from tests.shipping.troubled import cases, heard, listen, look, moment, sent
from tests.shop import Shop
from tradewind.core.each_alone import FAILING, SomeFailed
from tradewind.core.models import Todo
from tradewind.core.worker import run_until_idle
from tradewind.messaging.trouble_telling import dismiss
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.holding import hold_order, release_order
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping import trouble_orders, trouble_watching
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import LaneSilence, Parcel, Trouble
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.silences import learn_silences
from tradewind.shipping.tracking import tell_tracking
from tradewind.shipping.tracking_states import Reason, Status, means
from tradewind.shipping.trouble_orders import clear_orders, look_for_not_leaving, note_orders
from tradewind.shipping.trouble_rules import Cause
from tradewind.shipping.trouble_watching import look_for_trouble

pytestmark = pytest.mark.django_db


def risk(parcel: Parcel) -> str:
    promise = Promise.objects.filter(kind="delivery", subject_id=parcel.order_id).order_by("-pk")[0]
    return promise.risk if promise.is_at_risk else "safe"


def todos() -> list[tuple[str, str]]:
    return list(Todo.objects.filter(kind="parcel.trouble").order_by("pk").values_list("facts__cause", "state"))


def test_silence_opens_one_case_and_the_next_scan_solves_it(shop: Shop) -> None:
    parcel = sent(shop)
    look(shop, 1)
    parcel.refresh_from_db()
    assert (cases(), parcel.look_at) == ([], moment(shop, 8))
    look(shop, 7.9)
    assert cases() == []

    for days in (8.1, 8.2, 9):
        look(shop, days)
    assert (cases(), risk(parcel), todos()) == ([("silent", "open")], "silent", [("silent", "open")])

    heard(shop, parcel, 9.5, Status.IN_TRANSIT)
    look(shop, 9.6)
    parcel.refresh_from_db()
    assert (cases(), risk(parcel), todos()) == ([("silent", "solved")], "safe", [("silent", "done")])
    assert (parcel.is_in_trouble, parcel.longest_silence) == (False, None)
    told = [name for name in told_of(parcel.order) if "trouble" in name or "risk" in name or "safe" in name]
    assert sorted(told) == [
        "promises.at_risk",
        "promises.safe_again",
        "shipping.trouble_found",
        "shipping.trouble_over",
    ]


def test_a_number_that_is_told_late_is_watched_like_one_that_was_there(shop: Shop) -> None:
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at)
    look(shop, 0.7)
    number = Tracking("DHL", "LATE1")
    tell_tracking(order_id=order.pk, tracking=number, seen=Tracking(), by="staff:1", at=moment(shop, 1))
    Parcel.objects.update(watch=Parcel.Watch.WATCHED)
    look(shop, 1.1)
    assert cases() == []
    look(shop, 60)
    assert cases() == [("lost", "open")]


def test_whatever_comes_when_the_cases_are_those_of_the_world(shop: Shop) -> None:
    """Out of order and repeated: customs asked on day 3, cleared on day 4, one more try on day 6."""
    parcel = sent(shop)
    for day, status, reason in (
        (6, Status.ATTEMPT_FAILED, Reason.NOBODY_HOME),
        (3, Status.CUSTOMS, Reason.INFO_REQUIRED),
        (4, Status.CUSTOMS, Reason.RELEASED),
        (6, Status.ATTEMPT_FAILED, Reason.NOBODY_HOME),
    ):
        told = Told(moment(shop, day), means(status, reason), str(status), "", "")
        hear(parcel_id=parcel.pk, told=[told], source="x", at=moment(shop, 6.5))
        look(shop, 6.5)
    assert cases() == [("attempt", "open")]
    heard(shop, parcel, 7, Status.DELIVERED)
    look(shop, 7)
    parcel.refresh_from_db()
    assert (cases(), parcel.look_at, parcel.is_in_trouble) == ([("attempt", "solved")], None, False)
    assert Todo.objects.filter(kind="parcel.trouble", state="open").count() == 0


def test_what_somebody_dismissed_stays_so_until_it_begins_anew(shop: Shop) -> None:
    parcel = sent(shop)
    look(shop, 8.5)
    dismiss(trouble_id=Trouble.objects.get().pk, why="They are on strike.", by="staff:1", at=moment(shop, 8.6))
    Parcel.objects.update(look_at=moment(shop, 9))
    look(shop, 9)
    assert (cases(), risk(parcel)) == ([("silent", "dismissed")], "safe")
    heard(shop, parcel, 9.5, Status.IN_TRANSIT)
    look(shop, 17)
    assert cases()[-1] == ("silent", "open")


def test_a_clock_that_jumps_finds_each_thing_once(shop: Shop) -> None:
    """Ahead over all limits, back, and ahead again."""
    parcel = sent(shop)
    for days in (50, 2, 50, 51):
        look(shop, days)
    assert cases() == [("lost", "open")]
    heard(shop, parcel, 52, Status.IN_TRANSIT)
    look(shop, 52)
    assert cases()[0] == ("lost", "solved")


def test_a_lane_is_silent_as_long_as_its_own_parcels_were(shop: Shop) -> None:
    parcel = sent(shop)
    for number in range(1, 21):
        Parcel.objects.create(
            order=parcel.order,
            ref=f"PC-old-{number}",
            carrier="YunExpress",
            country="DE",
            handed_over_at=shop.at,
            delivered_at=shop.at,
            status="delivered",
            replaced_at=shop.at,
            longest_silence=90 + number,
        )
    assert learn_silences(moment(shop, 1)) == 3
    assert LaneSilence.objects.get(carrier="YunExpress").hours == 110
    look(shop, 1)
    parcel.refresh_from_db()
    assert parcel.look_at == moment(shop, 1) + timedelta(hours=110)


def test_a_round_costs_by_what_is_due(shop: Shop) -> None:
    parcel = sent(shop)
    look(shop, 1)
    rows = [
        Parcel(order=parcel.order, ref=f"PC-{number}", handed_over_at=shop.at, look_at=moment(shop, 90))
        for number in range(trouble_watching.BATCH + 10)
    ]
    Parcel.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as none_due:
        assert trouble_watching.look_for_trouble(moment(shop, 2)) == 0
    assert len(none_due) == 1
    Parcel.objects.filter(ref="PC-1").update(look_at=moment(shop, 2))
    with CaptureQueriesContext(connection) as one:
        assert trouble_watching.look_for_trouble(moment(shop, 2)) == 1
    Parcel.objects.filter(ref__startswith="PC-").exclude(ref="PC-1").update(look_at=moment(shop, 2))
    with CaptureQueriesContext(connection) as many:
        assert trouble_watching.look_for_trouble(moment(shop, 2)) == trouble_watching.BATCH + 10
    # Two batches, each with the statements of one.
    assert len(many) <= 2 * len(one) + 1


class Killed(Exception):
    """The power went."""


def test_killed_between_any_two_steps_the_next_round_does_all_of_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = sent(shop)
    look(shop, 1)
    listen(moment(shop, 9))
    run = trouble_watching.look_for_trouble
    steps = 0
    while steps < 60:
        left = steps
        steps += 1

        def dying(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return execute(sql, params, many, context)

        try:
            with transaction.atomic(), connection.execute_wrapper(dying):
                run(moment(shop, 9))
        except Killed:
            assert (cases(), todos(), risk(parcel)) == ([], [], "safe")
        else:
            break
    assert 10 < steps < 60
    assert (cases(), todos(), risk(parcel)) == ([("silent", "open")], [("silent", "open")], "silent")
    assert run(moment(shop, 9)) == 0


def test_orders_that_have_not_left_are_cases_too(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    due = Promise.objects.get(kind="dispatch", subject_id=order.pk).due_at
    assert look_for_not_leaving(due - timedelta(hours=9)) == 0
    assert [look_for_not_leaving(due - timedelta(hours=7)), look_for_not_leaving(due - timedelta(hours=6))] == [1, 0]
    assert Promise.objects.get(kind="dispatch", subject_id=order.pk).risk == "not_leaving"
    hold = hold_order(order_id=order.pk, reason="waiting_goods", by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    assert cases() == [("not_leaving", "open"), ("no_stock", "open")]
    release_order(hold_id=hold.pk, by="staff:1", at=shop.at)
    mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    assert cases() == [("not_leaving", "solved"), ("no_stock", "solved")]


def test_what_a_notice_endangers_is_looked_for_as_well_and_what_was_dismissed_keeps_nobody_waiting(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trouble_orders, "_BATCH", 1)
    orders = [bought(shop, (shop.small, 1)) for _ in range(2)]
    promises = Promise.objects.filter(kind="dispatch")
    promises.update(risk="notice:1", at_risk_since=shop.at)
    late = promises.latest("pk").due_at - timedelta(hours=2)

    assert look_for_not_leaving(late) == 1
    dismiss(trouble_id=Trouble.objects.get().pk, why="packed", by="staff:1", at=late)
    assert [look_for_not_leaving(late), look_for_not_leaving(late)] == [1, 0]
    assert set(Trouble.objects.values_list("order_id", flat=True)) == {order.pk for order in orders}


def test_a_holiday_hits_the_orders_that_wait(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 1)), bought(shop, (shop.small, 1))
    assert note_orders(Cause.HOLIDAY, [order.pk, other.pk, 10**9], at=shop.at, notice="Spring Festival") == 2
    assert note_orders(Cause.HOLIDAY, [order.pk], at=shop.at, notice="Spring Festival") == 0
    cancel_order(order=order, reason="buyer_asked", by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    assert cases(cause="holiday") == [("holiday", "solved"), ("holiday", "open")]
    assert clear_orders(Cause.HOLIDAY, notice="Spring Festival", at=shop.at) == 1
    assert Todo.objects.filter(kind="parcel.trouble", state="open").count() == 0


def test_a_parcel_that_cannot_be_judged_keeps_no_other_from_being_looked_at(shop: Shop) -> None:
    broken, well = sent(shop), sent(shop, "LP2")
    at = moment(shop, 8.5)
    run_until_idle(now=lambda: at - timedelta(hours=1))
    # What a newer version of the program has written.
    Parcel.objects.filter(pk=broken.pk).update(status="beamed")
    Parcel.objects.filter(pk__in=[broken.pk, well.pk]).update(look_at=at)
    listen(at)

    with pytest.raises(SomeFailed, match="beamed"):
        look_for_trouble(at)

    assert cases(parcel=well) == [("silent", "open")]
    broken.refresh_from_db()
    assert broken.look_at == at + timedelta(hours=1)
    assert Todo.objects.get(kind=FAILING).facts["problem"].startswith("shipping.look_for_trouble")
    assert look_for_trouble(at) == 0
