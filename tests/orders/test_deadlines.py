"""Deadlines of sales channels: each counts in its own way, by its own clock; what its file says goes before."""

from datetime import UTC, datetime

import pytest

from tradewind.orders.deadlines import Sold, deadline_of, rules

OWN = {"ebay": 1, "amazon": 2, "aliexpress": 3}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "site", "paid", "until"),
    [
        # eBay's own example: bought on Friday, Saturday or Sunday in the Pacific, one day: scanned by the end of Monday there.
        ("ebay", "", "2026-07-10T18:00", "2026-07-14T07:00"),
        ("ebay", "", "2026-07-12T18:00", "2026-07-14T07:00"),
        # A Friday evening there is a Saturday in China.
        ("ebay", "", "2026-07-11T06:59", "2026-07-14T07:00"),
        # Over the end of summer time (1 November): midnight is at eight from then on.
        ("ebay", "", "2026-10-30T18:00", "2026-11-03T08:00"),
        # Thanksgiving does not count.
        ("ebay", "", "2026-11-25T18:00", "2026-11-28T08:00"),
        ("amazon", "amazon.de", "2026-11-20T23:30", "2026-11-24T23:00"),
        ("amazon", "Amazon.co.jp", "2026-11-19T16:00", "2026-11-25T15:00"),
        ("amazon", "", "2026-12-23T12:00", "2026-12-29T08:00"),
        # China's festival does not count.
        ("aliexpress", "", "2026-02-13T20:00", "2026-02-26T08:00"),
    ],
)
def test_each_channel_counts_as_it_counts(channel: str, site: str, paid: str, until: str) -> None:
    at = utc(paid)

    found = deadline_of(Sold(channel, placed_at=at, paid_at=at, ship_by=None, site=site), OWN)

    assert found is not None
    assert found.until.isoformat() == utc(until).isoformat()


@pytest.mark.parametrize(
    ("told", "until"),
    [
        ("2026-07-14T07:00", "2026-07-15T07:00"),  # midnight there: the whole day is meant
        ("2026-07-14T00:00", "2026-07-15T07:00"),  # a day alone, read in UTC
        ("2026-07-14T06:59:59", "2026-07-14T07:00"),
    ],
)
def test_what_the_file_says_counts(told: str, until: str) -> None:
    placed = utc("2026-07-10T18:00")

    found = deadline_of(Sold("ebay", placed_at=placed, paid_at=placed, ship_by=utc(told)), OWN)

    assert found is not None
    assert (found.until, found.inputs) == (utc(until), {"platform": "eBay", "told_at": utc(told).isoformat()})


def test_a_channel_without_a_rule_has_no_deadline_but_the_one_that_it_tells() -> None:
    placed = utc("2026-07-10T18:00")

    assert deadline_of(Sold("shopify", placed_at=placed, paid_at=placed, ship_by=None), OWN) is None
    told = deadline_of(Sold("shopify", placed_at=placed, paid_at=placed, ship_by=placed), OWN)
    assert told is not None
    assert told.zone == "UTC"


def test_every_rule_says_where_it_was_read_and_how_sure_that_is() -> None:
    told = [rule for several in rules().values() for rule in several]

    assert {rule.channel for rule in told} == {"ebay", "amazon", "aliexpress"}
    assert all(rule.source.startswith("https://") and rule.checked_on >= rule.valid_from for rule in told)
    assert {rule.confidence for rule in told} <= {"V", "R"}
