"""Visits are counted once a day and person, by source and step, and nobody can be found in them."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from tests.shop import Shop
from tradewind.insights.models import DaySalt, Step, VisitCount, VisitorStep
from tradewind.insights.queries import visits
from tradewind.insights.sources import source_of
from tradewind.insights.visits import MOST_WAITING, Recorder, Seen, close_days, write_steps

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # in Beijing
TODAY = date(2026, 11, 23)


def seen(step: Step = Step.VISIT, **other: object) -> Seen:
    values = {
        "at": NOON,
        "market": "de",
        "address": "192.0.2.1",
        "browser": "Firefox",
        "source": "search:google",
        **other,
    }
    return Seen(step=step, **values)  # type: ignore[arg-type]


def funnel(**steps: int) -> dict[Step, int]:
    return {step: steps.get(step.value, 0) for step in Step}


@pytest.mark.parametrize(
    ("query", "referrer", "source"),
    [
        ({}, "", "direct"),
        ({}, "https://www.google.com/", "search:google"),
        ({}, "https://www.google.co.jp/search?q=mug", "search:google"),
        ({}, "https://m.baidu.com/s?wd=x", "search:baidu"),
        ({}, "https://l.instagram.com/?u=x", "social:instagram"),
        ({}, "https://www.tea-blog.example/2026/", "site:tea-blog.example"),
        ({}, "https://notgoogle.com.evil.example/", "site:notgoogle.com.evil.example"),
        ({}, "https://shop.example/de/de/", ""),
        ({}, "javascript:alert(1)", "direct"),
        ({}, "https://[broken", "direct"),
        ({"utm_campaign": "Black Friday <b>"}, "https://www.google.com/", "campaign:black-friday-b-"),
        ({"utm_source": "newsletter"}, "", "campaign:newsletter"),
    ],
)
def test_a_source_is_a_campaign_an_engine_a_network_or_a_site(
    query: dict[str, str], referrer: str, source: str
) -> None:
    assert source_of(query, referrer, own_host="shop.example:8000") == source


def test_a_source_is_never_longer_than_its_column() -> None:
    assert len(source_of({"utm_campaign": "x" * 500}, "", own_host="shop.example")) == 60


def test_a_person_counts_once_a_day_however_many_pages_were_seen(shop: Shop) -> None:
    write_steps([seen(), seen(at=NOON + timedelta(hours=1)), seen(address="192.0.2.2")])
    write_steps([seen(at=NOON + timedelta(hours=2)), seen(Step.PRODUCT)])

    assert visits(first=TODAY, last=TODAY).whole.visitors == funnel(visit=2, product=1)


def test_two_browsers_behind_one_address_are_two_visitors(shop: Shop) -> None:
    write_steps([seen(), seen(browser="Safari")])

    assert visits(first=TODAY, last=TODAY).whole.visitors == funnel(visit=2)


def test_later_steps_belong_to_where_the_visitor_first_came_from(shop: Shop) -> None:
    write_steps([seen(source="social:instagram"), seen(Step.CART, source=""), seen(Step.ORDERED, source="")])
    write_steps([seen(at=NOON + timedelta(hours=3), source="search:bing")])

    rows = {row.name: row.visitors for row in visits(first=TODAY, last=TODAY).by_source}
    assert rows == {"social:instagram": funnel(visit=1, cart=1, ordered=1)}


def test_a_visitor_of_two_markets_came_from_one_source(shop: Shop) -> None:
    write_steps([seen(), seen(at=NOON + timedelta(minutes=5), market="world", source="direct")])

    assert [row.name for row in visits(first=TODAY, last=TODAY).by_source] == ["search:google"]


def test_a_day_ends_at_midnight_of_the_shop(shop: Shop) -> None:
    write_steps(
        [seen(at=datetime(2026, 11, 23, 15, 59, tzinfo=UTC)), seen(at=datetime(2026, 11, 23, 16, 1, tzinfo=UTC))]
    )

    days = visits(first=TODAY, last=TODAY + timedelta(days=1)).by_day
    assert [(row.name, row.visitors[Step.VISIT]) for row in days] == [("2026-11-23", 1), ("2026-11-24", 1)]


def test_closing_a_day_keeps_its_sums_and_forgets_its_visitors(shop: Shop) -> None:
    write_steps([seen(), seen(Step.PRODUCT), seen(address="192.0.2.2", market="world", source="direct")])
    before = visits(first=TODAY, last=TODAY)

    closed = close_days(NOON + timedelta(days=1))

    assert closed == 1
    assert (VisitorStep.objects.count(), DaySalt.objects.count()) == (0, 0)
    assert visits(first=TODAY, last=TODAY) == before
    assert sorted(VisitCount.objects.values_list("market", "source", "step", "visitors")) == [
        ("de", "search:google", "product", 1),
        ("de", "search:google", "visit", 1),
        ("world", "direct", "visit", 1),
    ]


def test_closing_twice_counts_once_and_today_stays_open(shop: Shop) -> None:
    write_steps([seen(), seen(at=NOON + timedelta(days=1))])

    assert close_days(NOON + timedelta(days=1)) == 1
    assert close_days(NOON + timedelta(days=1)) == 0

    assert visits(first=TODAY, last=TODAY).whole.visitors == funnel(visit=1)
    assert list(DaySalt.objects.values_list("day", flat=True)) == [TODAY + timedelta(days=1)]


def test_the_same_visitor_is_a_stranger_on_the_next_day(shop: Shop) -> None:
    write_steps([seen(), seen(at=NOON + timedelta(days=1))])

    assert len(set(VisitorStep.objects.values_list("visitor", flat=True))) == 2
    assert not VisitorStep.objects.filter(visitor__contains="192.0.2").exists()


def test_a_flood_of_made_up_campaigns_is_summed_as_others(shop: Shop) -> None:
    write_steps([seen(address=f"192.0.2.{n}", source=f"campaign:{n}") for n in range(350)])

    rows = {row.name: row.visitors[Step.VISIT] for row in visits(first=TODAY, last=TODAY).by_source}
    assert rows["other"] == 50
    assert len(rows) == 301


def test_figures_of_one_market_leave_the_others_out(shop: Shop) -> None:
    write_steps([seen(), seen(address="192.0.2.2", market="world")])

    found = visits(first=TODAY, last=TODAY, market="world")
    assert [row.name for row in found.by_market] == ["world"]
    assert found.whole.visitors == funnel(visit=1)


def test_orders_of_the_shop_stand_beside_the_visits_of_their_market(shop: Shop) -> None:
    shop.place(shop.cart((shop.small, 1)))
    day = shop.at.date()

    row = visits(first=day - timedelta(days=1), last=day + timedelta(days=1)).by_market[0]

    assert (row.name, row.orders, row.paid) == ("de", 1, 0)


def test_the_share_of_nobody_is_no_figure(shop: Shop) -> None:
    assert visits(first=TODAY, last=TODAY).whole.share(Step.ORDERED) is None


def test_what_was_noted_is_written_together_once(shop: Shop) -> None:
    recorder = Recorder()
    for _ in range(3):
        recorder.note(seen())
    recorder.note(seen(Step.PRODUCT))

    assert recorder.write() == 2
    assert recorder.write() == 0
    assert visits(first=TODAY, last=TODAY).whole.visitors == funnel(visit=1, product=1)


def test_a_database_that_is_away_loses_nothing(shop: Shop) -> None:
    recorder = Recorder()
    recorder.note(seen())

    with connection.execute_wrapper(_away), pytest.raises(DatabaseError):
        recorder.write()

    assert recorder.write() == 1


def test_a_flood_is_bounded(shop: Shop) -> None:
    recorder = Recorder()
    for number in range(MOST_WAITING + 10):
        recorder.note(seen(address=str(number)))

    assert len(recorder._waiting) == MOST_WAITING


def test_noting_at_once_from_many_threads_loses_nothing(shop: Shop) -> None:
    recorder = Recorder()
    threads = [
        threading.Thread(target=lambda n=n: [recorder.note(seen(address=f"{n}.{i}")) for i in range(100)])  # type: ignore[misc]
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert recorder.write() == 800


def _away(*_: object) -> None:
    raise DatabaseError("away")
