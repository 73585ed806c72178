"""The descriptions themselves: whole, known, and understood alike by all who read them."""

import pytest

from tests.orders.importing.marketplaces.conftest import COLUMNS
from tradewind.cli.importing import SOURCES
from tradewind.orders.importing.marketplaces.recognising import NAMES, REPORTS, recognised
from tradewind.orders.importing.marketplaces.reports import OF_LINE, OF_ORDER, Report, heading_key
from tradewind.orders.importing.merging import reachable
from tradewind.orders.states import OrderState

ALL = [report for reports in REPORTS.values() for report in reports]


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.code)
def test_a_description_is_whole(report: Report) -> None:
    assert set(report.columns) <= OF_ORDER | OF_LINE
    assert set(report.needs) <= set(report.columns)
    assert all(name == heading_key(name) for names in report.columns.values() for name in names)
    assert all(status == status.casefold() for status in report.states)


def test_the_command_knows_every_source() -> None:
    assert set(SOURCES) == {"csv", *REPORTS}
    assert set(NAMES) == set(REPORTS)
    assert len({report.code for report in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("kind", "source", "code"),
    [
        ("amazon_unshipped_orders_27", "amazon", "amazon.unshipped"),
        ("amazon_unshipped_orders_30_2025", "amazon", "amazon.unshipped"),
        ("amazon_new_orders_29", "amazon", "amazon.new"),
        ("amazon_new_orders_30_sales_channel", "amazon", "amazon.new"),
        ("amazon_all_orders_by_last_update_32", "amazon", "amazon.all"),
        ("ebay_orders_report_51", "ebay", "ebay.orders"),
        ("shopify_orders_79", "shopify", "shopify.orders"),
        ("aliexpress_orders_zh_26", "aliexpress", "aliexpress.orders"),
    ],
)
def test_each_file_is_recognised_by_its_headings_and_by_no_other_source(kind: str, source: str, code: str) -> None:
    found = {other: recognised(COLUMNS[kind], source=other) for other in REPORTS}

    assert {other: report.code for other, report in found.items() if report} == {source: code}


def test_a_file_may_skip_steps_forward_and_none_back() -> None:
    assert reachable(OrderState.AWAITING_PAYMENT) == set(OrderState) - {OrderState.AWAITING_PAYMENT}
    assert reachable(OrderState.DISPATCHED) == {OrderState.DELIVERED, OrderState.COMPLETED}
    assert reachable(OrderState.CANCELLED) == reachable(OrderState.COMPLETED) == frozenset()
