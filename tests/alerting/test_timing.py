"""When somebody is told: together, soon enough, not too often, and not at night."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tradewind.alerting.timing import HOUR, Terms, Waiting, chosen

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = Terms(group=10 * MINUTE, most_an_hour=2, is_quiet=False, is_woken=True)


def waiting(*minutes: int, urgent: tuple[int, ...] = ()) -> list[Waiting]:
    return [Waiting(number, NOW - minute * MINUTE, number in urgent) for number, minute in enumerate(minutes)]


def ids(rows: list[Waiting], terms: Terms = DAY, *told: int) -> list[int]:
    return chosen(rows, terms, told_at=[NOW - minute * MINUTE for minute in told], now=NOW)


def test_what_comes_within_the_minutes_is_told_together_when_the_oldest_has_waited() -> None:
    assert ids(waiting(9, 3, 0)) == []
    assert ids(waiting(10, 3, 0)) == [0, 1, 2]


def test_what_is_urgent_goes_at_once_and_takes_the_rest_along() -> None:
    assert ids(waiting(3, 0, urgent=(1,))) == [0, 1]


def test_at_night_only_what_is_urgent_goes_and_only_to_whom_want_to_be_woken() -> None:
    night = Terms(10 * MINUTE, 2, is_quiet=True, is_woken=True)
    asleep = Terms(10 * MINUTE, 2, is_quiet=True, is_woken=False)
    assert ids(waiting(60, 0, urgent=(1,)), night) == [1]
    assert ids(waiting(60, 0, urgent=(1,)), asleep) == []


def test_so_many_an_hour_and_no_more_however_urgent() -> None:
    assert ids(waiting(30, urgent=(0,)), DAY, 59, 20) == []
    assert ids(waiting(30, urgent=(0,)), DAY, 60, 20) == [0]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=60), st.integers(1, 120), st.integers(1, 6), st.data())
def test_whatever_comes_and_however_often_nothing_waits_for_ever_and_nobody_is_flooded(
    comes: list[int], group: int, most: int, data: st.DataObject
) -> None:
    """Minute by minute for as long as news comes, and then an hour more."""
    urgent = data.draw(st.sets(st.sampled_from(range(len(comes)))))
    terms = Terms(group * MINUTE, most, is_quiet=False, is_woken=False)
    told: dict[int, datetime] = {}
    left: list[datetime] = []
    for minute in range(max(comes) + group + 62):
        now = NOW + minute * MINUTE
        rows = [
            Waiting(number, NOW + at * MINUTE, number in urgent)
            for number, at in enumerate(comes)
            if at <= minute and number not in told
        ]
        found = chosen(rows, terms, told_at=left, now=now)
        told |= dict.fromkeys(found, now)
        left += [now] if found else []
    assert sorted(told) == list(range(len(comes)))
    assert all(sum(now - HOUR < each <= now for each in left) <= most for now in left)
    waits = [told[number] - (NOW + at * MINUTE) for number, at in enumerate(comes)]
    assert max(waits) <= group * MINUTE + HOUR
