"""Orders out as a file: all that is found and within reach, nothing that a spreadsheet runs, numbers as numbers."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.console.making import AT, client_of, make_order, make_staff
from tests.console.test_reach import only_for
from tradewind.console.orders import export
from tradewind.core.accounts import own_shop
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.lib.sheets import BOM, RISKY
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.models import Order
from tradewind.orders.queries import rows_matching
from tradewind.orders.tagging import add_tag

COLS = "cols=placed,buyer,state,total"


def ask(client: Client, kind: str, query: str = COLS) -> Any:
    return client.post("/console/orders/export", {"as": kind, "query": query})


def csv_rows(client: Client, query: str = COLS) -> list[list[str]]:
    content = b"".join(ask(client, "csv", query))
    assert content.startswith(BOM)
    return list(csv.reader(io.StringIO(content[len(BOM) :].decode())))


def test_both_kinds_tell_the_same_with_moments_of_the_shop_and_amounts_as_numbers(console: Client) -> None:
    order = make_order(1, state="paid", placed_at=datetime(2026, 11, 20, 17, 30, 12, 345, tzinfo=UTC))
    make_order(2, currency="JPY", total=1280, account="Amazon JP", external_id="7-1")
    add_tag(order_id=order.pk, name="Fair", by="staff:1", at=AT)

    told = csv_rows(console)
    book = load_workbook(io.BytesIO(b"".join(ask(console, "xlsx"))))

    heads = ["Number", "Number of the sales channel", "Placed (Asia/Shanghai)", "Buyer", "State", "Total"]
    assert told == [
        [*heads, "Currency", "Kept back", "Tags"],
        ["TW-TEST000001", "", "2026-11-21 01:30", "Buyer 1", "Paid, to dispatch", "26.90", "EUR", "", "Fair"],
        ["TW-TEST000002", "7-1", "2026-11-20 10:58", "Buyer 2", "Awaiting payment", "1280", "JPY", "", ""],
    ]
    rows = list(book.active.iter_rows(values_only=True))
    assert [list(rows[0]), rows[1][2], rows[1][5], rows[2][5]] == [
        told[0],
        datetime(2026, 11, 21, 1, 30, 12),  # noqa: DTZ001  # of the shop: workbooks know no zones
        26.9,
        1280,
    ]
    entries = AuditEntry.objects.filter(action="orders.exported").order_by("pk").values_list("after__as", flat=True)
    assert list(entries) == ["csv", "xlsx"]


@pytest.mark.parametrize("sign", RISKY)
def test_nothing_that_a_buyer_typed_is_run_by_a_spreadsheet(sign: str, console: Client) -> None:
    make_order(1, ship_to={"name": f"{sign}HYPERLINK(A1)"})

    told = csv_rows(console, "cols=buyer")[1][2]
    book = load_workbook(io.BytesIO(b"".join(ask(console, "xlsx", "cols=buyer"))))
    cell = book.active.cell(2, 3)

    assert told == f"'{sign}HYPERLINK(A1)"
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_all_that_is_found_goes_out_and_nothing_beyond_reach(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 8):
        make_order(number, state="paid", account="eBay DE")
    make_order(8, account="eBay DE")
    make_order(9, state="paid", account="Amazon US")
    monkeypatch.setattr("tradewind.orders.queries.READ_AT_ONCE", 3)
    manager = client_of(only_for(make_staff(Role.MANAGER), "eBay DE"))

    told = [row[0] for row in csv_rows(manager, "state=paid&sort=oldest")[1:]]

    assert told == [f"TW-TEST{number:06}" for number in range(7, 0, -1)]


def test_what_was_searched_for_does_not_stay_in_the_trail(console: Client) -> None:
    make_order(1)

    b"".join(ask(console, "csv", "q=Buyer 1&state=awaiting_payment"))

    assert AuditEntry.objects.get(action="orders.exported").after["query"] == "state=awaiting_payment"


def test_only_who_may_is_offered_files(db: None) -> None:
    make_order(1)
    agent = client_of(make_staff(Role.AGENT))

    assert (ask(agent, "csv").status_code, "order-export" in agent.get("/console/orders").content.decode()) == (
        403,
        False,
    )
    assert AuditEntry.objects.count() == 0


def test_more_than_a_workbook_takes_is_refused_in_words(console: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_IN_WORKBOOK", 1)
    for number in (1, 2):
        make_order(number)

    refused, neither = ask(console, "xlsx"), ask(console, "pdf")

    assert (refused.status_code, neither.status_code) == (422, 422)
    assert "More than 1 orders: take them as CSV" in refused.content.decode()


def test_memory_does_not_grow_with_the_list(db: None) -> None:
    account = own_shop(at=AT)
    rows = [
        Order(
            ref=f"TW-M{each:07}",
            account=account,
            state="paid",
            currency="EUR",
            goods=100,
            total=100,
            placed_at=AT - timedelta(minutes=each),
        )
        for each in range(4000)
    ]
    Order.objects.bulk_create(rows)

    def peak(filters: OrderFilters) -> int:
        tracemalloc.start()
        for _ in rows_matching(filters, EVERYWHERE, oldest_first=False):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    del rows
    a_part = OrderFilters(placed_from=AT - timedelta(minutes=999))
    peak(a_part)
    assert peak(OrderFilters()) < 1.5 * peak(a_part)
