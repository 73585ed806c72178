"""A parcel's state follows from all that was said about it, in whatever order and however often it was said."""

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.shipping.tracking_states import (
    NOT_UNDERSTOOD,
    Event,
    Meaning,
    Party,
    Reason,
    Status,
    means,
    state_of,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=60)

meanings = st.one_of(
    st.just(NOT_UNDERSTOOD),
    st.builds(means, st.sampled_from(Status), st.sampled_from(Reason)),
)
moments = st.integers(min_value=0, max_value=20).map(lambda hours: NOON + timedelta(hours=hours))
histories = st.lists(st.builds(Event, moments, meanings, st.sampled_from(["", "Köln"]), st.just("")), max_size=12)


def happened(*steps: Status | Meaning) -> list[Event]:
    """One after the other, an hour apart."""
    said = (step if isinstance(step, Meaning) else means(step) for step in steps)
    return [Event(NOON + timedelta(hours=hour), meaning) for hour, meaning in enumerate(said)]


@given(histories, st.data())
def test_neither_order_nor_repetition_changes_the_state(events: list[Event], data: st.DataObject) -> None:
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else events
    shuffled = data.draw(st.permutations(repeated))
    assert state_of(shuffled, now=LATER) == state_of(events, now=LATER)


@given(histories)
def test_each_milestone_is_reached_once_and_only_by_what_was_claimed(events: list[Event]) -> None:
    state = state_of(events, now=LATER)
    reached = [milestone.status for milestone in state.milestones]
    assert len(reached) == len(set(reached))
    claimed = {event.meaning.status for event in events if event.meaning.claims}
    # A delivery on the way back is a return.
    assert set(reached) <= claimed | ({Status.RETURNED} if Status.DELIVERED in claimed else set())
    assert not claimed or reached


@given(histories, st.integers(min_value=0, max_value=20))
def test_what_lies_ahead_is_held_back_until_its_time(events: list[Event], hours: int) -> None:
    now = NOON + timedelta(hours=hours)
    past = [event for event in events if event.at <= now]
    ahead = [event.at for event in events if event.at > now]
    state = state_of(events, now=now)
    assert state.next_at == min(ahead, default=None)
    assert state.status == state_of(past, now=now).status
    assert state.milestones == state_of(past, now=now).milestones


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([], Status.NOT_FOUND),
        ([Status.LABEL_CREATED], Status.LABEL_CREATED),
        ([Status.LABEL_CREATED, Status.NOT_FOUND], Status.LABEL_CREATED),
        ([Status.PICKED_UP, Status.CUSTOMS, Status.OUT_FOR_DELIVERY], Status.OUT_FOR_DELIVERY),
        ([Status.OUT_FOR_DELIVERY, Status.ATTEMPT_FAILED, Status.IN_TRANSIT], Status.IN_TRANSIT),
        ([means(Status.EXCEPTION, Reason.LOST), Status.IN_TRANSIT], Status.IN_TRANSIT),
        # The second carrier's label and pick-up: one parcel goes on.
        ([Status.LABEL_CREATED, Status.PICKED_UP, Status.CUSTOMS, Status.LABEL_CREATED], Status.CUSTOMS),
        ([Status.PICKED_UP, Status.LABEL_CREATED], Status.PICKED_UP),
        ([Status.PICKED_UP, Status.CANCELLED], Status.PICKED_UP),
        ([Status.PICKED_UP, Status.NOT_FOUND], Status.PICKED_UP),
        ([Status.LABEL_CREATED, Status.CANCELLED, Status.LABEL_CREATED], Status.LABEL_CREATED),
        ([Status.PICKED_UP, Status.IN_TRANSIT, Status.PICKED_UP], Status.IN_TRANSIT),
        # What was delivered stays so, whatever a depot scans afterwards; but it may come back.
        ([Status.DELIVERED, Status.IN_TRANSIT], Status.DELIVERED),
        ([Status.DELIVERED, Status.RETURNING], Status.RETURNING),
        # Delivered to the sender.
        ([Status.RETURNING, Status.OUT_FOR_DELIVERY, Status.DELIVERED], Status.RETURNED),
        ([Status.RETURNED, Status.IN_TRANSIT], Status.RETURNED),
        ([Status.CANCELLED, Status.PICKED_UP], Status.PICKED_UP),
        ([Status.PICKED_UP, NOT_UNDERSTOOD], Status.PICKED_UP),
        ([NOT_UNDERSTOOD], Status.NOT_FOUND),
    ],
)
def test_the_state_after(steps: list[Status | Meaning], status: Status) -> None:
    assert state_of(happened(*steps), now=LATER).status is status


