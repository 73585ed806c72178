"""What can be wrong with a parcel and from when on, how long silence may last, what is left of a way, and what is proposed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.transit import Stated
from tradewind.lib.transit_waiting import Way, likely_late_after, window_after
from tradewind.shipping.silences import LEAST, silence_of, within
from tradewind.shipping.tracking_states import Reason, Status
from tradewind.shipping.trouble_proposing import Act, Situation, Why, propose
from tradewind.shipping.trouble_rules import Cause, Found, Limits, Seen, is_to_be_asked, next_look, troubles

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Limits(
    unscanned=5 * DAY, silence=7 * DAY, lost=30 * DAY, pickup=4 * DAY, uncollected=2 * DAY, unnumbered=1 * DAY
)
SEEN = Seen(
    status=Status.IN_TRANSIT,
    reason=Reason.NONE,
    since=NOON,
    handed_over_at=NOON - DAY,
    first_scan_at=NOON,
    last_at=NOON,
    due_at=NOON + 20 * DAY,
    late_from=NOON + 18 * DAY,
    has_number=True,
    listened_at=NOON + 365 * DAY,
)


def causes(seen: Seen, days: float) -> list[str]:
    return [str(found.cause) for found in troubles(seen, LIMITS, now=NOON + days * DAY)]


def test_silence_begins_to_speak_at_its_limit_and_in_the_end_means_lost() -> None:
    assert [causes(SEEN, days) for days in (0, 6.9, 7, 18, 29.9, 30)] == [
        [],
        [],
        ["silent"],
        ["silent"],
        ["silent"],
        ["lost"],
    ]
    # Once told of the silence, a buyer hears of the new date when that is in danger as well.
    assert causes(replace(SEEN, told=frozenset({Cause.SILENT})), 18) == ["silent", "slow"]
    assert causes(replace(SEEN, last_at=NOON + 15 * DAY), 18) == ["slow"]
    assert troubles(SEEN, LIMITS, now=NOON + 7 * DAY) == [Found(Cause.SILENT, NOON)]
    # Where nobody follows it, silence says nothing.
    assert causes(replace(SEEN, listened_at=None), 50) == []


def test_silence_that_nobody_has_listened_to_since_its_limit_says_nothing_and_is_asked_about() -> None:
    before, after = (replace(SEEN, listened_at=NOON + days * DAY) for days in (6.9, 7))
    assert [causes(before, days) for days in (9, 18, 40)] == [[], [], []]
    assert [causes(after, days) for days in (9, 18, 40)] == [["silent"]] * 3
    assert [is_to_be_asked(before, LIMITS, now=NOON + days * DAY) for days in (6.9, 7)] == [False, True]
    # What was said needs nobody's silence.
    said = replace(before, status=Status.EXCEPTION, reason=Reason.LOST)
    assert causes(said, 1) == ["lost"]


def test_a_day_does_not_pass_in_silence_because_somebody_holds_the_parcel() -> None:
    held = replace(SEEN, status=Status.CUSTOMS, reason=Reason.INFO_REQUIRED)
    # One letter is enough while nobody has written.
    assert causes(held, 18) == ["customs"]
    told = replace(held, told=frozenset({Cause.CUSTOMS}))
    assert [causes(told, days) for days in (17.9, 18)] == [["customs"], ["customs", "slow"]]
    # A day beforehand at the latest, where it is not likely late until the day itself.
    late = replace(told, late_from=told.due_at)
    assert [causes(late, days) for days in (18.9, 19)] == [["customs"], ["customs", "slow"]]
    # Where it is lost no day is to be told.
    assert causes(replace(told, reason=Reason.LOST, told=frozenset({Cause.LOST})), 18) == ["lost"]


@pytest.mark.parametrize(
    ("status", "reason", "days", "cause"),
    [
        ("customs", "info_required", 0, "customs"),
        ("customs", "processing", 0, ""),
        ("attempt_failed", "nobody_home", 0, "attempt"),
        ("attempt_failed", "bad_address", 0, "bad_address"),
        ("exception", "moved", 0, "bad_address"),
        ("exception", "lost", 0, "lost"),
        ("exception", "destroyed", 0, "damaged"),
        ("exception", "held_for_payment", 0, "customs"),
        ("exception", "security", 0, "stopped"),
        ("exception", "delayed", 0, ""),
        ("ready_for_pickup", "", 3, ""),
        ("ready_for_pickup", "", 40, "pickup"),
        ("returning", "", 40, "returning"),
        ("returned", "not_collected", 0, "returned"),
        ("delivered", "", 99, ""),
        ("cancelled", "", 99, "stopped"),
    ],
)
def test_what_a_carrier_says_is_a_case_of_its_own(status: str, reason: str, days: int, cause: str) -> None:
    assert causes(replace(SEEN, status=Status(status), reason=Reason(reason)), days) == ([cause] if cause else [])


def test_handed_over_and_never_scanned() -> None:
    label = replace(SEEN, status=Status.LABEL_CREATED, first_scan_at=None, last_at=NOON)
    assert [causes(label, days) for days in (3.9, 4, 30)] == [[], ["unscanned"], ["lost"]]
    assert causes(replace(label, has_number=False), 60) == []


def test_while_it_waits_for_its_carrier_no_silence_is_the_carriers() -> None:
    waiting = replace(SEEN, status=Status.NOT_FOUND, first_scan_at=None, last_at=None, since=None, is_waiting=True)
    assert [causes(waiting, days) for days in (0.9, 1, 60)] == [[], ["uncollected"], ["uncollected"]]
    assert causes(replace(waiting, has_number=False, listened_at=None), 1) == ["uncollected"]
    assert causes(replace(waiting, is_waiting=False), 60) == ["lost"]


def test_a_missing_number_is_asked_for_until_the_parcel_was_to_arrive_and_beside_anything_else() -> None:
    gone = replace(SEEN, has_number=False, first_scan_at=None, last_at=None, handed_over_at=NOON)
    assert [causes(gone, days) for days in (0.9, 1, 19.9, 20)] == [[], ["unnumbered"], ["unnumbered"], []]
    assert causes(replace(gone, reason=Reason.DAMAGED), 1) == ["damaged", "unnumbered"]
    # Where no day was promised, for as long as after which it would be lost.
    assert [causes(replace(gone, due_at=None), days) for days in (29.9, 30)] == [["unnumbered"], []]
    for other in (
        replace(gone, is_tracked=False),
        replace(gone, status=Status.DELIVERED),
        replace(gone, has_number=True),
    ):
        assert causes(other, 3) == []


@given(
    st.sampled_from(Status),
    st.sampled_from(Reason),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.integers(0, 60),
    st.lists(st.integers(0, 900), max_size=8),
)
def test_between_two_looks_nothing_begins(
    status: Status, reason: Reason, known: tuple[bool, bool, bool], late: int, hours: list[int]
) -> None:
    """Nor ends, so that a watcher who only comes at those moments misses nothing."""
    is_scanned, has_number, is_waiting = known
    seen = replace(
        SEEN,
        status=status,
        reason=reason,
        first_scan_at=NOON if is_scanned else None,
        late_from=NOON + late * DAY,
        has_number=has_number,
        is_waiting=is_waiting,
    )
    for hour in hours:
        now = NOON + timedelta(hours=hour)
        soon = next_look(seen, LIMITS, now=now)
        just_before = (soon or now + 99 * DAY) - timedelta(microseconds=1)
        assert troubles(seen, LIMITS, now=just_before) == troubles(seen, LIMITS, now=now)


def test_the_longest_silences_of_nineteen_parcels_say_what_is_too_long() -> None:
    assert within(range(1, LEAST)) is None
    assert [within(range(1, 20)), within(range(1, 40)), within(range(1, 101))] == [19, 38, 96]
    learnt = {("DE", "YunExpress"): 100, ("DE", ""): 200, ("", ""): 300, ("JP", "EMS"): 10}
    lanes = [("DE", "YunExpress"), ("DE", "4PX"), ("FR", "4PX"), ("JP", "EMS")]
    hours = [silence_of(lane, learnt, 7 * DAY) // timedelta(hours=1) for lane in lanes]
    assert hours == [100, 200, 300, 72]  # a weekend is silent everywhere
    assert silence_of(("FR", "4PX"), {}, 7 * DAY) == 7 * DAY


def test_what_is_left_of_a_way_is_what_slow_parcels_need() -> None:
    way = Way.of(Stated(5, 12))
    assert window_after(way, 0, 0.9) == (5, 12)
    assert window_after(way, 10, 0.9) == (11, 15)
    # Far beyond all figures: half as long again, and never a day that has passed.
    assert window_after(way, 60, 0.9) == (61, 90)
    assert likely_late_after(way, 12) == 11  # known before the last day begins
    assert likely_late_after(way, 6) == 0
    assert likely_late_after(Way.of(Stated(5, 5)), 9) == 9
    for waited in range(80):
        first, last = window_after(way, waited, 0.9)
        assert waited < first <= last
    assert exp(way.centre) == pytest.approx((5 * 12) ** 0.5)


CASE = Situation(Cause.SILENT, "", 10_000, late_by=0, waited_days=10, country="DE", can_write=True)


@pytest.mark.parametrize(
    ("changed", "act", "why", "back"),
    [
        ({}, Act.TELL, Why.NEW_DATE, 0),
        ({"late_by": 4}, Act.OFFER, Why.LATE, 500),
        ({"late_by": 8}, Act.OFFER, Why.VERY_LATE, 1000),
        ({"late_by": 8, "total": 0}, Act.TELL, Why.NEW_DATE, 0),
        ({"cause": Cause.UNSCANNED}, Act.CALL, Why.CARRIER_KNOWS, 0),
        ({"cause": Cause.UNSCANNED, "late_by": 2}, Act.TELL, Why.NEW_DATE, 0),
        ({"cause": Cause.STOPPED}, Act.CALL, Why.CARRIER_KNOWS, 0),
        ({"cause": Cause.CUSTOMS}, Act.TELL, Why.BUYER_ACTS, 0),
        ({"cause": Cause.RETURNED}, Act.TELL, Why.BUYER_CHOOSES, 0),
        ({"cause": Cause.LOST, "party": "carrier"}, Act.TELL, Why.BUYER_CHOOSES, 0),
        ({"cause": Cause.LOST, "waited_days": 31}, Act.REFUND, Why.EU_THIRTY, 0),
        ({"cause": Cause.LOST, "waited_days": 31, "country": "US"}, Act.TELL, Why.BUYER_CHOOSES, 0),
        ({"cause": Cause.NOT_LEAVING, "moved": 1, "country": "US"}, Act.REFUND, Why.US_AGAIN, 0),
        ({"cause": Cause.NOT_LEAVING, "moved": 1}, Act.TELL, Why.NEW_DATE, 0),
        ({"cause": Cause.UNCOLLECTED}, Act.COLLECT, Why.MAY_BE_GONE, 0),
        # Money is offered for what is late, not for what nobody has ticked.
        ({"cause": Cause.UNCOLLECTED, "late_by": 9}, Act.COLLECT, Why.MAY_BE_GONE, 0),
        ({"cause": Cause.UNNUMBERED, "can_write": False}, Act.NUMBER, Why.UNFOLLOWED, 0),
        ({"can_write": False}, Act.CALL, Why.CHANNEL, 0),
        ({"is_told": True}, Act.CALL, Why.TOLD, 0),
    ],
)
def test_the_proposal_follows_cause_lateness_value_and_law(
    changed: dict[str, object], act: Act, why: Why, back: int
) -> None:
    proposal = propose(replace(CASE, **changed))
    assert (proposal.act, proposal.whys[0], proposal.back) == (act, why, back)
