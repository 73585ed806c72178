"""Each parcel of an order has a letter of its own: what is in it, what is still to come and until when, and when it arrives."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from tests.messaging.test_letters import profile, record_paid
from tests.shop import Shop
from tradewind.core.models import Reaction
from tradewind.core.reach import EVERYWHERE
from tradewind.core.words import LOCALES, say
from tradewind.messaging.erasing import erase_letters
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_dispatched import MOMENT, order_dispatched
from tradewind.messaging.queries import messages_about_order
from tradewind.messaging.rendering import render
from tradewind.orders.models import Order, OrderLine
from tradewind.promises.models import Promise
from tradewind.promises.wording import arrival_words, dispatch_words, door_words
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.handing_over import hand_over
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import UNKNOWN, Tracking
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.promising_again import days_of_part

__all__ = ["profile"]

WorkUntilIdle = Callable[..., int]
SOON = timedelta(minutes=2)


def ordered(shop: Shop, language: str = "de") -> Order:
    """Two small ones and a large one, paid."""
    order = shop.place(shop.cart((shop.small, 2), (shop.large, 1), language=language)).order
    record_paid(order, shop.at)
    Order.objects.filter(pk=order.pk).update(state="paid")
    return order


def leave(shop: Shop, order: Order, small: int, large: int, tracking: Tracking = UNKNOWN) -> Parcel:
    pks = order.lines.filter(kind=OrderLine.Kind.GOODS).order_by("position").values_list("pk", flat=True)
    units = dict(zip(pks, (small, large), strict=True))
    part = Part(units, seen_left(lines_left(order.pk)), 0, 0, tracking)
    send_part(order_id=order.pk, part=part, by="staff:1", at=shop.at)
    return Parcel.objects.latest("pk")


def letter_of(parcel: Parcel) -> Message:
    return Message.objects.get(moment=MOMENT, subject_kind="parcel", subject_id=parcel.pk)


@pytest.mark.parametrize("language", LOCALES)
def test_a_letter_says_what_is_in_its_parcel_and_what_is_still_to_come(shop: Shop, language: str) -> None:
    order = ordered(shop)
    first = leave(shop, order, 1, 0, Tracking("DHL", "JD01"))
    Order.objects.filter(pk=order.pk).update(language=language)
    order.refresh_from_db()
    dispatch, delivery = (Promise.objects.get(kind=kind) for kind in (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY))
    days = days_of_part(first, shop.at)
    assert days is not None
    assert days[1] < delivery.last_day

    part = order_dispatched(order, first, at=shop.at)
    text = render(part).text
    second = leave(shop, order, 1, 1, Tracking("UPS", "1Z9"))
    order.refresh_from_db()
    last = order_dispatched(order, second, at=shop.at)

    assert part.subject == say(language, "A part of your order {ref} is on its way", ref=order.ref)
    assert last.subject == say(language, "The last part of your order {ref} is on its way", ref=order.ref)
    assert [(each.quantity, each.price) for each in part.goods] == [(1, "")]
    assert [(each.quantity, each.price) for each in last.goods] == [(1, ""), (1, "")]
    [to_come] = [section for section in part.sections if section.title == say(language, "Still to come")]
    assert [line[:4] for line in to_come.lines[:2]] == ["1 × ", "1 × "]
    assert to_come.lines[2:] == (dispatch_words(dispatch, language), arrival_words(delivery, language))
    assert say(language, "Still to come") not in [section.title for section in last.sections]
    assert part.highlight is not None
    assert part.highlight.lines == (door_words(*days, language),)
    assert last.highlight is not None
    assert last.highlight.lines == (arrival_words(delivery, language),)
    assert ("JD01" in text, "1Z9" in text, "1Z9" in render(last).text) == (True, False, True)
    assert f"{part.goods[0].title}, {part.goods[0].options}\n" in text
    words = [part.subject, part.title, part.paragraphs[1], last.subject, last.title, last.paragraphs[1], to_come.title]
    assert language == "en" or not any("part" in each.split() or "carrier" in each for each in words)


def test_each_parcel_is_told_once_when_its_carrier_has_it_and_says_the_same_however_late(
    shop: Shop, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    order = ordered(shop)
    first = leave(shop, order, 1, 0)
    second = leave(shop, order, 1, 0, Tracking(is_waiting=True))
    third = leave(shop, order, 0, 1)
    work_until_idle(after=SOON)

    both = {letter_of(parcel).subject for parcel in (first, third)}
    assert both == {f"Ein Teil Ihrer Bestellung {order.ref} ist unterwegs"}
    assert not Message.objects.filter(subject_kind="parcel", subject_id=second.pk).exists()
    hand_over(parcel_ids=[second.pk], reach=EVERYWHERE, by="staff:1", at=shop.at + SOON)
    work_until_idle(after=2 * SOON)
    work_until_idle(after=3 * SOON)

    assert letter_of(second).subject == f"Der letzte Teil Ihrer Bestellung {order.ref} ist unterwegs"
    letters = [each for each in messages_about_order(order.pk) if each.moment == MOMENT]
    assert [each.subject_id for each in letters] == [first.pk, third.pk, second.pk]
    Message.objects.update(state="sent")
    with transaction.atomic():
        erase_letters(order.pk, [])
    assert {(each.recipient, each.text) for each in messages_about_order(order.pk)} == {("", "")}


def test_what_was_due_of_a_mark_goes_on_with_its_parcel_when_a_shop_is_renewed(shop: Shop) -> None:
    order = ordered(shop)
    parcel = leave(shop, order, 2, 1)
    follow = import_module("tradewind.messaging.migrations.0009_letters_of_parcels").follow_parcels
    Reaction.objects.filter(handler__in=["messaging.parcel_dispatched", "shipping.promise_from_handover"]).delete()
    marked = Reaction.objects.filter(fact__name="shipping.marked_dispatched").values_list("fact_id", flat=True)[0]
    for handler in ("messaging.order_dispatched", "shipping.promise_again"):
        Reaction.objects.create(fact_id=marked, handler=handler, due_at=shop.at, created_at=shop.at)

    follow(apps, None)

    moved = Reaction.objects.filter(fact__data__parcel_id=parcel.pk, handler__in=follow.__globals__["_MOVED"].values())
    assert (moved.count(), Reaction.objects.filter(handler="shipping.promise_again").exists()) == (2, False)
