"""Rows that cannot be used: the reason, the line, the cells; and that the rest goes on."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.orders.importing.conftest import Import
from tradewind.orders.importing.mapping import Mapping, Rules
from tradewind.orders.models import Order, OrderLine

HEAD = "order,sku,title,quantity,price,date,customer,country,currency\n"
GOOD = "1,A,Mug,2,9.50,2026-06-03 10:00,K1,DE,EUR\n"
Because = Callable[..., list[str]]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",A,Mug,2,9.50,2026-06-03 10:00,K1,DE,", "the order number is missing"),
        ("5.36E+05,A,Mug,2,9.50,2026-06-03 10:00,K1,DE,", "“5.36E+05” was shortened by a spreadsheet; its digits are lost"),
        ("2,1.23E+12,Mug,2,9.50,2026-06-03 10:00,K1,DE,", "“1.23E+12” was shortened by a spreadsheet; its digits are lost"),
        ("2,A,Mug,2,9.50,2026-06-03 10:00,1.2E+9,DE,", "“1.2E+9” was shortened by a spreadsheet; its digits are lost"),
        (f"{'9' * 81},A,Mug,2,9.50,2026-06-03 10:00,K1,DE,", "order number is longer than 80 signs"),
        (f"2,{'A' * 61},Mug,2,9.50,2026-06-03 10:00,K1,DE,", "article number is longer than 60 signs"),
        (f"2,A,Mug,2,9.50,2026-06-03 10:00,{'K' * 255},DE,", "customer number is longer than 254 signs"),
        ("2,,,2,9.50,2026-06-03 10:00,K1,DE,", "neither article number nor title"),
        ("2,A,Mug,two,9.50,2026-06-03 10:00,K1,DE,", "quantity “two” is not a number"),
        ("2,A,Mug,,9.50,2026-06-03 10:00,K1,DE,", "quantity “” is not a number"),
        ("2,A,Mug,1.5,9.50,2026-06-03 10:00,K1,DE,", "quantity “1.5” is not whole"),
        ("2,A,Mug,2147483648,9.50,2026-06-03 10:00,K1,DE,", "quantity “2147483648” is too large"),
        ("2,A,Mug,٣,9.50,2026-06-03 10:00,K1,DE,", "quantity “٣” is not a number"),
        ("2,A,Mug,2,NaN,2026-06-03 10:00,K1,DE,", "price “NaN” is not a number"),
        ("2,A,Mug,2,1e3,2026-06-03 10:00,K1,DE,", "price “1e3” is not a number"),
        ('2,A,Mug,2,"1,200.00",2026-06-03 10:00,K1,DE,', "price “1,200.00” is not a number"),
        ("2,A,Mug,2,0.00001,2026-06-03 10:00,K1,DE,", "price “0.00001” has more than four decimals"),
        ("2,A,Mug,2,1000000000.01,2026-06-03 10:00,K1,DE,", "price “1000000000.01” is too large"),
        ("2,A,Mug,2147483647,999999999,2026-06-03 10:00,K1,DE,", "the line's amount is too large"),
        ("2,A,Mug,2,9.50,03.06.2026,K1,DE,", "date “03.06.2026” is not like %Y-%m-%d %H:%M"),
        ("2,A,Mug,2,9.50,2026-02-30 10:00,K1,DE,", "date “2026-02-30 10:00” is not like %Y-%m-%d %H:%M"),
        ("2,A,Mug,2,9.50,2026-11-23 07:01,K1,DE,", "date “2026-11-23 07:01” lies in the future"),
        ("2,A,Mug,2,9.50,1969-12-31 10:00,K1,DE,", "date “1969-12-31 10:00” lies before 1970"),
        ("2,A,Mug,2,9.50,0001-01-01 00:00,K1,DE,", "date “0001-01-01 00:00” is not like %Y-%m-%d %H:%M"),
        ("2,A,Mug,2,9.50,,K1,DE,", "the date is missing"),
        ("2,A,Mug,2,9.50,2026-06-03 10:00,K1,Atlantis,", "country “Atlantis” is unknown"),
        ("2,A,Mug,2,9.50,2026-06-03 10:00,K1,DE,EURO", "currency “EURO” is unknown"),
        ("2,A,Mug,0,9.50,2026-06-03 10:00,K1,DE,", "the quantity is zero"),
        ("2,A,Mug,-1,9.50,2026-06-03 10:00,K1,DE,", "the quantity is negative, and this is not a credit"),
        ("C2,A,Mug,-1,-9.50,2026-06-03 10:00,K1,DE,", "the price is negative"),
        ("2,bad,Mug,1,9.50,2026-06-03 10:00,K1,DE,", "the mapping leaves this article number out"),
        ("2,A,Mug,1", "4 cells where the headings are 9"),
        ("2,A,Mug,1,9.50,2026-06-03 10:00,K1,DE,EUR,more", "10 cells where the headings are 9"),
        ("2,A,Mu\0g,1,9.50,2026-06-03 10:00,K1,DE,EUR", "a NUL byte"),
        (f"2,A,{'x' * 140_000},1,9.50,2026-06-03 10:00,K1,DE,EUR", "not CSV: field larger than field limit (131072)"),
    ],
)  # fmt: skip
def test_a_row_is_rejected_and_the_rest_goes_on(row: str, reason: str, because: Because) -> None:
    assert because(f"{HEAD}{row}\n{GOOD}") == [f"2: {reason}"]
    assert list(Order.objects.values_list("external_id", "total")) == [("1", 1900)]


def test_the_other_rows_of_an_order_stand_when_one_is_rejected(because: Because) -> None:
    assert because(f"{HEAD}{GOOD}{GOOD.replace('9.50', 'free')}{GOOD}") == ["3: price “free” is not a number"]
    assert Order.objects.get().total == 3800


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (GOOD.replace("K1", "K2"), "customer differs from line 2 of the same order"),
        (GOOD.replace("DE", "FR"), "country differs from line 2 of the same order"),
        (GOOD.replace("EUR", "USD"), "currency differs from line 2 of the same order"),
        (GOOD.replace("10:00", "10:11"), "date differs from line 2 of the same order"),
        (GOOD.replace("10:00", "09:49"), "date differs from line 2 of the same order"),
    ],
)
def test_a_row_that_contradicts_its_order_is_rejected(second: str, reason: str, because: Because) -> None:
    assert because(f"{HEAD}{GOOD}{second}{GOOD}") == [f"3: {reason}"]
    assert Order.objects.get().lines.count() == 2


def test_the_reject_file_has_the_cells_as_they_were_in_the_order_of_the_file(run: Import, tmp_path: Path) -> None:
    rows = ['7,A,"=HYPERLINK(""x"")",?, 9.50 ,2026-06-03 10:00,K1,DE,', GOOD.strip(), ",B,雨靴,1,1,,,,", "x,y"]

    summary = run(HEAD + "\n".join(rows))

    assert (summary.read, summary.orders, summary.rejected) == (4, 1, 3)
    assert summary.reject_file == tmp_path / "rejects.csv"
    with summary.reject_file.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["rejected_line", "rejected_because", *HEAD.strip().split(",")],
            ["2", "quantity “?” is not a number", "7", "A", '=HYPERLINK("x")', "?", " 9.50 ", "2026-06-03 10:00", "K1", "DE", ""],
            ["4", "the order number is missing", "", "B", "雨靴", "1", "1", "", "", "", ""],
            ["5", "2 cells where the headings are 9", "x", "y"],
        ]  # fmt: skip


def test_without_rejects_there_is_no_reject_file(run: Import, tmp_path: Path) -> None:
    assert run(HEAD + GOOD).reject_file is None
    assert list(tmp_path.iterdir()) == []


def test_the_next_place_is_taken_where_the_first_cannot_be_written(run: Import, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder is wanted")
    files = [tmp_path / "taken" / "rejects.csv", tmp_path / "new" / "rejects.csv"]

    summary = run(f"{HEAD}x,y\n", reject_files=files)

    assert summary.reject_file == files[1]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["new", "rejects.csv", "taken"]


def test_the_rules_decide_about_goods_and_not_about_special_lines(because: Because, plain: Mapping) -> None:
    strict = Rules(zero_price="reject", positive_quantity_in_credit="reject")
    mapping = plain.model_copy(update={"rules": strict})
    content = (
        HEAD
        + GOOD.replace("9.50", "0")
        + GOOD.replace("A,", "M,").replace("9.50", "0")
        + GOOD.replace("A,", "D,").replace(",2,", ",-2,")
        + GOOD.replace("1,A", "C1,A")
        + GOOD.replace("1,A", "C1,POST")
    )

    assert because(content, mapping) == ["2: the price is zero", "5: the quantity is positive, and this is a credit"]
    assert list(OrderLine.objects.order_by("id").values_list("kind", "total")) == [
        ("manual", 0),
        ("discount", -1900),
        ("delivery", 1900),
    ]


def test_rules_may_keep_what_is_rejected_by_default(because: Because, plain: Mapping) -> None:
    lenient = Rules(negative_price="keep", zero_quantity="keep", negative_quantity="keep")
    content = HEAD + GOOD.replace("9.50", "-9.50") + GOOD.replace(",2,", ",0,") + GOOD.replace(",2,", ",-3,")

    assert because(content, plain.model_copy(update={"rules": lenient})) == []
    assert Order.objects.get().total == -1900 - 2850


def test_customers_and_credits_may_be_asked_for_or_left_out(because: Because, plain: Mapping) -> None:
    customer = plain.customer.model_copy(update={"missing": "reject"})
    credit_notes = plain.credits.model_copy(update={"treat_as": "reject"}) if plain.credits else None
    mapping = plain.model_copy(update={"customer": customer, "credits": credit_notes})

    assert because(
        HEAD + GOOD + GOOD.replace("1,A", "2,A").replace("K1", "") + GOOD.replace("1,A", "C3,A"), mapping
    ) == [
        "3: the customer is missing",
        "4: the mapping leaves credits out",
    ]
