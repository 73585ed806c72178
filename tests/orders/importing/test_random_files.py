"""Whatever stands in a file, an import ends with every row loaded or rejected, and the money is the file's."""

import csv
import io
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.orders.importing.conftest import SAMPLES
from tradewind.orders.importing.mapping import parse_mapping
from tradewind.orders.importing.reading import UnusableFile
from tradewind.orders.importing.running import Job, Summary, import_orders
from tradewind.orders.models import Order, OrderLine

HEAD = ["order", "sku", "title", "quantity", "price", "date", "customer", "country", "currency"]
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PLAIN = parse_mapping((SAMPLES / "plain.toml").read_text(), name="plain.toml")

numbers = st.sampled_from(["1", "2", "C1", "C2", " 3 ", "", "5E+05", "４"])
wild = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
quantities = st.integers(-3, 50).map(str) | wild
prices = st.decimals(-2, 400, places=2).map(str) | st.decimals(0, 3, places=4).map(str) | wild
dates = st.sampled_from(["2026-06-03 10:00", "2026-06-03 10:05", "2026-06-04 10:00", "2027-01-01 00:00", "", "?"])
rows = st.tuples(
    numbers,
    st.sampled_from(["A", "B", "POST", "D", "bad", ""]),
    wild,
    quantities,
    prices,
    dates,
    st.sampled_from(["K1", "K2", ""]),
    st.sampled_from(["DE", "France", "Unspecified", "Atlantis", ""]),
    st.sampled_from(["EUR", "JPY", "KWD", "", "XXX"]),
)
# Many examples share one database transaction: each has an account of its own.
each = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def imported(raw: bytes, account: str, folder: Path) -> Summary:
    job = Job(PLAIN, NOW, "random.csv", [folder / "rejects.csv"], account=account)
    return import_orders(io.BytesIO(raw), job)


@pytest.mark.django_db
@each
@given(table=st.lists(rows, max_size=25))
def test_every_row_is_loaded_or_rejected_and_a_repeat_changes_nothing(
    table: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("rejects")
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEAD, *table])

    first = imported(text.getvalue().encode(), folder.name, folder)
    again = imported(text.getvalue().encode(), folder.name, folder)

    lines = OrderLine.objects.filter(order__account__name=folder.name).select_related("order")
    assert first.read == len(table) == lines.count() + first.rejected
    assert first.orders == Order.objects.filter(account__name=folder.name).count()
    assert (again.outcome.unchanged, again.outcome.created, again.outcome.updated) == (first.orders, 0, 0)
    stored: dict[str, Decimal] = {}
    for line in lines:
        places = Decimal(1).scaleb({"EUR": -2, "JPY": 0, "KWD": -3}[line.order.currency])
        amount = (line.quantity * line.unit).quantize(places, ROUND_HALF_UP)
        stored[line.order.currency] = stored.get(line.order.currency, Decimal(0)) + amount
    assert {money.currency: money.decimal for money in first.sums} == stored


@pytest.mark.django_db
@each
@given(body=st.binary(max_size=400) | wild.map(str.encode))
def test_bytes_of_any_kind_are_imported_or_refused_in_words(
    body: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("rejects")
    try:
        summary = imported(",".join(HEAD).encode() + b"\n" + body, folder.name, folder)
    except UnusableFile as refused:
        assert str(refused).startswith("random.csv ")  # noqa: PT017  # either outcome is right
    else:
        assert summary.read == summary.rejected


@given(raw=st.binary(max_size=300))
def test_no_bytes_at_the_beginning_of_a_file_crash_reading(
    raw: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tradewind.orders.importing.reading import Source

    for beginning in (b"", b"\xfd7zXZ\0", b"\x1f\x8b\x08", b"BZh9"):
        with pytest.raises(UnusableFile):
            Source(io.BytesIO(beginning + raw), PLAIN, name="random.csv").read_headings()
