"""Windows of transit days: what is stated until parcels say otherwise, and then what they say."""

import json
import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.coverage import make_world, measure
from tradewind.lib.transit import Figures, Shape, Stated, season_of
from tradewind.lib.transit_learning import Journey, learn

LANE = ("eu", "DE", "de-air")
OTHER = ("eu", "DE", "de-courier")
STATED = {LANE: Stated(8, 14), OTHER: Stated(3, 5)}
TODAY = date(2026, 11, 1)


def journeys(lane: tuple[str, ...], days: list[int | None], *, last_left: int = 40) -> list[Journey]:
    """One a day, the last of them so many days ago."""
    return [Journey(lane, TODAY - timedelta(days=last_left + number), each) for number, each in enumerate(days)]


def around(middle: float, number: int, spread: float = 0.15, seed: int = 1) -> list[int | None]:
    draw = random.Random(seed)
    return [max(1, round(middle * draw.lognormvariate(0, spread))) for _ in range(number)]


def test_without_parcels_the_stated_range_is_said() -> None:
    window = Figures().window(LANE, TODAY, Stated(8, 14), 0.9)

    assert (window.first, window.last, window.share, window.parcels) == (8, 14, None, 0.0)


def test_parcels_say_how_long_their_lane_takes() -> None:
    window = learn(journeys(LANE, around(18, 120)), STATED, on=TODAY).window(LANE, TODAY, STATED[LANE], 0.9)

    assert (window.first, window.last) == (13, 22)
    assert 30 < window.parcels < 120


def test_a_lane_that_nobody_knows_learns_from_its_country() -> None:
    """Everything there takes half as long again as stated; the courier has not gone there once."""
    figures = learn(journeys(LANE, around(16, 100)), STATED, on=TODAY)

    known, unknown = (figures.window(lane, TODAY, Stated(8, 14), 0.9) for lane in (LANE, OTHER))

    assert unknown.parcels == 0
    assert unknown.last - unknown.first > known.last - known.first
    assert (unknown.first + unknown.last) / 2 == pytest.approx(16, abs=2)


def test_few_parcels_move_a_window_a_little_and_widen_it() -> None:
    few, many = (
        learn(journeys(LANE, around(18, number)), STATED, on=TODAY).window(LANE, TODAY, STATED[LANE], 0.9)
        for number in (3, 300)
    )

    assert STATED[LANE].first + STATED[LANE].last < few.first + few.last <= many.first + many.last + 2
    assert few.last - few.first > many.last - many.first


def test_what_is_still_on_its_way_counts_once_the_others_have_come() -> None:
    """Of ten that left two months ago three have not come: nobody can say by when nine of ten will."""
    lost: list[int | None] = [None if number % 10 < 3 else 10 for number in range(200)]
    all_came: list[int | None] = [10] * 200

    told, better = (
        learn(journeys(LANE, days, last_left=60), STATED, on=TODAY).window(LANE, TODAY, STATED[LANE], 0.9)
        for days in (lost, all_came)
    )

    assert better.last < 15
    assert told.last > 30


def test_the_fast_ones_of_last_week_teach_nothing_yet() -> None:
    before = learn(journeys(LANE, around(12, 100)), STATED, on=TODAY)
    fast = [Journey(LANE, TODAY - timedelta(days=6), 5) for _ in range(50)]

    after = learn([*journeys(LANE, around(12, 100)), *fast], STATED, on=TODAY)

    assert after == before


def test_new_parcels_outweigh_old_ones() -> None:
    old, new = journeys(LANE, around(10, 100), last_left=190), journeys(LANE, around(20, 100), last_left=30)

    window = learn([*old, *new], STATED, on=TODAY).window(LANE, TODAY, STATED[LANE], 0.9)

    assert 16 < (window.first + window.last) / 2 < 23


def test_a_slow_season_is_known_a_year_later() -> None:
    days = [TODAY - timedelta(days=number) for number in range(40, 440)]
    slow = [Journey(LANE, day, 18 if day.month == 2 else 10) for day in days for _ in range(3)]

    figures = learn(slow, STATED, on=TODAY)
    february, may = (figures.window(LANE, date(2027, month, 14), STATED[LANE], 0.9) for month in (2, 5))

    assert february.first > may.last
    assert [season_of(date(2026, 1, day)) for day in (1, 15, 16, 31)] == [0, 0, 1, 1]


def test_figures_come_back_from_json_as_they_were() -> None:
    figures = learn(journeys(LANE, [*around(18, 40), None]), STATED, on=TODAY)

    again = Figures.read(json.loads(json.dumps(figures.told())))

    assert again.window(LANE, TODAY, STATED[LANE], 0.9) == figures.window(LANE, TODAY, STATED[LANE], 0.9)
    assert again.told() == figures.told()


@given(
    days=st.lists(st.one_of(st.none(), st.integers(0, 400)), max_size=40),
    first=st.integers(1, 60),
    more=st.integers(0, 60),
    share=st.floats(0.5, 0.97),
)
def test_whatever_came_a_window_is_whole_and_wider_for_more(
    days: list[int | None], first: int, more: int, share: float
) -> None:
    stated = {LANE: Stated(first, first + more)}
    figures = learn(journeys(LANE, days, last_left=0), stated, on=TODAY)

    window, wider = (figures.window(LANE, TODAY, stated[LANE], each) for each in (share, min(share + 0.02, 0.99)))

    assert 1 <= window.first <= window.last
    assert wider.last - wider.first >= window.last - window.first
    assert all(low <= high for low, high in pairwise(figures.shape.shares))


def test_the_share_below_counts_what_lies_on_it() -> None:
    shape = Shape.of([(2.0, 1.0), (-1.0, 3.0)])

    assert [shape.below(value) for value in (-2.0, -1.0, 1.9, 2.0)] == [0.0, 0.75, 0.75, 1.0]


@pytest.mark.parametrize("seed", [3, 11])
def test_nine_of_ten_come_within_their_window(seed: int) -> None:
    """The benchmark has twenty such worlds."""
    assert 0.86 < measure(make_world(seed)).within < 0.94
