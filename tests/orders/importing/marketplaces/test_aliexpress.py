"""AliExpress' export in Chinese, as a workbook and as CSV."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.orders.importing.marketplaces.conftest import SAMPLES, Bring, lines, order, table, workbook

KIND = "aliexpress_orders_zh_26"
PRODUCTS = "产品信息\n（双击单元格展开所有产品信息！）"
SOLD = {
    "订单号": "8001234567890123",
    "订单状态": "等待您发货",
    "下单时间": "2026-03-08 01:30",
    "付款时间": "2026-03-08 03:15",
    "产品总金额": "US $45.80",
    "物流费用": "US $2.40",
    "订单金额": "US $48.20",
    "满立减": "US $0.00",
    PRODUCTS: "【1】 Dress\n( 产品属性: Color:Red )\n(商家编码:DRESS)\n(产品数量:2 piece)",
    "收货国家": "Russian Federation",
}
ROUNDED = "Excel has rounded the order number; its last digits are lost. Export the file again, and import it without having saved it in Excel"

pytestmark = pytest.mark.django_db


def test_the_sample_workbook(bring: Bring) -> None:
    summary = bring("aliexpress", (SAMPLES / "aliexpress_orders_zh.xlsx").read_bytes())

    several, single = order("8001234567890123"), order("8001234567890124")
    assert ([str(money) for money in summary.sums], summary.rejected) == (["57.20 USD"], 0)
    assert lines(several.external_id) == [
        ("goods", "DRESS-RED-XL", 2, 0, 0),
        ("goods", "BELT-1", 1, 0, 0),
        ("manual", "", 1, 4580, 0),  # only their sum is told
        ("delivery", "", 1, 240, 0),
    ]
    assert several.lines.order_by("position")[0].options == "Color:Red + Size:XL"
    assert (several.state, several.country, several.total, several.buyer) == ("paid", "RU", 4820, None)
    # US Pacific: the first stands before that night's change of the clocks, the second after it.
    assert several.placed_at == datetime(2026, 3, 8, 9, 30, tzinfo=UTC)
    assert several.source["moments"]["paid_at"] == "2026-03-08T10:15:00+00:00"
    assert lines(single.external_id)[0] == ("goods", "S-1", 1, 1000, 1)
    assert (single.state, single.discount, single.total) == ("dispatched", -100, 900)
    assert single.source["others"] == {"tracking": "RR123456785CN", "service": "China Post Registered Air Mail"}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_csv_is_read_in_either_encoding(bring: Bring, encoding: str) -> None:
    bring("aliexpress", table(KIND, SOLD).encode(encoding))

    assert order("8001234567890123").source["status"] == "等待您发货"


def test_numbers_that_excel_has_rounded_are_refused(because: Callable[..., list[str]]) -> None:
    saved = [{**SOLD, "订单号": number} for number in (8001234567890120, 8001234567890450)]

    assert because("aliexpress", workbook(KIND, *saved)) == [f"2: {ROUNDED}", f"3: {ROUNDED}"]


def test_one_number_that_is_not_round_shows_that_excel_never_saved_the_file(because: Callable[..., list[str]]) -> None:
    fresh = [{**SOLD, "订单号": number} for number in (8001234567890120, 8001234567890123)]

    assert because("aliexpress", workbook(KIND, *fresh)) == []


def test_numbers_kept_as_text_are_never_doubted(because: Callable[..., list[str]]) -> None:
    kept = [{**SOLD, "订单号": number} for number in ("8001234567890120", "8001234567890450")]

    assert because("aliexpress", workbook(KIND, *kept)) == []


def test_a_csv_whose_numbers_all_end_in_noughts_has_been_through_excel(because: Callable[..., list[str]]) -> None:
    saved = [{**SOLD, "订单号": number} for number in ("8001234567890120", "8001234567890450")]
    short = {**SOLD, "订单号": "8.00123E+15"}

    assert because("aliexpress", table(KIND, *saved, short)) == [
        # The headings take two lines, and each row four: cells have lines of their own.
        f"3: {ROUNDED}",
        f"7: {ROUNDED}",
        "11: “8.00123E+15” was shortened by a spreadsheet; its digits are lost",
    ]


def test_a_dispute_says_nothing_of_how_far_the_order_is_and_the_dates_do(bring: Bring) -> None:
    summary = bring("aliexpress", table(KIND, {**SOLD, "订单状态": "含纠纷中的订单", "发货时间": "2026-03-10 09:00"}))

    assert (order("8001234567890123").state, summary.unknown_statuses) == ("dispatched", {})
