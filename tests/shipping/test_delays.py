"""Special notices move quotes: where the days meet, once, never to an earlier date."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop import Shop
from tradewind.lib.calendars import DayRange, WorkingCalendar, country_calendar
from tradewind.markets.announcing import Notice, announce, end_announcement
from tradewind.markets.queries import Shown
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.why import why
from tradewind.shipping.delays import LaneClosed, arrives_on, leaves_on, slowed
from tradewind.shipping.notice_proposing import next_holiday, texts
from tradewind.shipping.quoting import Goods, quotes_for
from tradewind.shipping.travelling import Arrival

AT = datetime(2027, 3, 1, 1, tzinfo=UTC)
MUG = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen"}))
PLAIN = WorkingCalendar("Europe/Berlin")
GERMANY = country_calendar("DE", "Europe/Berlin", (2027,))
BASE = date(2027, 3, 1)

days_of_spring = st.integers(0, 60).map(lambda offset: BASE + timedelta(days=offset))
periods = st.tuples(days_of_spring, st.integers(0, 20)).map(lambda p: DayRange(p[0], p[0] + timedelta(days=p[1])))


def notice(effect: str, first: date, last: date, days: int = 0) -> Shown:
    return Shown({}, AT, None, effect=effect, days=days, acts=DayRange(first, last))


notices = st.builds(
    lambda effect, acts, days: notice(effect, acts.first, acts.last, days),
    st.sampled_from(["dispatch", "transit", "stop"]),
    periods,
    st.integers(1, 12),
)


def test_a_strike_counts_once_and_only_for_what_travels_through_it() -> None:
    strike = notice("transit", date(2027, 3, 5), date(2027, 3, 9), 3)
    tuesday = date(2027, 3, 2)

    # Arrives on the 4th: before the strike. Arrives on the 5th: in it. Leaves on the 9th, and on the 10th.
    assert arrives_on([strike], tuesday, date(2027, 3, 4), PLAIN)[0] == date(2027, 3, 4)
    assert arrives_on([strike], tuesday, date(2027, 3, 5), PLAIN)[0] == date(2027, 3, 10)
    assert arrives_on([strike], date(2027, 3, 9), date(2027, 3, 15), PLAIN)[0] == date(2027, 3, 18)
    assert arrives_on([strike], date(2027, 3, 10), date(2027, 3, 15), PLAIN)[0] == date(2027, 3, 15)


def test_days_that_are_added_can_lead_into_another_notice() -> None:
    first = notice("transit", date(2027, 3, 3), date(2027, 3, 3), 2)
    second = notice("transit", date(2027, 3, 8), date(2027, 3, 8), 5)

    # From Friday the 5th to Tuesday the 9th, and therefore five more.
    assert arrives_on([second, first], date(2027, 3, 2), date(2027, 3, 5), PLAIN)[0] == date(2027, 3, 16)


def test_what_would_leave_during_a_stop_leaves_on_the_first_working_day_after_it() -> None:
    stop = notice("stop", date(2027, 3, 4), date(2027, 3, 13))

    left, why_later = leaves_on([stop], date(2027, 3, 2), date(2027, 3, 4), PLAIN)

    assert (left, [each["effect"] for each in why_later]) == (date(2027, 3, 15), ["stop"])
    assert leaves_on([stop], date(2027, 3, 2), date(2027, 3, 3), PLAIN) == (date(2027, 3, 3), [])
    assert leaves_on([stop], date(2027, 3, 12), date(2027, 3, 15), PLAIN) == (date(2027, 3, 15), [])


def test_a_closed_lane_is_closed_for_whatever_would_be_on_it() -> None:
    closed = notice("closed", date(2027, 3, 10), date(2027, 3, 12))

    def is_open(leaves: date, arrives: date) -> bool:
        try:
            slowed([closed], leaves, Arrival(arrives, arrives, None, {}), PLAIN)
        except LaneClosed:
            return False
        return True

    assert [is_open(date(2027, 3, 2), date(2027, 3, day)) for day in (9, 10)] == [True, False]
    assert [is_open(date(2027, 3, day), date(2027, 3, 19)) for day in (12, 15)] == [False, True]


@given(st.lists(notices, max_size=4), days_of_spring, st.integers(0, 9), st.integers(1, 20))
@settings(max_examples=120, deadline=None)
def test_no_date_is_earlier_than_without_any_notice(
    told: list[Shown], start: date, handling: int, travels: int
) -> None:
    counts_from = GERMANY.next_working_day(start)
    left = GERMANY.add_working_days(counts_from, handling)
    moved, _ = leaves_on(told, counts_from, left, GERMANY)
    without = GERMANY.add_working_days(left, travels)

    assert moved >= left
    assert GERMANY.is_working(moved)
    assert arrives_on(told, moved, GERMANY.add_working_days(moved, travels), GERMANY)[0] >= without


@given(notices, st.lists(notices, max_size=3), days_of_spring, st.integers(0, 9), st.integers(1, 9))
@settings(max_examples=120, deadline=None)
def test_more_days_and_a_longer_period_never_make_a_date_earlier(
    one: Shown, others: list[Shown], start: date, length: int, more: int
) -> None:
    assert one.acts is not None
    counts_from = GERMANY.next_working_day(start)
    until = GERMANY.add_working_days(counts_from, length)
    longer = DayRange(one.acts.first - timedelta(days=more), one.acts.last + timedelta(days=more))
    stronger = notice(one.effect, longer.first, longer.last, one.days + more)
    for day_of in (leaves_on, arrives_on):
        plain = day_of(others, counts_from, until, GERMANY)[0]
        weak = day_of([one, *others], counts_from, until, GERMANY)[0]
        strong = day_of([stronger, *others], counts_from, until, GERMANY)[0]
        assert plain <= weak <= strong


def quote(shop: Shop, at: datetime = AT) -> DeliveryQuote:
    [found] = quotes_for(shop.market(), "DE", MUG, at=at)
    return found


def test_an_announced_notice_moves_quotes_at_once_says_why_and_ends_at_once(shop: Shop) -> None:
    before = quote(shop)
    acts = DayRange(date(2027, 3, 1), date(2027, 3, 5))
    row = announce(
        Notice((), {"en": "…"}, AT, kind="strike", title={"en": "Strike"}, effect="dispatch", days=6, acts=acts),
        by="staff:1",
        at=datetime(2027, 1, 20, 3, tzinfo=UTC),
    )
    other = Notice((shop.world.pk,), {"en": "…"}, AT, effect="stop", acts=acts)
    elsewhere = Notice((), {"en": "…"}, AT, effect="stop", acts=acts, countries=("AT",))
    local = Notice((), {"en": "…"}, AT, effect="stop", acts=acts, options=("de-local",))
    for each in (other, elsewhere, local):
        announce(each, by="staff:1", at=AT)

    moved = quote(shop)

    assert (before.leaves_on, moved.leaves_on) == (date(2027, 3, 2), date(2027, 3, 10))
    assert moved.arrives_last > before.arrives_last
    assert moved.digest != before.digest
    assert "Strike: 6 working days added. Said by the shop on Wed 20 Jan." in why(moved, "en")
    end_announcement(row.pk, by="staff:1", at=AT)
    assert quote(shop) == before


def test_a_closed_lane_is_not_offered_until_it_is_open(shop: Shop) -> None:
    acts = DayRange(date(2027, 3, 1), date(2027, 3, 31))
    closed = Notice((), {"en": "…"}, AT, effect="closed", acts=acts, warehouses=("shenzhen",))
    announce(closed, by="staff:1", at=AT)

    assert quotes_for(shop.market(), "DE", MUG, at=AT) == []
    assert quote(shop, at=datetime(2027, 3, 31, 1, tzinfo=UTC)).leaves_on == date(2027, 4, 1)


def test_the_next_holiday_is_proposed_until_somebody_has_announced_it(shop: Shop) -> None:
    """2027's Spring Festival: off from Friday the 5th of February on."""

    def proposed(at: datetime) -> tuple[date, str] | None:
        found = next_holiday(at=at)
        return (found.acts.first, found.title) if found and found.acts else None

    january = datetime(2027, 1, 10, 1, tzinfo=UTC)

    assert proposed(january) == (date(2027, 2, 5), "Spring Festival")
    assert proposed(datetime(2026, 12, 1, 1, tzinfo=UTC)) is None  # New Year's Day is short, and a month away
    assert proposed(datetime(2026, 12, 20, 1, tzinfo=UTC)) == (date(2027, 1, 1), "")
    holiday = next_holiday(at=january)
    assert holiday is not None
    written = texts(holiday)
    assert set(written) == {"en", "de", "zh", "fr", "es", "pt", "ja"}
    assert len(set(written.values())) == 7
    announce(Notice((), written, january, kind="festival", effect="stop", acts=holiday.acts), by="staff:1", at=january)
    assert proposed(january) is None
