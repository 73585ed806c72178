"""The demo's real past: the whole file, moved to the present by whole weeks."""

import csv
import lzma
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.core.models import FactRecord, Reaction
from tradewind.demo.loading_history import FILE, NEWEST, load_history, weeks_to_move
from tradewind.orders.models import Order

LONDON = ZoneInfo("Europe/London")


def dates_of_the_file() -> dict[str, datetime]:
    """By invoice, the earliest of its rows, as the wall clock showed it."""
    with lzma.open(FILE, "rt", encoding="utf-8", newline="") as file:
        rows = [(row["InvoiceNo"], datetime.fromisoformat(row["InvoiceDate"])) for row in csv.DictReader(file)]
    return {number: min(at for other, at in rows if other == number) for number in {"536370", rows[-1][0]}}


@given(st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis wants it so
def test_the_newest_invoice_is_about_two_days_old_and_never_in_the_future(now: datetime) -> None:
    age = now - (NEWEST + timedelta(weeks=weeks_to_move(now)))

    assert timedelta(0) <= age <= timedelta(days=7, hours=1)


def test_the_constant_is_the_newest_invoice_of_the_file() -> None:
    with lzma.open(FILE, "rt", encoding="utf-8", newline="") as file:
        newest = max(row["InvoiceDate"] for row in csv.DictReader(file))

    assert datetime.fromisoformat(newest).replace(tzinfo=LONDON) == NEWEST


@pytest.mark.slow
@pytest.mark.django_db
def test_the_history_moves_by_whole_weeks_and_loads_once(now: datetime) -> None:
    first = load_history(now=now)
    orders = {o.external_id: o.placed_at.astimezone(LONDON) for o in Order.objects.only("external_id", "placed_at")}
    facts = FactRecord.objects.count()

    again = load_history(now=now + timedelta(days=40))

    moved = timedelta(weeks=weeks_to_move(now))
    assert (first.outcome.created, again.outcome.created, again.outcome.unchanged) == (2406, 0, 2406)
    assert {number: orders[number].replace(tzinfo=None) for number in dates_of_the_file()} == {
        number: at + moved for number, at in dates_of_the_file().items()
    }
    assert max(orders.values()) <= now
    assert Counter(at.weekday() for at in orders.values())[5] == 0  # the wholesaler never worked on a Saturday
    assert (FactRecord.objects.count(), Reaction.objects.count()) == (facts, 0)
