"""When goods leave: holidays with their shifted days, stops of carriers and suppliers, and the queue before them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shop import Shop
from tradewind.inventory.models import Warehouse
from tradewind.inventory.stops import CARRIER, SUPPLIER, Stop
from tradewind.lib.calendars import DayRange, china_working_calendar, country_calendar
from tradewind.lib.money import Money
from tradewind.markets.changing import touch_all
from tradewind.promises.delaying_words import delays
from tradewind.promises.why import why
from tradewind.shipping.departing import Departure
from tradewind.shipping.leaving import leaving
from tradewind.shipping.quoting import Goods, quotes_for
from tradewind.shipping.terms import Terms

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = china_working_calendar([2026, 2027])
TERMS = Terms(
    option="air",
    name={"en": "Air"},
    note={},
    cost=Money(0, "EUR"),
    days=(6, 12),
    is_tracked=True,
    max_weight_g=1000,
    refuses=frozenset(),
    source="",
    warehouse="shenzhen",
    city={"en": "Shenzhen"},
    country="CN",
    subdivision="",
    zone="Asia/Shanghai",
    cutoff=time(16),
    handling_days=1,
    closures=(),
    serves=frozenset(),
)


def at(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=SHANGHAI).astimezone(UTC)


def stop(kind: str, first: str, last: str, name: str = "", way: str = "") -> Stop:
    return Stop(kind, DayRange(date.fromisoformat(first), date.fromisoformat(last)), name, way)


@pytest.mark.parametrize(
    ("ordered", "leaves"),
    [
        ("2026-02-13", "2026-02-14"),  # the Saturday before the festival is worked
        ("2026-02-14", "2026-02-24"),
        ("2026-02-18", "2026-02-25"),
        ("2026-02-27", "2026-02-28"),  # and the Saturday after it
        ("2026-09-30", "2026-10-08"),
        ("2026-10-09", "2026-10-10"),  # a Saturday worked for the national holidays
        # 2027 is not announced: the days of the law alone, and no Saturday is worked.
        ("2027-02-04", "2027-02-11"),
        ("2027-02-12", "2027-02-15"),
    ],
)
def test_the_festival_and_its_shifted_days_are_counted(ordered: str, leaves: str) -> None:
    assert leaving(TERMS, at(ordered), CHINA).on == date.fromisoformat(leaves)


def test_where_the_carrier_collects_nothing_goods_leave_when_it_does_again() -> None:
    kept = replace(TERMS, departure=Departure(carriers=(stop(CARRIER, "2026-11-24", "2026-11-29"),)))

    before, within, after = (leaving(kept, at(day), CHINA) for day in ("2026-11-20", "2026-11-23", "2026-11-30"))

    assert [each.on.isoformat() for each in (before, within, after)] == ["2026-11-23", "2026-11-30", "2026-12-01"]
    # It works meanwhile: what is ordered on the Monday counts from the Monday.
    assert (within.holds_until, within.inputs["later_by"]) == (at("2026-11-23", 16), 4)
    assert ("stops" in before.inputs, "stops" in after.inputs) == (False, False)


def test_a_supplier_who_stops_delays_only_what_does_not_lie_there() -> None:
    kept = replace(TERMS, departure=Departure(suppliers=(stop(SUPPLIER, "2026-11-23", "2026-11-27", "Yiwu"),)))

    there, awaited = leaving(kept, at("2026-11-23"), CHINA), leaving(kept, at("2026-11-23"), CHINA, is_awaited=True)

    assert (there.on, awaited.on) == (date(2026, 11, 24), date(2026, 12, 1))
    assert (awaited.holds_until, awaited.inputs["stops"][0]["name"]) == (at("2026-11-30", 16), "Yiwu")
    assert "stops" not in there.inputs


@pytest.mark.parametrize(
    ("room", "leaves", "is_told"),
    [("2026-11-23", "2026-11-24", False), ("2026-11-27", "2026-11-27", True), ("2026-11-28", "2026-11-30", True)],
)
def test_goods_leave_on_the_first_day_with_room(room: str, leaves: str, is_told: bool) -> None:
    left = leaving(replace(TERMS, departure=Departure(room_on=date.fromisoformat(room))), at("2026-11-23"), CHINA)

    assert (left.on, left.inputs.get("room_on")) == (date.fromisoformat(leaves), leaves if is_told else None)


@given(
    minutes=st.integers(0, 60 * 24 * 500),
    later=st.integers(0, 60 * 24 * 20),
    off=st.tuples(st.dates(date(2026, 1, 1), date(2027, 5, 1)), st.integers(0, 30)),
    room=st.none() | st.dates(date(2026, 1, 1), date(2027, 5, 1)),
    zone=st.sampled_from([("CN", "Asia/Shanghai"), ("DE", "Europe/Berlin"), ("US", "America/New_York")]),
    is_awaited=st.booleans(),
)
def test_who_orders_later_is_never_promised_earlier_and_the_day_is_one_on_which_goods_can_leave(
    minutes: int, later: int, off: tuple[date, int], room: date | None, zone: tuple[str, str], is_awaited: bool
) -> None:
    """Through clock changes, working Saturdays, stops and queues."""
    calendar = country_calendar(zone[0], zone[1], [2026, 2027, 2028])
    days = DayRange(off[0], off[0] + timedelta(days=off[1]))
    kept = Departure((Stop(CARRIER, days),), (Stop(SUPPLIER, days),), room)
    terms = replace(TERMS, country=zone[0], zone=zone[1], departure=kept)
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    now = leaving(terms, moment, calendar, is_awaited=is_awaited)
    then = leaving(terms, moment + timedelta(minutes=later), calendar, is_awaited=is_awaited)

    assert now.on <= then.on
    assert calendar.is_working(now.on)
    assert now.on not in days
    assert room is None or now.on >= room
    assert moment < now.holds_until
    # Until the cut-off the day stands.
    just_before = leaving(terms, now.holds_until - timedelta(seconds=1), calendar, is_awaited=is_awaited)
    assert just_before.on == now.on
    assert now.holds_until.astimezone(ZoneInfo(zone[1])).time() == time(16)


def test_stops_and_the_queue_are_said_in_words_and_told_apart(shop: Shop) -> None:
    def said(language: str = "en", **columns: Any) -> list[str]:
        Warehouse.objects.filter(pk=shop.shenzhen.pk).update(
            **{"stops": [], "closures": [], "per_day": 0, "room_on": None, **columns}
        )
        touch_all()
        goods = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen"}))
        [quote] = quotes_for(shop.market(), "DE", goods, at=shop.at)
        return why(quote, language, is_short=True)

    carrier = stop(CARRIER, "2026-11-24", "2026-11-25").as_data()
    of_another_way = stop(CARRIER, "2026-11-24", "2026-11-25", way="de-sea").as_data()

    assert "The carrier does not collect there: Tue 24 Nov to Wed 25 Nov." in said(stops=[carrier])
    assert "Not counted: Tue 24 Nov (the warehouse is closed)" in said(closures=[["2026-11-24", "2026-11-24"]])
    queue = "Many orders were placed before it: there is room for it on Fri 27 Nov."
    assert queue in said(per_day=100, room_on=date(2026, 11, 27))
    assert queue not in said(room_on=date(2026, 11, 27))
    assert said(stops=[of_another_way]) == said()


def test_who_supplies_the_shop_is_said_to_staff_and_not_to_buyers() -> None:
    inputs = {"stops": [stop(SUPPLIER, "2026-11-24", "2026-11-25", "Yiwu Toys").as_data()]}
    told = {is_for_buyers: list(delays(inputs, "en", is_for_buyers=is_for_buyers)) for is_for_buyers in (True, False)}
    assert told == {
        True: ["The supplier does not supply it: Tue 24 Nov to Wed 25 Nov."],
        False: ["Yiwu Toys does not supply it: Tue 24 Nov to Wed 25 Nov."],
    }
