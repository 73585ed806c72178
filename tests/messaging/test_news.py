"""Buyers hear where their parcel is: once, together, in the daytime where they live unless it is urgent, and only what is true."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.orders.changing import bought
from tests.shipping.troubled import heard, listen, sent
from tests.shop import Shop
from tradewind.core.models import Delivery
from tradewind.core.words import LOCALES, say
from tradewind.core.worker import run_until_idle
from tradewind.messaging import news
from tradewind.messaging.models import Message, MomentOff, News
from tradewind.messaging.moments.parcel_news import Piece, parcel_news
from tradewind.messaging.on_the_way import Moment
from tradewind.messaging.rendering import render
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.arriving import say_arrived
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.tracking_states import Reason, Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]


def pass_time(shop: Shop, days: float) -> datetime:
    """Heard a little before, as facts are; told when it is due."""
    at = shop.at + timedelta(days=days)
    run_until_idle(now=lambda: at - 2 * news.COMPANIONS)
    news.tell_due(at)
    run_until_idle(now=lambda: at)
    return at


def told() -> list[str]:
    return list(Message.objects.filter(moment__startswith="parcel_").order_by("pk").values_list("moment", flat=True))


def settled() -> list[tuple[str, str, str]]:
    return list(News.objects.order_by("pk").values_list("moment", "state", "why"))


def test_what_can_wait_is_told_at_nine_in_the_morning_where_the_buyer_lives(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.6, Status.CUSTOMS)  # 21:24 in Berlin

    pass_time(shop, 5.65)
    assert told() == []
    assert News.objects.get().due_at == datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
    pass_time(shop, 6.09)

    letter = Message.objects.get(moment="parcel_at_customs")
    assert (letter.subject_kind, letter.subject_id, letter.language) == ("parcel", parcel.pk, "de")
    assert letter.subject == f"Ihre Bestellung {parcel.order.ref} ist beim Zoll"
    assert settled() == [("parcel_at_customs", "told", "")]
    assert News.objects.get().message_id == letter.pk


def test_what_is_urgent_is_told_at_once_and_takes_along_what_waits(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=Tracking("DHL", "JD01"))
    parcel = Parcel.objects.get()
    heard(shop, parcel, 1, Status.PICKED_UP)
    heard(shop, parcel, 5.8, Status.OUT_FOR_DELIVERY)

    pass_time(shop, 5.801)

    assert told() == ["parcel_out_for_delivery"]
    assert "eingeschaltet" in Message.objects.get(moment="parcel_out_for_delivery").text


def test_what_a_person_says_is_not_told_in_the_carriers_name(shop: Shop) -> None:
    """By the buyer it is no news, and for both there would be no carrier who says it."""
    parcel = sent(shop)
    at, on = shop.at + timedelta(days=5), shop.at.date() + timedelta(days=5)
    say_arrived(parcel_id=parcel.pk, on=on, teller=Parcel.Teller.BUYER, by="buyer", at=at)
    pass_time(shop, 6.2)
    assert told() == []


def test_what_is_over_when_it_could_be_told_is_not_told(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.6, Status.CUSTOMS)
    pass_time(shop, 5.65)
    heard(shop, parcel, 5.7, Status.CUSTOMS, Reason.RELEASED)
    pass_time(shop, 5.75)

    pass_time(shop, 6.1)

    assert told() == ["parcel_released"]
    assert settled() == [("parcel_at_customs", "passed", "over"), ("parcel_released", "told", "")]


def test_the_next_scan_behind_customs_says_that_it_was_released(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 3.0, Status.CUSTOMS)
    pass_time(shop, 3.2)
    heard(shop, parcel, 4.2, Status.IN_TRANSIT)
    heard(shop, parcel, 4.3, Status.CUSTOMS)
    heard(shop, parcel, 4.4, Status.IN_TRANSIT)
    pass_time(shop, 5.2)

    assert told() == ["parcel_at_customs", "parcel_released"]


def test_two_parcels_that_arrive_together_are_one_letter(shop: Shop) -> None:
    first = sent(shop)
    second = Parcel.objects.create(
        order=first.order, ref="P-2", carrier="DHL", tracking_number="JD02", handed_over_at=shop.at, country="DE"
    )
    for parcel in (first, second):
        heard(shop, parcel, 6.2, Status.DELIVERED)

    pass_time(shop, 6.3)

    [letter] = Message.objects.filter(moment="parcel_delivered")
    assert "JD02" in letter.text
    assert "LP1" in letter.text
    assert {each.message_id for each in News.objects.all()} == {letter.pk}


def test_who_heard_enough_today_hears_the_rest_tomorrow(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.1, Status.CUSTOMS)
    pass_time(shop, 5.2)
    heard(shop, parcel, 5.25, Status.IN_TRANSIT)
    pass_time(shop, 5.3)
    heard(shop, parcel, 5.35, Status.READY_FOR_PICKUP)

    pass_time(shop, 5.4)
    assert told() == ["parcel_at_customs", "parcel_released"]
    pass_time(shop, 6.3)

    assert told() == ["parcel_at_customs", "parcel_released", "parcel_to_collect"]


def test_what_comes_out_of_a_file_of_last_week_is_no_news(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 3, Status.DELIVERED)
    run_until_idle(now=lambda: shop.at + timedelta(days=8))

    assert (told(), settled()) == ([], [])


def test_a_market_that_is_not_told_of_a_moment_hears_nothing_of_it(shop: Shop) -> None:
    MomentOff.objects.create(moment="parcel_at_customs", market="de", by="staff:1", at=shop.at)
    parcel = sent(shop)
    heard(shop, parcel, 5.1, Status.CUSTOMS)
    pass_time(shop, 5.2)
    heard(shop, parcel, 6.2, Status.DELIVERED)
    pass_time(shop, 6.3)

    assert told() == ["parcel_delivered"]


@pytest.mark.parametrize("state", ["cancelled", "merged"])
def test_of_an_order_that_is_gone_nothing_is_told(shop: Shop, state: str) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.6, Status.CUSTOMS)
    pass_time(shop, 5.65)
    Order.objects.update(state=state)

    pass_time(shop, 6.1)

    assert settled() == [("parcel_at_customs", "passed", "gone")]
    assert told() == []


def test_a_letter_that_stood_still_until_it_was_over_does_not_leave(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.1, Status.CUSTOMS)
    run_until_idle(now=lambda: shop.at + timedelta(days=5.1))
    assert news.tell_due(shop.at + timedelta(days=5.12)) == 1
    heard(shop, parcel, 5.15, Status.DELIVERED)

    pass_time(shop, 5.16)

    assert "parcel_at_customs" not in told()
    assert News.objects.get(moment="parcel_at_customs").why == "over"


def test_slower_than_promised_comes_with_an_apology(shop: Shop) -> None:
    parcel = sent(shop)
    due = Promise.objects.get(kind="delivery").due_at
    heard(shop, parcel, (due - shop.at) / timedelta(days=1) + 1.1, Status.DELIVERED)
    pass_time(shop, (due - shop.at) / timedelta(days=1) + 1.6)

    letter = Message.objects.get(moment="parcel_delivered")

    assert say("de", "It took longer than we promised. We are sorry that you had to wait.") in letter.text


@pytest.mark.parametrize("language", LOCALES)
def test_every_moment_has_its_words_in_every_language(shop: Shop, language: str) -> None:
    parcel = sent(shop)
    order = Order.objects.get()
    for moment in Moment:
        order.language = language
        letter = parcel_news(order, [Piece(moment, parcel)], at=shop.at)
        order.language = "en"
        english = parcel_news(order, [Piece(moment, parcel)], at=shop.at)

        assert order.ref in letter.subject
        assert "LP1" in render(letter).text
        assert (letter.subject == english.subject) == (language == "en")
        assert (letter.paragraphs[1] == english.paragraphs[1]) == (language == "en")


def test_days_of_silence_bring_an_update_once(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 1.2, Status.IN_TRANSIT)
    for days in (6.1, 6.25, 6.3, 7.3):
        listen(shop.at + timedelta(days=days))
        news.bring_silent(shop.at + timedelta(days=days))
        pass_time(shop, days + 0.02)

    assert told() == ["parcel_still_moving"]


def test_who_moved_meanwhile_hears_no_words_about_silence(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 1.2, Status.IN_TRANSIT)
    listen(shop.at + timedelta(days=6.25))
    news.bring_silent(shop.at + timedelta(days=6.25))
    heard(shop, parcel, 6.26, Status.IN_TRANSIT)
    pass_time(shop, 6.3)

    assert told() == []
    assert settled() == [("parcel_still_moving", "passed", "over")]


def test_whose_money_went_back_hears_no_more_that_it_is_on_its_way(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 1.2, Status.IN_TRANSIT)
    Parcel.objects.update(refunded_at=shop.at)
    listen(shop.at + timedelta(days=6.25))
    news.bring_silent(shop.at + timedelta(days=6.25))
    heard(shop, parcel, 6.3, Status.CUSTOMS)
    pass_time(shop, 6.4)

    assert (told(), settled()) == ([], [("parcel_at_customs", "passed", "over")])


def test_parcels_of_a_market_that_is_not_told_do_not_stand_before_others(shop: Shop) -> None:
    sent(shop)
    MomentOff.objects.create(moment="parcel_still_moving", market="de", by="staff:1", at=shop.at)
    listen(shop.at + timedelta(days=6.25))

    assert news.bring_silent(shop.at + timedelta(days=6.25)) == 0


def test_switched_off_before_it_is_told_it_is_not_told(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.6, Status.CUSTOMS)
    pass_time(shop, 5.65)
    MomentOff.objects.create(moment="parcel_at_customs", market="de", by="staff:1", at=shop.at)

    pass_time(shop, 6.1)

    assert settled() == [("parcel_at_customs", "passed", "off")]


def test_what_was_urgent_yesterday_wakes_nobody(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.35, Status.OUT_FOR_DELIVERY)
    at = shop.at + timedelta(days=5.8)
    run_until_idle(now=lambda: at)

    row = News.objects.get()
    assert (row.is_urgent, row.due_at) == (False, datetime(2026, 11, 29, 8, 0, tzinfo=UTC))


def test_what_can_wait_does_not_stand_before_others_by_the_thousand(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.1, Status.CUSTOMS)
    run_until_idle(now=lambda: shop.at + timedelta(days=5.1))
    letters = [
        Message(message_id=f"{n}@x", moment="parcel_released", subject_kind="parcel", subject_id=n, created_at=shop.at)
        for n in range(1000, 1050)
    ]
    Message.objects.bulk_create(letters)
    Delivery.objects.bulk_create(
        Delivery(kind="messaging.mail", key=each.message_id, payload={}, due_at=shop.at, created_at=shop.at)
        for each in letters
    )

    assert news.tell_due(shop.at + timedelta(days=5.2)) == 0
    # What a provider has put off for days stands before nobody.
    Delivery.objects.filter(key=letters[0].message_id).update(due_at=shop.at + timedelta(days=9))

    assert news.tell_due(shop.at + timedelta(days=5.2)) == 1


def test_customs_that_ask_for_something_say_so(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.1, Status.CUSTOMS, Reason.INFO_REQUIRED)
    pass_time(shop, 5.2)

    assert Message.objects.get(moment="parcel_asked_by_customs").subject.startswith("Der Zoll braucht etwas zu Ihrer")


def test_customs_that_ask_later_say_so_in_a_letter_of_its_own(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 5.1, Status.CUSTOMS, Reason.PROCESSING)
    pass_time(shop, 5.2)
    heard(shop, parcel, 6.1, Status.CUSTOMS, Reason.INFO_REQUIRED)
    heard(shop, parcel, 6.15, Status.CUSTOMS, Reason.INFO_REQUIRED)
    pass_time(shop, 6.2)

    assert told() == ["parcel_at_customs", "parcel_asked_by_customs"]


def test_an_address_that_no_mail_can_carry_stops_nothing(shop: Shop) -> None:
    parcel = sent(shop)
    Order.objects.update(email="a@example.com\nBcc: b@example.com")
    heard(shop, parcel, 5.1, Status.CUSTOMS)
    pass_time(shop, 5.2)

    assert settled() == [("parcel_at_customs", "passed", "address")]
    assert told() == []
