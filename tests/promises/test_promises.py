"""Promises: made from quotes, and what becomes of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.shop import Shop
from tradewind.buyers.registering import register
from tradewind.promises.making import keep, promise_delivery, release, renew_delivery
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise, promises_about
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.wording import after_payment_words, arrival_words, dispatch_words, order_by_words
from tradewind.shipping.quoting import Goods, quotes_for

MUG = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen"}))


def _quote(shop: Shop, at: datetime | None = None) -> DeliveryQuote:
    [quote] = quotes_for(shop.market(), "DE", MUG, at=at or shop.at)
    return quote


def _promise(shop: Shop, order_id: int = 1) -> list[Promise]:
    return promise_delivery(_quote(shop), buyer_id=_buyer(shop), order_id=order_id, at=shop.at)


def _buyer(shop: Shop) -> int:
    return register(email="greta@example.com", name="Greta", language="de", country="DE", at=shop.at).pk


def test_a_promise_lasts_to_the_end_of_its_last_day_where_it_was_meant(shop: Shop) -> None:
    dispatch, delivery = _promise(shop)

    # The 24th ends in Shenzhen at 16:00 UTC; the window opens and closes at midnight in Berlin.
    assert dispatch.due_at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert delivery.window_start == datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    assert delivery.due_at == datetime(2026, 12, 10, 23, 0, tzinfo=UTC)


def test_a_promise_keeps_what_its_dates_were_computed_from(shop: Shop) -> None:
    dispatch, _ = _promise(shop)

    assert dispatch.inputs["cutoff"] == "16:00"
    assert dispatch.inputs["transit_days"] == [6, 12]
    assert dispatch.inputs["holds_until"] == "2026-11-23T08:00:00+00:00"
    assert dispatch.digest == _quote(shop).digest


def test_an_order_has_one_open_promise_of_a_kind(shop: Shop) -> None:
    _promise(shop)

    with pytest.raises(IntegrityError), transaction.atomic():
        _promise(shop)


def test_in_time_keeps_a_promise_and_too_late_breaks_it(shop: Shop) -> None:
    dispatch, delivery = _promise(shop)

    keep(Promise.Kind.DISPATCH, order_id=1, at=dispatch.due_at - timedelta(seconds=1))
    keep(Promise.Kind.DELIVERY, order_id=1, at=delivery.due_at)

    assert [p.state for p in promises_about("order", 1)] == ["kept", "broken"]
    assert keep(Promise.Kind.DISPATCH, order_id=1, at=shop.at) is None


def test_a_renewed_promise_stays_on_record_beside_its_successor(shop: Shop) -> None:
    _promise(shop)
    later = _quote(shop, shop.at + timedelta(hours=3))

    renew_delivery(later, buyer_id=_buyer(shop), order_id=1, at=shop.at)

    assert [(p.kind, p.state) for p in promises_about("order", 1)] == [
        ("dispatch", "renewed"),
        ("delivery", "renewed"),
        ("dispatch", "made"),
        ("delivery", "made"),
    ]
    now_open = open_promise(Promise.Kind.DISPATCH, 1)
    assert now_open is not None
    assert now_open.last_day == date(2026, 11, 25)


def test_released_promises_are_neither_kept_nor_broken(shop: Shop) -> None:
    _promise(shop)

    assert release(order_id=1, at=shop.at) == 2
    assert release(order_id=1, at=shop.at) == 0
    assert {p.state for p in promises_about("order", 1)} == {"released"}


def test_a_quote_and_the_promise_made_of_it_say_the_same(shop: Shop) -> None:
    quote = _quote(shop)
    dispatch, delivery = _promise(shop)

    for language in ("en", "de", "zh"):
        assert dispatch_words(dispatch, language) == dispatch_words(quote, language)
        assert arrival_words(delivery, language) == arrival_words(quote, language)


def test_dates_read_as_a_person_would_say_them(shop: Shop) -> None:
    quote = _quote(shop)

    assert dispatch_words(quote, "en") == "Leaves Shenzhen by Tue 24 Nov"
    assert arrival_words(quote, "en") == "At your door Wed 2 Dec to Thu 10 Dec"


def test_the_hour_until_which_dates_hold_is_the_warehouse_s(shop: Shop) -> None:
    assert order_by_words(_quote(shop), "en") == "Order by Mon 23 Nov, 16:00 (Shenzhen time)"


def test_where_money_takes_days_the_words_promise_no_date(shop: Shop) -> None:
    quote = _quote(shop)

    assert after_payment_words(quote, 1, "en") == "Leaves Shenzhen one working day after your payment arrives"
    assert after_payment_words(quote, 2, "en") == "Leaves Shenzhen 2 working days after your payment arrives"
