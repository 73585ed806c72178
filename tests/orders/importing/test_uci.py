"""The whole file of the docs, against figures that the csv module and Decimal find without us."""

import csv
import lzma
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Count, Sum

from tests.orders.importing.conftest import Import
from tradewind.buyers.models import Buyer
from tradewind.orders.importing.mapping import read_mapping
from tradewind.orders.importing.storing import Outcome
from tradewind.orders.models import Order, OrderLine

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "src" / "tradewind" / "demo" / "history" / "uci_online_retail_nonuk.csv.xz"

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_the_whole_file_is_loaded_exact_to_the_penny(run: Import) -> None:
    with lzma.open(FILE, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    independent = sum(int(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in rows)

    mapping = read_mapping(ROOT / "docs" / "examples" / "uci-online-retail.toml")
    summary = run(FILE.read_bytes(), mapping)
    again = run(FILE.read_bytes(), mapping)

    assert len(rows) == summary.read == OrderLine.objects.count() == 46431
    assert independent == summary.sums[0].decimal == Decimal("1559941.57")
    assert (summary.rejected, summary.rounding, len(summary.sums)) == (0, {}, 1)
    assert Order.objects.aggregate(Sum("total"))["total__sum"] == 155994157
    assert (summary.outcome, again.outcome) == (Outcome(created=2406), Outcome(unchanged=2406))
    assert dict(Order.objects.values_list("kind").annotate(Count("id"))) == {"sale": 1942, "credit": 464}
    assert dict(OrderLine.objects.values_list("kind").annotate(Count("id"))) == {
        "goods": 45110,
        "delivery": 1225,
        "manual": 93,
        "discount": 3,
    }
    assert (Buyer.objects.count(), Order.objects.filter(buyer=None).count()) == (422, 73)
    assert Order.objects.exclude(country="").values("country").distinct().count() == 34


def test_every_order_of_the_file_has_the_sum_of_its_rows(run: Import) -> None:
    sums: dict[str, Decimal] = {}
    with lzma.open(FILE, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            amount = int(row["Quantity"]) * Decimal(row["UnitPrice"])
            sums[row["InvoiceNo"]] = sums.get(row["InvoiceNo"], Decimal(0)) + amount

    run(FILE.read_bytes(), read_mapping(ROOT / "docs" / "examples" / "uci-online-retail.toml"))

    stored = Order.objects.values_list("external_id", "total")
    assert {number: Decimal(total).scaleb(-2) for number, total in stored} == sums
