"""From a moment to the days of arrival, over a learnt lane: whatever clocks and calendars do, days are whole and in order."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from tradewind.lib.calendars import country_calendar
from tradewind.lib.money import Money
from tradewind.lib.transit import Figures, Level
from tradewind.lib.zones import main_zone
from tradewind.markets.queries import MarketView
from tradewind.shipping.lanes import Lanes
from tradewind.shipping.quoting import Goods, quotes_for
from tradewind.shipping.terms import Terms
from tradewind.shipping.travelling import arrival

COUNTRIES = ("DE", "US", "CN", "NZ", "SA", "KI", "GB")
# A lane of Germany that takes half as long again as is stated, known from a hundred parcels; in winter longer still.
FIGURES = Figures(
    levels={
        (): Level(0.4, 60, 100),
        ("de",): Level(0.4, 60, 100),
        ("de", "DE"): Level(0.4, 60, 100),
        ("de", "DE", "air"): Level(0.4, 60, 100),
    },
    spread=0.15,
    seasons=(*[0.3] * 4, *[0.0] * 20),
)


def terms(lanes: Lanes, cutoff: time = time(16)) -> Terms:
    return Terms(
        option="air",
        name={"en": "Air"},
        note={},
        cost=Money(690, "EUR"),
        days=(6, 12),
        is_tracked=True,
        max_weight_g=2000,
        refuses=frozenset(),
        source="stated",
        warehouse="shenzhen",
        city={"en": "Shenzhen"},
        country="CN",
        subdivision="",
        zone="Asia/Shanghai",
        cutoff=cutoff,
        handling_days=1,
        closures=(),
        serves=frozenset(),
        lanes=lanes,
    )


LEARNT = terms(Lanes("de", FIGURES, {("de", "air"): (6, 12)}))
STATED = terms(Lanes("de"))
MARKET = MarketView(
    id=1,
    code="de",
    names={"en": "Germany"},
    currency="EUR",
    languages=("en",),
    shows_tax=False,
    is_fallback=False,
    countries=frozenset(COUNTRIES),
    claimed_elsewhere=frozenset(),
    version=1,
    rules={},
    charges=(),
    rule_versions={},
)


@given(
    country=st.sampled_from(COUNTRIES),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # as hypothesis wants them
    later=st.timedeltas(timedelta(0), timedelta(days=3)),
)
@example("DE", datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC), timedelta(seconds=2))  # clocks go forward in Berlin
@example("US", datetime(2027, 11, 7, 5, 59, 59, tzinfo=UTC), timedelta(hours=1))  # and back in New York
@example("DE", datetime(2026, 2, 14, 7, 59, 59, tzinfo=UTC), timedelta(seconds=1))  # a worked Saturday, at the cut-off
@example("KI", datetime(2028, 2, 28, 10, 0, tzinfo=UTC), timedelta(hours=2))  # a leap day, at the date line
@example("NZ", datetime(2027, 12, 31, 11, 0, tzinfo=UTC), timedelta(hours=1))
def test_days_are_working_days_in_order_and_no_earlier_for_a_later_order(
    country: str, at: datetime, later: timedelta
) -> None:
    goods = Goods(400, frozenset(), frozenset({"shenzhen"}))
    calendar = country_calendar(country, main_zone(country), range(at.year, at.year + 3))

    for way in (LEARNT, STATED):
        first, second = (
            quotes_for(MARKET, country, goods, at=moment, supposed=[way])[0] for moment in (at, at + later)
        )

        assert first.leaves_on < first.arrives_first <= first.arrives_last
        assert calendar.is_working(first.arrives_first)
        assert calendar.is_working(first.arrives_last)
        assert calendar.working_days_between(first.leaves_on, first.arrives_last) == first.inputs["transit_days"][1]
        assert first.leaves_on <= second.leaves_on
        assert first.holds_until.astimezone(ZoneInfo("Asia/Shanghai")).time() == time(16)
        if way is STATED:
            assert (first.arrives_first, first.arrives_last) <= (second.arrives_first, second.arrives_last)


def test_the_season_in_which_it_leaves_decides() -> None:
    calendar = country_calendar("DE", "Europe/Berlin", (2026, 2027))

    winter, summer = (arrival(LEARNT, "DE", day, calendar) for day in (date(2026, 2, 10), date(2026, 6, 10)))

    assert winter.inputs["transit_days"] > summer.inputs["transit_days"]
    assert (winter.share, winter.inputs["lane"]) == (0.9, ["de", "DE", "air"])


def test_another_country_of_the_market_is_less_sure_and_another_market_knows_nothing() -> None:
    calendar = country_calendar("AT", "Europe/Vienna", (2026, 2027))
    known, unknown = (arrival(LEARNT, country, date(2026, 6, 10), calendar) for country in ("DE", "AT"))
    elsewhere = arrival(terms(Lanes("us", FIGURES, {})), "US", date(2026, 6, 10), calendar)

    assert unknown.last - unknown.first > known.last - known.first
    assert unknown.inputs["learnt"] == {"share": 0.9, "parcels": 0, "others": 100}
    assert (elsewhere.inputs["transit_days"], elsewhere.share, elsewhere.inputs["learnt"]) == ([6, 12], None, None)