def test_what_customs_ask_begins_when_they_ask_and_so_does_another_attempt() -> None:
    processing, asks, released = (
        means(Status.CUSTOMS, reason) for reason in (Reason.PROCESSING, Reason.INFO_REQUIRED, Reason.RELEASED)
    )
    events = happened(processing, asks, asks, released, asks)
    assert [state_of(events[:many], now=LATER).since for many in range(1, 6)] == [
        events[begun].at for begun in (0, 1, 1, 3, 4)
    ]
    failed = means(Status.ATTEMPT_FAILED, Reason.NOBODY_HOME)
    attempts = [Event(NOON + timedelta(hours=hours), failed, words=str(hours)) for hours in (0, 1, 24)]
    assert [state_of(attempts[:many], now=LATER).since for many in (1, 2, 3)] == [
        attempts[begun].at for begun in (0, 0, 2)
    ]


def test_a_delivery_that_later_scans_deny_is_marked() -> None:
    denied = happened(Status.PICKED_UP, Status.DELIVERED, Status.ATTEMPT_FAILED)
    state = state_of(denied, now=LATER)
    assert (state.status, state.is_contradicted) == (Status.DELIVERED, True)
    assert state.delivered_at == denied[1].at
    assert not state_of(denied[:2], now=LATER).is_contradicted


def test_what_was_delivered_back_never_counts_as_delivered() -> None:
    state = state_of(happened(Status.PICKED_UP, Status.RETURNING, Status.DELIVERED), now=LATER)
    assert state.delivered_at is None
    assert [milestone.status for milestone in state.milestones] == [
        Status.PICKED_UP,
        Status.RETURNING,
        Status.RETURNED,
    ]


def test_the_first_scan_is_the_first_touch_of_a_carrier() -> None:
    events = happened(Status.LABEL_CREATED, NOT_UNDERSTOOD, Status.IN_TRANSIT, Status.PICKED_UP)
    assert state_of(events, now=LATER).first_scan_at == events[2].at
    assert state_of(events[:2], now=LATER).first_scan_at is None


def test_of_one_moment_the_furthest_holds() -> None:
    events = [Event(NOON, means(Status.DELIVERED)), Event(NOON, means(Status.OUT_FOR_DELIVERY))]
    assert state_of(events, now=LATER).status is Status.DELIVERED
    assert not state_of(events, now=LATER).is_contradicted


def test_a_reason_names_who_answers_for_it() -> None:
    assert means(Status.EXCEPTION, Reason.LOST).party is Party.CARRIER
    assert means(Status.CUSTOMS, Reason.INFO_REQUIRED).party is Party.BUYER


def test_ten_thousand_events_take_less_than_a_blink() -> None:
    steps = (Status.IN_TRANSIT, Status.CUSTOMS, Status.OUT_FOR_DELIVERY, Status.ATTEMPT_FAILED)
    events = [Event(NOON + timedelta(minutes=n), means(steps[n % 4]), words=str(n)) for n in range(10_000)]
    begun = perf_counter()
    state = state_of(reversed(events), now=LATER)
    assert perf_counter() - begun < 1.0
    assert state.status is Status.ATTEMPT_FAILED
