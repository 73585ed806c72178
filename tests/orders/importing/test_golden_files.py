"""Whole small files of four sources, and every figure that comes of them."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.orders.importing.conftest import SAMPLES, Import
from tradewind.buyers.models import Identity
from tradewind.orders.importing.mapping import read_mapping
from tradewind.orders.models import Order

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"

pytestmark = pytest.mark.django_db


def order(number: str) -> Order:
    return Order.objects.get(external_id=number)


def lines(number: str) -> list[tuple[object, ...]]:
    found = order(number).lines.order_by("position")
    return list(found.values_list("position", "kind", "sku", "title", "quantity", "unit", "total"))


def test_the_wholesaler_of_the_docs(run: Import) -> None:
    summary = run((SAMPLES / "wholesale.csv").read_bytes(), read_mapping(EXAMPLES / "uci-online-retail.toml"))

    assert (summary.read, summary.orders, summary.rejected) == (12, 7, 2)
    assert {str(money) for money in summary.sums} == {"466.99 GBP"}
    assert summary.rounding == {}
    assert lines("536370") == [
        (1, "goods", "22728", "ALARM CLOCK BAKELIKE PINK", 24, Decimal("3.7500"), 9000),
        (2, "goods", "22727", "ALARM CLOCK BAKELIKE RED", 24, Decimal("3.7500"), 9000),
        (3, "delivery", "POST", "POSTAGE", 3, Decimal("18.0000"), 5400),
    ]
    sale, credit, gift = order("536370"), order("C536548"), order("536559")
    assert (sale.kind, sale.goods, sale.delivery, sale.discount, sale.total) == ("sale", 18000, 5400, 0, 23400)
    assert (sale.placed_at, sale.country, sale.currency) == (datetime(2010, 12, 1, 8, 45, tzinfo=UTC), "FR", "GBP")
    assert (sale.state, sale.paid, sale.email, sale.market) == ("completed", 0, "", "")
    assert (credit.kind, credit.goods, credit.discount, credit.total) == ("credit", -780, -451, -1231)
    assert (gift.total, gift.goods) == (0, 0)
    assert lines("536559") == [(1, "manual", "M", "Manual", 1, Decimal("0.0000"), 0)]
    assert (order("536557").buyer, order("536557").country, order("536557").ship_to) == (None, "", {})
    assert order("536558").ship_to == {"region": "Channel Islands"}
    assert sorted(Identity.objects.values_list("value", flat=True)) == ["12472", "12583", "12791", "14911"]
    assert order("536559").buyer == sale.buyer


def test_a_german_file_in_the_encoding_and_numbers_of_excel(run: Import) -> None:
    summary = run((SAMPLES / "german.csv").read_bytes(), read_mapping(SAMPLES / "german.toml"))

    assert lines("R-1001") == [
        (1, "goods", "G-1", "Öllampe „Größe L“", 1200, Decimal("1234.5000"), 148140000),
        (2, "delivery", "PORTO", "Versand", 1, Decimal("12.9000"), 1290),
    ]
    assert lines("R-1002") == [(1, "goods", "G-2", "=SUMME(A1:A9)", 3, Decimal("0.3350"), 101)]
    first = order("R-1001")
    assert (first.placed_at, first.country) == (datetime(2026, 6, 3, 12, 5, tzinfo=UTC), "AT")
    assert first.buyer is not None
    assert first.buyer.language == "de"
    assert [str(money) for money in summary.sums] == ["1481413.91 EUR"]
    assert summary.rounding == {"EUR": Decimal("0.005")}


def test_a_chinese_file_whose_orders_are_told_on_their_first_row_only(run: Import) -> None:
    summary = run((SAMPLES / "chinese.csv").read_bytes(), read_mapping(SAMPLES / "chinese.toml"))

    assert lines("CN-1") == [
        (1, "goods", "", "森林绿雨靴", 2, Decimal("15000.0000"), 30000),
        (2, "goods", "", "牛津布雨伞", 1, Decimal("3200.0000"), 3200),
    ]
    assert (order("CN-1").country, order("CN-2").country, order("CN-2").total) == ("JP", "US", 100)
    assert order("CN-1").placed_at == datetime(2026, 6, 3, 0, 30, tzinfo=UTC)
    assert [str(money) for money in summary.sums] == ["33300 JPY"]
    assert summary.rounding == {"JPY": Decimal("0.5")}
