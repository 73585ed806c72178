"""Shops whose orders were marked dispatched when only those with a number had a parcel: what was due of them leaves once."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.messaging.test_dispatch_letter import SOON, WorkUntilIdle, dispatched, sent
from tests.messaging.test_letters import profile
from tests.shop import Shop
from tradewind.core.models import FactRecord, Reaction
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_dispatched import MOMENT
from tradewind.orders.models import Order
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking

__all__ = ["profile"]

OLD = ("messaging.order_dispatched", "shipping.promise_again")
NAME = "0011_letters_without_parcels"


def as_before(shop: Shop, order: Order, *, has_parcel: bool = False, state: str = "waiting") -> None:
    """As it stood: marked, with the letter and the promise due of the mark, and nothing handed over."""
    FactRecord.objects.filter(name="shipping.parcel_handed_over", data__order_id=order.pk).delete()
    if not has_parcel:
        order.parcels.all().delete()
    marked = FactRecord.objects.get(name="shipping.marked_dispatched", data__order_id=order.pk)
    finished_at = shop.at if state == "stuck" else None
    for handler in OLD:
        fields = {"due_at": shop.at, "created_at": shop.at, "state": state, "finished_at": finished_at}
        Reaction.objects.create(fact=marked, handler=handler, **fields)


def migrate(at_once: int = 200) -> None:
    """With the tables as the migration itself sees them."""
    migration = import_module(f"tradewind.messaging.migrations.{NAME}")
    migration.BATCH = at_once
    state = MigrationLoader(connection).project_state([("messaging", NAME)])
    migration.let_go(state.apps, None)


@pytest.mark.parametrize("state", ["waiting", "stuck"])
def test_a_letter_that_was_due_of_a_mark_without_a_parcel_leaves_once(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle, state: str
) -> None:
    order = dispatched(shop)
    as_before(shop, order, state=state)

    migrate(at_once=1)
    migrate()
    work_until_idle(after=SOON)
    work_until_idle(after=2 * SOON)

    parcel, [message] = order.parcels.get(), sent()
    assert (message.subject_kind, message.subject_id) == ("parcel", parcel.pk)
    assert message.subject == f"Ihre Bestellung {order.ref} ist unterwegs"
    assert sorted(parcel.lines.values_list("quantity", flat=True)) == [1, 2]
    assert (parcel.handed_over_at, parcel.departure, parcel.country, parcel.option) == (shop.at, 1, "DE", "de-air")
    assert parcel.due_at is not None
    assert not Reaction.objects.filter(handler__in=OLD).exists()
    assert not Reaction.objects.exclude(state="done").exists()


def test_a_parcel_with_a_number_that_nobody_recorded_as_handed_over_is_the_one_that_is_told(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    order = dispatched(shop, Tracking("DHL", "JD01"))
    as_before(shop, order, has_parcel=True)

    migrate()
    work_until_idle()
    work_until_idle(after=timedelta(seconds=3))

    assert [(each.subject_id, "JD01" in each.text) for each in sent()] == [(order.parcels.get().pk, True)]


def test_what_waits_for_its_carrier_is_told_when_it_is_handed_over_and_what_was_told_is_not_told_again(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    waiting, told, long_ago = dispatched(shop, Tracking("DHL", "", is_waiting=True)), dispatched(shop), dispatched(shop)
    work_until_idle()
    for order in (waiting, told, long_ago):
        as_before(shop, order, has_parcel=order is waiting)
    Message.objects.create(
        moment=MOMENT, subject_kind="order", subject_id=told.pk, recipient="x@example.com", created_at=shop.at
    )
    marks = FactRecord.objects.filter(name="shipping.marked_dispatched", data__order_id=long_ago.pk)
    marks.update(recorded_at=shop.at - timedelta(days=4))

    migrate()
    work_until_idle(after=SOON)
    work_until_idle(after=2 * SOON)

    assert [message.subject_id for message in sent()] == [told.pk]
    assert Parcel.objects.get(order=long_ago).handed_over_at == shop.at - timedelta(days=4)
    assert not Reaction.objects.filter(handler__in=OLD).exclude(state="done").exists()
