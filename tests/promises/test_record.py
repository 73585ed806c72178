"""The record of a promise: of any kind, at risk, renewed, broken and yet fulfilled, said where; and nobody does it twice."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tests.at_once import at_the_same_time
from tests.shop import Shop
from tradewind.core.facts import record
from tradewind.core.models import FactRecord
from tradewind.promises.events import PromiseKept
from tradewind.promises.making import NotOwed, Told, keep, make, release, renew
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.promises.risking import NOBODY, clear_source, put_at_risk
from tradewind.promises.saying import note_said
from tradewind.promises.watching import BATCH, note_broken

DAY = timedelta(days=1)
BERLIN = "Europe/Berlin"


def _answer(at: datetime, *, subject_id: int = 7, where: str = "") -> Promise:
    told = Told(until=at + DAY, zone=BERLIN, where=where)
    return make(Promise.Kind.ANSWER, told, subject=("order", subject_id), at=at)


def _facts(prefix: str = "promises.") -> list[str]:
    return list(FactRecord.objects.filter(name__startswith=prefix).order_by("pk").values_list("name", flat=True))


def test_a_promise_of_any_kind_is_made_once_and_its_last_day_is_that_of_its_zone(shop: Shop) -> None:
    # Until 07:30 Berlin time the next day: that is the last day on which it can be kept.
    first = _answer(shop.at, where="contact form")

    assert _answer(shop.at + timedelta(hours=1)) == first
    assert first.last_day == (shop.at + DAY).date()
    assert (first.buyer_id, first.told) == (None, [{"where": "contact form", "at": shop.at.isoformat()}])
    assert _facts() == ["promises.made"]


def test_at_risk_is_still_open_and_can_be_safe_again(shop: Shop) -> None:
    promise = _answer(shop.at)

    assert put_at_risk(promise_id=promise.pk, risk="no_scan", note="5 days", at=shop.at + timedelta(hours=1))
    assert not put_at_risk(promise_id=promise.pk, risk="no_scan", at=shop.at + timedelta(hours=2))
    promise.refresh_from_db()
    assert (promise.state, promise.risk, promise.at_risk_since) == ("made", "no_scan", shop.at + timedelta(hours=1))
    assert [clear_source(NOBODY, at=shop.at) for _ in range(2)] == [1, 0]
    assert _facts() == ["promises.made", "promises.at_risk", "promises.safe_again"]


def test_a_new_time_told_in_time_renews_and_told_late_leaves_it_broken(shop: Shop) -> None:
    first = _answer(shop.at)
    second = renew(promise_id=first.pk, told=Told(until=first.due_at + DAY, zone=BERLIN), at=first.due_at - DAY / 2)
    again = renew(promise_id=first.pk, told=Told(until=first.due_at + 9 * DAY, zone=BERLIN), at=first.due_at)
    third = renew(promise_id=second.pk, told=Told(until=second.due_at + DAY, zone=BERLIN), at=second.due_at)

    assert again == second
    rows = [(row.state, row.replaces_id, row.is_owed) for row in promises_about("order", 7)]
    assert rows == [("renewed", None, False), ("broken", first.pk, False), ("made", second.pk, True)]
    # It came in the new time: by how much the broken one was late is known.
    kept_at = second.due_at + DAY / 2
    keep(Promise.Kind.ANSWER, order_id=7, at=kept_at)
    assert [row.fulfilled_at for row in promises_about("order", 7)] == [None, kept_at, kept_at]
    with pytest.raises(NotOwed):
        renew(promise_id=third.pk, told=Told(until=third.due_at + DAY, zone=BERLIN), at=kept_at)


def test_what_was_broken_is_owed_until_it_happens_or_no_longer_applies(shop: Shop) -> None:
    late, gone = _answer(shop.at), _answer(shop.at, subject_id=8)
    assert note_broken(late.due_at) == 2

    assert keep(Promise.Kind.ANSWER, order_id=7, at=late.due_at + 2 * DAY) == late
    assert release(order_id=8, at=late.due_at) == 0
    for promise in (late, gone):
        promise.refresh_from_db()
    assert (late.state, late.fulfilled_at, late.is_owed) == ("broken", late.due_at + 2 * DAY, False)
    assert (gone.state, gone.fulfilled_at, gone.is_owed) == ("broken", None, False)
    assert keep(Promise.Kind.ANSWER, order_id=7, at=late.due_at) is None


def test_where_it_was_said_is_noted_once_for_each_place(shop: Shop) -> None:
    _answer(shop.at, where="checkout")

    said = [note_said(order_id=7, where=where, at=shop.at) for where in ("checkout", "letter.order_confirmed")]
    assert said == [0, 1]
    assert [each["where"] for each in promises_about("order", 7)[0].told] == ["checkout", "letter.order_confirmed"]


def test_a_round_takes_what_is_due_in_few_statements_and_leaves_the_rest(
    shop: Shop, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 31):
        _answer(shop.at, subject_id=number)
    open_one = _answer(shop.at + DAY, subject_id=99)

    with django_assert_max_num_queries(14):
        assert note_broken(shop.at + DAY) == 30
    open_one.refresh_from_db()
    assert (open_one.state, BATCH) == ("made", 500)


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_it_is_made_once_and_ends_once(now: datetime) -> None:
    made = at_the_same_time(*[lambda: _answer(now).pk] * 4)
    assert len(set(made)) == 1

    at_the_same_time(*[lambda: keep(Promise.Kind.ANSWER, order_id=7, at=now)] * 4)
    assert _facts() == ["promises.made", "promises.settled"]


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_it_ends_twice(now: datetime) -> None:
    _answer(now)
    both_have_read = threading.Barrier(2)

    def keep_without_lock() -> None:
        found = list(Promise.objects.filter(subject_id=7, is_owed=True))
        both_have_read.wait(10)
        with transaction.atomic():
            for promise in found:
                Promise.objects.filter(pk=promise.pk).update(state="kept", is_owed=False)
                record(PromiseKept(promise.pk, 7, promise.kind, in_time=True), by="system", at=now)

    at_the_same_time(keep_without_lock, keep_without_lock)
    assert _facts() == ["promises.made", "promises.settled", "promises.settled"]
