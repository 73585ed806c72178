"""Numbers that two parcels share, that are put right, or written in another way: each parcel is followed, and nothing else is."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.connectors.tracking_servers import Books
from tests.console.making import make_staff
from tests.shipping.followed import NUMBER, have_followed, run, scanned, sent
from tests.shop import Shop
from tradewind.clientele.erasing import erase_order
from tradewind.core.deliveries import drop
from tradewind.core.models import Delivery, InboxItem
from tradewind.core.models.staff import Role
from tradewind.core.work import NeedsAttention, Refused
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.shipping.asking import ask_about_silent
from tradewind.shipping.following import WatchCourier, plan_watching
from tradewind.shipping.letting_go import StopCourier
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.tracking import tell_tracking

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "LP00112233445566"


def tell(parcel: Parcel, number: str, *, carrier: str = "YunExpress", shop: Shop) -> Parcel:
    """Put right, as staff do. The label that stands from then on."""
    parcel.refresh_from_db()
    seen = Tracking(parcel.carrier, parcel.tracking_number)
    right = Tracking(carrier, number)
    tell_tracking(order_id=parcel.order_id, parcel_id=parcel.pk, tracking=right, seen=seen, by="staff:1", at=shop.at)
    parcel.refresh_from_db()
    return parcel.replaced_by or parcel


def watches() -> list[str]:
    return list(Parcel.objects.order_by("pk").values_list("watch", flat=True))


def test_two_orders_in_one_parcel_both_hear_whomever_the_tracker_names(books: Books, shop: Shop) -> None:
    first, second = sent(shop), sent(shop)
    have_followed(shop.at)
    assert (watches(), books.followed) == (["watched"] * 2, [NUMBER])

    scanned(shop.at + timedelta(hours=1), ref=first.ref)
    run(utc_now)

    assert [Parcel.objects.get(pk=each.pk).status for each in (first, second)] == ["picked_up"] * 2
    assert InboxItem.objects.get().outcome == "2 new of 1 events"


def test_a_number_that_is_given_again_moves_the_newest_parcel_alone(books: Books, shop: Shop) -> None:
    old = sent(shop)
    have_followed(shop.at)
    Parcel.objects.filter(pk=old.pk).update(handed_over_at=shop.at - timedelta(days=200))
    new = sent(shop)
    have_followed(shop.at)

    scanned(shop.at + timedelta(hours=1), ref=old.ref)
    run(utc_now)

    assert [Parcel.objects.get(pk=each.pk).status for each in (old, new)] == ["not_found", "picked_up"]


def test_a_number_that_was_put_right_twice_is_followed_and_heard_again(books: Books, shop: Shop) -> None:
    first = sent(shop)
    have_followed(shop.at)
    second = tell(first, OTHER, shop=shop)
    have_followed(shop.at)
    assert books.followed == [OTHER]

    third = tell(second, NUMBER, shop=shop)
    have_followed(shop.at)

    assert (books.followed, books.known[NUMBER]["tag"]) == ([NUMBER], first.ref)
    scanned(shop.at + timedelta(hours=1), ref=first.ref)
    run(utc_now)
    assert Parcel.objects.get(pk=third.pk).status == "picked_up"


def test_the_number_of_another_parcel_is_not_stopped_when_a_mix_up_is_put_right(books: Books, shop: Shop) -> None:
    mistaken, owner = sent(shop), sent(shop)
    have_followed(shop.at)

    tell(mistaken, OTHER, shop=shop)
    have_followed(shop.at)

    assert sorted(books.followed) == [OTHER, NUMBER]
    owner.refresh_from_db()
    assert owner.watch == "watched"


def test_whoever_gets_a_number_while_it_is_being_stopped_is_told_to_the_tracker_anew(books: Books, shop: Shop) -> None:
    first = sent(shop)
    have_followed(shop.at)
    tell(first, OTHER, shop=shop)
    stop = Delivery.objects.get(kind="tracking.stop")
    result = StopCourier().call(stop)
    late = sent(shop)
    Parcel.objects.filter(pk=late.pk).update(watch="watched")
    with transaction.atomic():
        StopCourier().settle(stop, result, shop.at)
    have_followed(shop.at)

    assert sorted(books.followed) == [OTHER, NUMBER]


def asked(shop: Shop, *, minutes: int = 0) -> tuple[Delivery, dict[str, object]]:
    """A call that was made, and whose answer nobody has written down yet."""
    plan_watching(shop.at + timedelta(minutes=minutes))
    delivery = Delivery.objects.filter(kind="tracking.watch").latest("pk")
    return delivery, WatchCourier().call(delivery)


def settle(call: tuple[Delivery, dict[str, object]], shop: Shop) -> None:
    with transaction.atomic():
        WatchCourier().settle(*call, shop.at)
    Delivery.objects.filter(pk=call[0].pk).update(state="done", finished_at=shop.at)


def test_a_label_that_is_replaced_while_the_tracker_is_told_is_stopped_and_not_asked_about(
    books: Books, shop: Shop
) -> None:
    parcel = sent(shop)
    call = asked(shop)
    tell(parcel, OTHER, shop=shop)
    settle(call, shop)

    parcel.refresh_from_db()
    assert (parcel.watch, parcel.ask_at) == ("", None)
    # A call that is under way may still end: the stop comes after it.
    have_followed(shop.at + timedelta(minutes=4))
    assert books.followed == [OTHER]


def test_a_label_that_is_replaced_before_the_call_is_not_told_at_all(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    plan_watching(shop.at)
    tell(parcel, OTHER, shop=shop)
    have_followed(shop.at)
    assert list(books.known) == [OTHER]


def test_a_carrier_that_is_put_right_while_the_tracker_is_told_is_told_as_well(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    call = asked(shop)
    tell(parcel, NUMBER, carrier="4PX", shop=shop)
    settle(call, shop)
    parcel.refresh_from_db()
    assert parcel.watch == "wanted"

    again = asked(shop, minutes=1)
    # The first one's answer, once more: it says nothing about what was asked since.
    settle(call, shop)
    parcel.refresh_from_db()
    assert parcel.watch == "asked"
    settle(again, shop)
    parcel.refresh_from_db()
    assert parcel.watch == "watched"


def test_a_parcel_that_is_gone_keeps_no_other_from_being_followed(books: Books, shop: Shop) -> None:
    gone, other = sent(shop), sent(shop, OTHER)
    call = asked(shop)
    gone.events.all().delete()
    Parcel.objects.filter(pk=gone.pk).delete()
    settle(call, shop)
    other.refresh_from_db()
    assert other.watch == "watched"


@pytest.mark.parametrize("written", ["rr 123 456 785 cn", "RR-123456785-CN"])
def test_a_number_is_told_and_known_again_however_it_is_written(books: Books, shop: Shop, written: str) -> None:
    parcel = sent(shop, written)
    have_followed(shop.at)
    parcel.refresh_from_db()
    assert (parcel.watch, parcel.watch_problem, books.followed) == ("watched", "", [NUMBER])
    assert ask_about_silent(shop.at + timedelta(hours=25)) == 1


def test_a_number_without_a_letter_or_digit_is_told_to_nobody_and_says_so(books: Books, shop: Shop) -> None:
    parcel = sent(shop, "— / —")
    have_followed(shop.at)
    parcel.refresh_from_db()
    assert (parcel.watch, books.known) == ("refused", {})


def test_an_emptied_number_is_a_label_that_was_replaced(books: Books, shop: Shop) -> None:
    wrong = sent(shop)
    have_followed(shop.at)
    scanned(shop.at + timedelta(hours=1), ref=wrong.ref)
    run(utc_now)

    empty = tell(wrong, "", carrier="", shop=shop)
    right = tell(empty, OTHER, shop=shop)
    scanned(shop.at + timedelta(hours=2), ref=wrong.ref, code="Delivered_Other")
    have_followed(shop.at)
    run(utc_now)

    assert (empty.pk == wrong.pk, right.pk) == (False, empty.pk)
    right.refresh_from_db()
    assert (right.status, right.events.count(), right.departure) == ("not_found", 0, 1)
    assert books.followed == [OTHER]


def test_erasing_a_buyer_has_the_number_stopped_and_leaves_it_nowhere(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    have_followed(shop.at)
    Message.objects.update(state=Message.State.SENT)

    erase_order(parcel.order_id, keeps_address=False, by=None, at=shop.at)
    run(lambda: shop.at + timedelta(minutes=4))

    assert books.followed == []
    payloads = [str(each) for each in Delivery.objects.values_list("payload", "result")]
    assert [each for each in payloads if NUMBER in each] == []


def test_erasing_one_of_two_buyers_keeps_the_parcel_of_the_other_followed(books: Books, shop: Shop) -> None:
    parcel, _ = sent(shop), sent(shop)
    have_followed(shop.at)
    Message.objects.update(state=Message.State.SENT)

    erase_order(parcel.order_id, keeps_address=False, by=None, at=shop.at)
    run(lambda: shop.at + timedelta(minutes=4))

    assert books.followed == [NUMBER]


def stop_of(shop: Shop) -> Delivery:
    """A followed parcel whose buyer is erased, before the tracker is told to stop."""
    parcel = sent(shop)
    have_followed(shop.at)
    Message.objects.update(state=Message.State.SENT)
    erase_order(parcel.order_id, keeps_address=False, by=None, at=shop.at)
    return Delivery.objects.get(kind="tracking.stop")


def test_an_erased_number_stays_in_no_call_that_its_tracker_refuses_for_good(books: Books, shop: Shop) -> None:
    stop = stop_of(shop)
    assert stop.payload["number"] == NUMBER
    StopCourier().give_up(stop, NeedsAttention("the key is wrong"), shop.at)
    stop.refresh_from_db()
    assert stop.payload["number"] == NUMBER, "once the key is right, Retry stops it"

    StopCourier().give_up(stop, Refused("4", "No."), shop.at)

    stop.refresh_from_db()
    assert stop.payload == {}
    assert StopCourier().call(stop) == {"is_stopped": False}


def test_a_dropped_call_forgets_its_number(books: Books, shop: Shop) -> None:
    stop, staff = stop_of(shop), make_staff(Role.OWNER)
    Delivery.objects.filter(pk=stop.pk).update(state="stuck")

    assert drop(stop.pk, reason="The account is closed.", by=staff, at=shop.at)

    stop.refresh_from_db()
    assert stop.payload == {}


def test_a_stop_that_was_planned_when_calls_named_their_parcel_alone_is_made(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    have_followed(shop.at)
    tell(parcel, OTHER, shop=shop)
    Delivery.objects.filter(kind="tracking.stop").update(payload={"parcel": parcel.pk})

    have_followed(shop.at)

    assert books.followed == [OTHER]
    assert Delivery.objects.get(kind="tracking.stop").payload == {}
